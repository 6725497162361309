package messagebird

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// logged is one text of MessageBird's log, with the state of each of its receivers.
type logged struct {
	ID         string
	Reference  string
	Direction  string
	Recipients struct{ Items []receiver }
	raw        []byte
}

type receiver struct {
	Recipient  wire.Text
	Status     string
	StatusAt   string    `json:"statusDatetime"`
	Reason     string    `json:"statusReason"`
	StatusCode wire.Text `json:"statusErrorCode"`
}

// Bounds of what is read of the log at once.
const (
	pageSize = 200
	mostPage = 50
)

// eachLogged reads the log, newest first, page by page, until each says that it is enough. It answers whether
// the end, or enough, was reached.
func eachLogged(ctx context.Context, c *wire.Client, s wire.Settings, query url.Values,
	each func(logged) bool) (bool, error) {
	query.Set("limit", wire.Number(pageSize))
	for page := range mostPage {
		query.Set("offset", wire.Number(page*pageSize))
		var body struct {
			Total int `json:"totalCount"`
			Items []json.RawMessage
		}
		if err := get(ctx, c, s, "/messages?"+query.Encode(), &body); err != nil {
			return false, err
		}
		for _, raw := range body.Items {
			m := logged{raw: raw}
			if err := json.Unmarshal(raw, &m); err != nil {
				return false, fmt.Errorf("reading MessageBird's log: %w", err)
			}
			if !each(m) {
				return true, nil
			}
		}
		if len(body.Items) == 0 || (page+1)*pageSize >= body.Total {
			return true, nil
		}
	}
	return false, nil
}

// handOver is how long before and after the hand-over the log is searched.
const handOver = 10 * time.Minute

// find looks for one text by its reference, which is the attempt.
func find(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var found wire.Found
	query := period(m.SentAround.Add(-handOver), m.Ended().Add(handOver))
	query.Set("recipient", wire.Figures(m.To))
	done, err := eachLogged(ctx, c, s, query, func(l logged) bool {
		if l.Reference == m.AttemptID {
			found = wire.Found{Known: true, ProviderMessageID: l.ID}
		}
		return !found.Known
	})
	found.Complete = done
	return found, err
}

// missed reads the present state of the texts of a period; its keys are those of the reports.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	// A text is listed by the time it was sent; its state may have changed days later.
	done, err := eachLogged(ctx, c, s, period(from.Add(-72*time.Hour), to), func(l logged) bool {
		for _, r := range l.Recipients.Items {
			if l.Direction != "mo" {
				e := unified(r.Status, told{l.ID, r.StatusAt, r.Reason, string(r.StatusCode)})
				e.Recipient, e.AttemptRef, e.Raw = wire.E164(string(r.Recipient)), l.Reference, l.raw
				events = append(events, e)
			}
		}
		return true
	})
	if err == nil && !done {
		err = errors.New("the log of that time at MessageBird is longer than can be read")
	}
	return events, err
}

func period(from, to time.Time) url.Values {
	return url.Values{"from": {from.UTC().Format(time.RFC3339)}, "until": {to.UTC().Format(time.RFC3339)}}
}
