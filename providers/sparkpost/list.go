package sparkpost

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

// row is one entry of the suppression list.
type row struct{ Recipient, Source, Description, Created string }

// kindOfSource are the kinds of entries, by what made them.
var kindOfSource = map[string]string{
	"Spam Complaint":   "complaint",
	"List Unsubscribe": "unsubscribe",
	"Unsubscribe Link": "unsubscribe",
	"Bounce Rule":      "bounce",
	"Manually Added":   "manual",
	"Compliance":       "manual",
}

func (r row) entry() wire.Entry {
	return wire.Entry{Address: r.Recipient, Kind: wire.Pick(kindOfSource[r.Source], "manual"),
		Reason: wire.Words(
			strings.TrimSpace(r.Source + " " + r.Description),
		), Since: wire.Time(wire.Text(r.Created)), ByHand: r.Source == "Compliance"}
}

const suppressions = "/api/v1/suppression-list"

// find asks for the entries of one address; 404 is none.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	a := ask(ctx, c, s, http.MethodGet, suppressions+"/"+url.PathEscape(address))
	if a.Err == nil && a.Status == http.StatusNotFound {
		return nil, nil
	}
	var answer struct{ Results []row }
	if err := a.Decode(&answer); err != nil {
		return nil, fmt.Errorf("asking SparkPost for a suppression: %w", err)
	}
	var entries []wire.Entry
	for _, r := range answer.Results {
		entries = append(entries, r.entry())
	}
	return entries, nil
}

// list reads the whole list.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	return pages(ctx, c, s, suppressions+"?per_page=1000&cursor=initial", func(raw json.RawMessage) error {
		var r row
		if err := json.Unmarshal(raw, &r); err != nil {
			return fmt.Errorf("reading SparkPost's list: %w", err)
		}
		return each(r.entry())
	})
}

// links point to the next page; they come as an object here and as an array there.
type links string

// UnmarshalJSON finds the next page in either shape.
func (l *links) UnmarshalJSON(raw []byte) error {
	var object struct{ Next string }
	var array []struct{ Href, Rel string }
	*l = ""
	if json.Unmarshal(raw, &array) == nil {
		for _, one := range array {
			if one.Rel == "next" {
				*l = links(one.Href)
			}
		}
		return nil
	}
	if json.Unmarshal(raw, &object) == nil {
		*l = links(object.Next)
	}
	return nil
}

// pages reads results page by page. Only a path is followed, so that a link cannot lead to another host.
func pages(ctx context.Context, c *wire.Client, s wire.Settings, path string,
	each func(json.RawMessage) error) error {
	for path != "" {
		var page struct {
			Results []json.RawMessage
			Links   links
		}
		if err := ask(ctx, c, s, http.MethodGet, path).Decode(&page); err != nil {
			return fmt.Errorf("asking SparkPost: %w", err)
		}
		for _, raw := range page.Results {
			if err := each(raw); err != nil {
				return err
			}
		}
		next, err := url.Parse(string(page.Links))
		if err != nil || len(page.Results) == 0 || !strings.HasPrefix(next.Path, "/api/v1/") ||
			next.RequestURI() == path {
			return nil
		}
		path = next.RequestURI()
	}
	return nil
}

// remove takes one address off the list. Entries of SparkPost's own compliance come off it only by its
// support.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, _ string) wire.Cleared {
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, suppressions+"/"+url.PathEscape(address)))
}

// missed reads the events of a time from the log: they are the posts' own, with the same ids.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var list []json.RawMessage
	query := url.Values{
		"from":     {minute(from)},
		"to":       {minute(to.Add(time.Minute))},
		"per_page": {"1000"},
		"cursor":   {"initial"},
	}
	err := pages(ctx, c, s, "/api/v1/events/message?"+query.Encode(), func(raw json.RawMessage) error {
		list = append(list, raw)
		return nil
	})
	return wire.Each(list, models.Email, event), err
}

// search looks for our attempt among the events to the recipient. The log lags, so that one that is not there
// proves nothing.
func search(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var found wire.Found
	query := url.Values{
		"from":       {minute(m.SentAround.Add(-5 * time.Minute))},
		"recipients": {m.To},
		"per_page":   {"1000"},
		"cursor":     {"initial"},
	}
	err := pages(ctx, c, s, "/api/v1/events/message?"+query.Encode(), func(raw json.RawMessage) error {
		var i item
		if json.Unmarshal(raw, &i) == nil && i.Meta[wire.AttemptKey] == wire.Text(m.AttemptID) {
			found = wire.Found{Known: true, ProviderMessageID: string(i.Transmission)}
		}
		return nil
	})
	return found, err
}

func minute(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }
