package ses

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

const suppressions = "/suppression/addresses"

// at escapes an address for a path: all of it, because the signature is over the escaped form.
func at(address string) string {
	return suppressions + "/" + strings.ReplaceAll(url.QueryEscape(address), "+", "%20")
}

// row is one entry of the account's list. Amazon's own list cannot be read.
type row struct {
	EmailAddress, Reason string
	LastUpdateTime       wire.Text
	Attributes           struct{ MessageId, FeedbackId string }
}

// kinds are the kinds of entries, by Amazon's reasons.
var kinds = map[string]string{"BOUNCE": "bounce", "COMPLAINT": "complaint"}

func (r row) entry() wire.Entry {
	return wire.Entry{
		Address: r.EmailAddress,
		Kind:    wire.Pick(kinds[r.Reason], "manual"),
		Reason:  r.Reason,
		Since:   wire.Time(r.LastUpdateTime),
	}
}

// one asks for the entry of one address; 404 is none.
func one(ctx context.Context, c *wire.Client, s wire.Settings, address string) (row, bool, error) {
	a := ask(ctx, c, s, http.MethodGet, at(address), nil)
	if a.Err == nil && a.Status == http.StatusNotFound {
		return row{}, false, nil
	}
	var answer struct{ SuppressedDestination row }
	if err := a.Decode(&answer); err != nil {
		return row{}, false, fmt.Errorf("asking SES for a suppression: %w", err)
	}
	return answer.SuppressedDestination, answer.SuppressedDestination.EmailAddress != "", nil
}

// find asks for the entry of one address.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	r, listed, err := one(ctx, c, s, address)
	if err != nil || !listed {
		return nil, err
	}
	return []wire.Entry{r.entry()}, nil
}

// list reads the whole list.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	return rows(ctx, c, s, url.Values{}, func(r row) error { return each(r.entry()) })
}

func rows(ctx context.Context, c *wire.Client, s wire.Settings, query url.Values,
	each func(row) error) error {
	query.Set("PageSize", "1000")
	for {
		var answer struct {
			Rows      []row `json:"SuppressedDestinationSummaries"`
			NextToken string
		}
		if err := ask(ctx, c, s, http.MethodGet, suppressions+"?"+query.Encode(),
			nil).Decode(&answer); err != nil {
			return fmt.Errorf("asking SES for its suppressions: %w", err)
		}
		for _, r := range answer.Rows {
			if err := each(r); err != nil {
				return err
			}
		}
		if answer.NextToken == "" || answer.NextToken == query.Get("NextToken") {
			return nil
		}
		query.Set("NextToken", answer.NextToken)
	}
}

// remove takes one address off the account's list. Unsubscribes are in a contact list, which is not ours to
// change.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	if kind == "unsubscribe" {
		return wire.Cleared{
			Result: wire.ClearByHand,
			Text:   "The customer's wish stands in the contact list of SES.",
		}
	}
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, at(address), nil))
}

// missed reads which addresses came onto the list in a time, and the bounce or complaint behind each.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	span := url.Values{
		"StartDate": {from.UTC().Format(time.RFC3339)},
		"EndDate":   {to.UTC().Format(time.RFC3339)},
	}
	err := rows(ctx, c, s, span, func(r row) error {
		whole, listed, err := one(ctx, c, s, r.EmailAddress)
		if err != nil {
			return err
		}
		if !listed { // gone again
			whole = r
		}
		e, err := whole.event()
		events = append(events, e)
		return err
	})
	return events, err
}

// event is an entry as the event behind it, with the key of that event; without one it is about the address
// alone.
func (r row) event() (models.Event, error) {
	raw, err := json.Marshal(r)
	if err != nil {
		return models.Event{}, fmt.Errorf("keeping an entry: %w", err)
	}
	kind, code := "Bounce", "Permanent/General"
	if r.Reason == "COMPLAINT" {
		kind, code = "Complaint", "Complaint"
	}
	e := models.Event{
		Channel:           models.Email,
		Recipient:         wire.Address(r.EmailAddress),
		OccurredAt:        wire.Time(r.LastUpdateTime),
		ProviderMessageID: r.Attributes.MessageId,
		SuppressionKind:   r.entry().Kind,
		Raw:               raw,
		DedupeKey: wire.Digest(kind, wire.Pick(r.Attributes.FeedbackId, r.Attributes.MessageId),
			r.Attributes.MessageId, strings.ToLower(r.EmailAddress)),
	}
	if r.Attributes.MessageId == "" {
		e.DedupeKey = wire.Digest("suppression", r.Reason, r.EmailAddress, string(r.LastUpdateTime))
		return wire.OnList(e, "ses", "Permanent/OnAccountSuppressionList"), nil
	}
	return wire.Failure(e, "ses", code), nil
}
