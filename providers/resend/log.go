package resend

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Bounds of what is read of a list.
const (
	pageSize = "100"
	mostPage = 500
)

// errEnough ends the reading of a list before its end.
var errEnough = errors.New("enough")

// pages reads a list page by page; each gives the id of its line, after which the next page begins.
func pages(ctx context.Context, c *wire.Client, s wire.Settings, path string,
	each func(json.RawMessage) (string, error)) error {
	query := url.Values{"limit": {pageSize}}
	for range mostPage {
		var page struct {
			Data []json.RawMessage
			More bool `json:"has_more"`
		}
		if err := ask(ctx, c, s, http.MethodGet, path+"?"+query.Encode()).Decode(&page); err != nil {
			return fmt.Errorf("asking Resend for a list: %w", err)
		}
		for _, raw := range page.Data {
			id, err := each(raw)
			if errors.Is(err, errEnough) {
				return nil
			}
			if err != nil {
				return err
			}
			query.Set("after", id)
		}
		if !page.More || len(page.Data) == 0 {
			return nil
		}
	}
	return errors.New("the list at Resend is longer than can be read")
}

// line is one sent mail in the list, newest first.
type line struct {
	ID        string
	To        []wire.Text
	Created   wire.Text `json:"created_at"`
	LastEvent string    `json:"last_event"`
}

func (l line) recipient() string {
	if len(l.To) != 1 {
		return ""
	}
	return wire.Address(string(l.To[0]))
}

// sentSince reads the sent mail back to a time.
func sentSince(ctx context.Context, c *wire.Client, s wire.Settings, from time.Time,
	each func(line, []byte) error) error {
	return pages(ctx, c, s, "/emails", func(raw json.RawMessage) (string, error) {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			return "", fmt.Errorf("reading Resend's list: %w", err)
		}
		if at := wire.Time(l.Created); !at.IsZero() && at.Before(from) {
			return "", errEnough
		}
		return l.ID, each(l, raw)
	})
}

// trying is how long before a gap a mail may have been sent whose fate was told in it.
const trying = 72 * time.Hour

// missed reads what became of the mail of a time. The list tells the last event of each mail and no time of
// it, so that rank decides.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	err := sentSince(ctx, c, s, from.Add(-trying), func(l line, raw []byte) error {
		kind := "email." + l.LastEvent
		meaning, known := meanings[kind]
		if !known || wire.Time(l.Created).After(to) {
			return nil
		}
		e := models.Event{
			Channel:           models.Email,
			Recipient:         l.recipient(),
			ProviderMessageID: l.ID,
			ByRank:            true,
			DedupeKey:         wire.Digest("list", l.ID, l.LastEvent),
			ProviderCode:      kind,
			Raw:               wire.Own(raw),
		}
		events = append(events, meaning(e, post{Type: wire.Text(kind)}))
		return nil
	})
	return events, err
}

// Our clock and Resend's may differ a little; and so many mails to one address within minutes are looked at.
const (
	clockSkew = 2 * time.Minute
	handOver  = 10 * time.Minute
	mostAsked = 20
)

// search looks for one mail among those of its time to its address, by the tag with our attempt id. The list
// may lag behind sending, so that a mail that is not there proves nothing.
func search(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var found wire.Found
	asked := 0
	err := sentSince(ctx, c, s, m.SentAround.Add(-clockSkew), func(l line, _ []byte) error {
		late := wire.Time(l.Created).After(m.Ended().Add(handOver))
		if asked == mostAsked || late || !strings.EqualFold(l.recipient(), m.To) {
			return nil
		}
		asked++
		var one struct{ Tags tags }
		if err := ask(ctx, c, s, http.MethodGet, "/emails/"+url.PathEscape(l.ID)).Decode(&one); err != nil {
			return fmt.Errorf("asking Resend for a mail: %w", err)
		}
		if one.Tags[wire.AttemptKey] == m.AttemptID {
			found = wire.Found{Known: true, ProviderMessageID: l.ID}
			return errEnough
		}
		return nil
	})
	return found, err
}
