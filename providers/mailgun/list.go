package mailgun

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// lists are Mailgun's own, by kind.
var lists = []struct{ kind, path string }{
	{"bounce", "/bounces"}, {"complaint", "/complaints"}, {"unsubscribe", "/unsubscribes"},
}

func entry(kind string, raw json.RawMessage) (wire.Entry, error) {
	var row struct {
		Address string
		Code    wire.Text
		Error   wire.Text
		Created wire.Text `json:"created_at"`
	}
	if err := json.Unmarshal(raw, &row); err != nil {
		return wire.Entry{}, fmt.Errorf("reading Mailgun's list: %w", err)
	}
	reason := string(row.Error)
	if row.Code != "" {
		reason = string(row.Code) + " " + reason
	}
	return wire.Entry{
		Address: row.Address,
		Kind:    kind,
		Reason:  wire.Words(reason),
		Since:   wire.Time(row.Created),
	}, nil
}

// find asks each list for one address; 404 is none.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var entries []wire.Entry
	for _, list := range lists {
		a := ask(ctx, c, s, http.MethodGet, base(s)+list.path+"/"+url.PathEscape(address))
		if a.Err == nil && a.Status == http.StatusNotFound {
			continue
		}
		var raw json.RawMessage
		if err := a.Decode(&raw); err != nil {
			return nil, fmt.Errorf("asking Mailgun for %ss: %w", list.kind, err)
		}
		e, err := entry(list.kind, raw)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// list reads all three lists to their end.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	for _, list := range lists {
		err := pages(ctx, c, s, base(s)+list.path+"?limit=1000", func(raw json.RawMessage) error {
			e, err := entry(list.kind, raw)
			if err != nil {
				return err
			}
			return each(e)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// remove takes one address off the list of that kind, and never clears a list as a whole.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	for _, list := range lists {
		if list.kind == kind && address != "" {
			return wire.Clearing(
				ask(ctx, c, s, http.MethodDelete, base(s)+list.path+"/"+url.PathEscape(address)),
			)
		}
	}
	return wire.Cleared{Result: wire.ClearNotListed, Text: "Mailgun has no list of that kind"}
}

// missed reads the events of a time: they are the webhook's own, with the same ids.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var list []json.RawMessage
	err := pages(
		ctx,
		c,
		s,
		events(s, url.Values{"begin": {unix(from)}, "end": {unix(to)}}),
		func(raw json.RawMessage) error {
			list = append(list, raw)
			return nil
		},
	)
	return wire.Each(list, models.Email, event), err
}

// search looks for our attempt among the events to the recipient. Mailgun's events come late at times, so
// that one that is not there proves nothing.
func search(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var found wire.Found
	around := url.Values{
		"begin":     {unix(m.SentAround.Add(-5 * time.Minute))},
		"end":       {unix(m.Ended().Add(24 * time.Hour))},
		"recipient": {m.To},
	}
	err := pages(ctx, c, s, events(s, around), func(raw json.RawMessage) error {
		var i item
		if json.Unmarshal(raw, &i) == nil && i.Variables[wire.AttemptKey] == wire.Text(m.AttemptID) {
			found = wire.Found{Known: true, ProviderMessageID: wire.MessageID(string(i.Message.Headers.ID))}
		}
		return nil
	})
	return found, err
}

func events(s wire.Settings, query url.Values) string {
	query.Set("ascending", "yes")
	query.Set("limit", "300")
	return base(s) + "/events?" + query.Encode()
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
