package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
)

// wish is one address that the staff of the demo ask to have cleared, and what becomes of it before anybody
// looks.
type wish struct {
	kind, provider string // of the entry; an empty provider: any
	by             models.Role
	how            string // in which way the customer agreed
	// decline or question: what support does; empty: it waits, or goes its way by itself
	then string
}

// wishes show a clear request in every state: two that are cleared when the workers start, one for a person,
// and those that wait for somebody else.
var wishes = []wish{
	{kind: "bounce", provider: "simulator", by: models.Manager},
	{kind: "bounce", provider: "simulator", by: models.Owner},
	{kind: "bounce", provider: "sendgrid", by: models.Manager},
	{kind: "bounce", provider: "mailgun", by: models.Manager},
	{kind: "complaint", by: models.Manager, how: "phone"},
	{kind: "complaint", by: models.Owner, how: "in_person"},
	{kind: "complaint", by: models.Manager, how: "other_email", then: "decline"},
	{kind: "complaint", by: models.Manager, how: "written_form", then: "question"},
	{kind: "complaint", by: models.Manager, how: consent.HowLink},
	{kind: "unsubscribe", by: models.Manager, how: "text_message"},
}

// staff are the people of a business, and support on its behalf.
type staff map[models.Role]models.Actor

// desk lets the staff ask, and support answer some.
func (f *filler) desk(ctx context.Context, staff staff) error {
	used := map[string]bool{}
	for _, w := range wishes {
		entry, err := f.entryFor(ctx, staff[models.Manager], w, used)
		if err != nil {
			return err
		}
		if entry.ID == "" {
			continue
		}
		used[entry.AddressID] = true
		if err := f.wish(ctx, staff, w, entry); err != nil {
			return fmt.Errorf("asking to clear a %s: %w", w.kind, err)
		}
	}
	return nil
}

// entryFor is an entry of the kind that nobody has asked for, the one that dropped most first.
func (f *filler) entryFor(ctx context.Context, a models.Actor, w wish,
	used map[string]bool) (consent.SuppressionLine, error) {
	list, err := f.Store.Consent.Suppressions(ctx, a,
		consent.SuppressionQuery{List: w.kind, Provider: w.provider, Dropped: true, Per: 500})
	slices.SortFunc(list.Lines, func(a, b consent.SuppressionLine) int {
		return cmp.Or(b.Dropped-a.Dropped, b.ListedAt.Compare(a.ListedAt),
			strings.Compare(a.Address, b.Address))
	})
	for _, line := range list.Lines {
		if !used[line.AddressID] && line.CustomerName != "" {
			return line, err
		}
	}
	return consent.SuppressionLine{}, err
}

func (f *filler) wish(ctx context.Context, staff staff, w wish, entry consent.SuppressionLine) error {
	store := f.Store
	ask := consent.OptInAsk{
		Reason:    "confirmed",
		Checked:   "Read it back to us on the phone, letter by letter.",
		TakesStop: true,
	}
	if w.how != "" {
		ask.Reason, ask.Checked = "", ""
		ask.Agreement = consent.Agreement{
			GivenBy: entry.CustomerName,
			How:     w.how,
			GivenAt: store.Now(),
			Purpose: "all",
			Evidence: "Came by about the last invoice. It was pressed by mistake while clearing the inbox; " +
				"our messages are wanted.",
		}
	}
	r, err := store.Consent.AskClear(ctx, staff[w.by], entry.ID, ask)
	var refused models.Refusal
	if errors.As(err, &refused) {
		return nil // an address that holds something else as well: the demo has others
	}
	asked := slices.IndexFunc(r.Requests,
		func(one consent.ClearRequest) bool { return one.SuppressionID == entry.ID })
	if err != nil || asked < 0 {
		return err
	}
	switch id := r.Requests[asked].ID; w.then {
	case "decline":
		_, err = store.Consent.Decline(
			ctx,
			staff[models.Support],
			id,
			"An email from another address is not enough after a spam report. Ask on the phone, and record "+
				"it again.",
		)
	case "question":
		_, err = store.Consent.AskQuestion(ctx, staff[models.Support], id,
			"On which form was it signed, and when?")
	}
	return err
}

// recentActivity lets some customers change, so that their pages have a history.
func (f *filler) recentActivity(ctx context.Context, staff staff) error {
	store, ada := f.Store, staff[models.Manager]
	list, err := store.Customer.Customers(ctx, ada, customer.CustomerQuery{Per: 500})
	lines := slices.DeleteFunc(list.Lines, func(l customer.CustomerLine) bool {
		return l.Undelivered > 0 ||
			len(l.Email.Causes)+len(l.Email.Listed)+len(l.Phone.Causes)+len(l.Phone.Listed) > 0
	})
	slices.SortFunc(lines, func(a, b customer.CustomerLine) int { return strings.Compare(a.Ref, b.Ref) })
	if err != nil || len(lines) < 4 {
		return err
	}
	first, second, third, last := lines[0], lines[1], lines[2], lines[len(lines)-1]
	_, added := store.Customer.AddAddress(ctx, ada, customer.AddressEdit{
		CustomerID: first.ID,
		Channel:    models.Email,
		Value:      "office.of." + first.Email.Value,
		Label:      "work",
	})
	_, renamed := store.Customer.EditContact(ctx, ada, customer.ContactEdit{
		CustomerID: second.ID,
		Name:       second.Name + " (parent)",
		Email:      "family." + second.Email.Value,
		Phone:      second.Phone.Value,
	})
	return errors.Join(added, renamed,
		store.Consent.OptOutByStaff(ctx, ada, third.Phone.ID, "Rang, and wants no more texts."),
		store.Customer.EraseCustomer(ctx, staff[models.Owner], last.ID, 0))
}
