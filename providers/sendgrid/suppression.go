package sendgrid

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// lists are SendGrid's own, by kind. Its fifth, blocks, stops nothing.
var lists = []struct{ kind, path string }{
	{"bounce", "/v3/suppression/bounces"},
	{"complaint", "/v3/suppression/spam_reports"},
	{"invalid", "/v3/suppression/invalid_emails"},
	{"unsubscribe", "/v3/suppression/unsubscribes"},
}

// global is where the entry of one address on the list of unsubscribes is.
const global = "/v3/asm/suppressions/global/"

// row is one line of a list.
type row struct {
	Created               wire.Text
	Email, Reason, Status string
}

func (r row) entry(kind string) wire.Entry {
	return wire.Entry{Address: r.Email, Kind: kind, Reason: wire.Words(r.Reason), Since: wire.Time(r.Created)}
}

// find asks each list for one address.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var entries []wire.Entry
	for _, list := range lists {
		path := list.path + "/"
		if list.kind == "unsubscribe" {
			path = global
		}
		rows, err := one(ask(ctx, c, s, http.MethodGet, path+url.PathEscape(address)))
		if err != nil {
			return nil, fmt.Errorf("asking SendGrid for %ss: %w", list.kind, err)
		}
		for _, row := range rows {
			entries = append(entries, row.entry(list.kind))
		}
	}
	groups, err := groupsOf(ctx, c, s, address)
	for _, g := range groups {
		entries = append(entries, wire.Entry{Address: address, Kind: "unsubscribe", Reason: wire.Words("Unsubscribed from the group " + g.Name)})
	}
	return entries, err
}

// group is one that an address may have unsubscribed from.
type group struct {
	ID         wire.Text
	Name       string
	Suppressed bool
}

// groupsOf are the groups that an address has unsubscribed from. A key that may not ask for them, or an answer that is no
// list of groups, is as good as none: what we send belongs to no group.
func groupsOf(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]group, error) {
	a := ask(ctx, c, s, http.MethodGet, "/v3/asm/suppressions/"+url.PathEscape(address))
	if a.Err != nil {
		return nil, fmt.Errorf("asking SendGrid for groups: %w", a.Err)
	}
	var answer struct{ Suppressions []group }
	if err := a.Decode(&answer); err != nil {
		return nil, nil
	}
	return slices.DeleteFunc(answer.Suppressions, func(g group) bool { return !g.Suppressed }), nil
}

// resubscribe takes an address off the list of all unsubscribes, and then off those of single groups.
func resubscribe(ctx context.Context, c *wire.Client, s wire.Settings, address string) wire.Cleared {
	cleared := wire.Clearing(ask(ctx, c, s, http.MethodDelete, global+url.PathEscape(address)))
	if cleared.Result != wire.ClearDone && cleared.Result != wire.ClearNotListed {
		return cleared
	}
	groups, err := groupsOf(ctx, c, s, address)
	if err != nil {
		return wire.Cleared{Result: wire.ClearLater, Err: err}
	}
	for _, g := range groups {
		one := wire.Clearing(ask(ctx, c, s, http.MethodDelete, "/v3/asm/groups/"+url.PathEscape(string(g.ID))+"/suppressions/"+url.PathEscape(address)))
		if one.Result != wire.ClearNotListed {
			cleared = one
		}
		if one.Result != wire.ClearNotListed && one.Result != wire.ClearDone {
			break
		}
	}
	return cleared
}

// one reads an answer about one address: an array of rows, or the object of the global list; 404 is none.
func one(a wire.Answer) ([]row, error) {
	if a.Err == nil && a.Status == http.StatusNotFound {
		return nil, nil
	}
	var raw json.RawMessage
	if err := a.Decode(&raw); err != nil {
		return nil, err
	}
	var rows []row
	if json.Unmarshal(raw, &rows) == nil {
		return rows, nil
	}
	var listed struct {
		Email string `json:"recipient_email"`
	}
	if err := json.Unmarshal(raw, &listed); err != nil || listed.Email == "" {
		return nil, err
	}
	return []row{{Email: listed.Email}}, nil
}

// page is the largest that SendGrid gives.
const page = 500

// list reads all four lists to their end.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	for _, list := range lists {
		err := rows(ctx, c, s, list.path, "", func(r row) error { return each(r.entry(list.kind)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// rows pages through one list; the query may narrow it.
func rows(ctx context.Context, c *wire.Client, s wire.Settings, path, query string, each func(row) error) error {
	for offset := 0; ; offset += page {
		var found []row
		address := path + "?limit=" + wire.Number(page) + "&offset=" + wire.Number(offset) + query
		if err := ask(ctx, c, s, http.MethodGet, address).Decode(&found); err != nil {
			return fmt.Errorf("asking SendGrid for its list: %w", err)
		}
		for _, r := range found {
			if err := each(r); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
	}
}

// remove takes an address off the list of that kind. One that is not there is as good as cleared.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	path := ""
	for _, list := range lists {
		if list.kind == kind {
			path = list.path + "/"
		}
	}
	switch {
	case kind == "unsubscribe":
		return resubscribe(ctx, c, s, address)
	case path == "":
		return wire.Cleared{Result: wire.ClearNotListed, Text: "SendGrid has no list of that kind"}
	}
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, path+url.PathEscape(address)))
}

// missed reads from the lists what happened in a time without events: bounces and blocks, invalid addresses,
// complaints and unsubscribes. Deliveries are on no list.
func missed(ctx context.Context, c *wire.Client, s wire.Settings, from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	span := "&start_time=" + unix(from) + "&end_time=" + unix(to)
	for _, source := range []struct{ kind, path string }{
		{"bounce", lists[0].path}, {"blocked", "/v3/suppression/blocks"}, {"complaint", lists[1].path},
		{"invalid", lists[2].path}, {"unsubscribe", lists[3].path},
	} {
		err := rows(ctx, c, s, source.path, span, func(r row) error {
			events = append(events, r.event(source.kind))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return events, nil
}

// event is a row of a list as the event that it stands for. The list names neither event nor message: it is about the
// newest message to the address, or a copy of what the webhook did bring about it.
func (r row) event(kind string) models.Event {
	e := models.Event{Channel: models.Email, Recipient: wire.Address(r.Email), OccurredAt: wire.Time(r.Created), Probable: true,
		EnhancedCode: models.EnhancedStatus(r.Status), Diagnostic: wire.Words(r.Reason),
		DedupeKey: wire.Digest("list", kind, r.Email, string(r.Created))}
	e.Raw, _ = json.Marshal(r) // strings only: it cannot fail
	switch kind {
	case "bounce":
		return bounced(e, item{Type: "bounce", Reason: wire.Text(r.Reason)})
	case "blocked":
		return bounced(e, item{Type: "blocked", Reason: wire.Text(r.Reason)})
	case "invalid":
		return dropped(e, item{Reason: "Invalid"})
	case "complaint":
		return meanings["spamreport"](e, item{})
	}
	return meanings["unsubscribe"](e, item{})
}
