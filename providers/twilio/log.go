package twilio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// logged is one message of Twilio's log.
type logged struct {
	SID          string
	To           string
	Body         string
	Status       string
	Direction    string
	ErrorCode    wire.Text `json:"error_code"`
	ErrorMessage string    `json:"error_message"`
	DateCreated  wire.Text `json:"date_created"`
	raw          []byte
}

// Bounds of what is read of the log at once.
const (
	pageSize = "200"
	mostPage = 50
)

// eachLogged reads the log page by page, newest first, until each says that it is enough.
// It answers whether the end, or enough, was reached.
func eachLogged(ctx context.Context, c *wire.Client, s wire.Settings, query url.Values,
	each func(logged) bool) (bool, error) {
	query.Set("PageSize", pageSize)
	address := host + url.PathEscape(s["account_sid"]) + "/Messages.json?" + query.Encode()
	for range mostPage {
		var page struct {
			Messages []json.RawMessage
			Next     string `json:"next_page_uri"`
		}
		if err := get(ctx, c, s, address, &page); err != nil {
			return false, err
		}
		for _, raw := range page.Messages {
			m := logged{raw: raw}
			if err := json.Unmarshal(raw, &m); err != nil {
				return false, fmt.Errorf("reading Twilio's log: %w", err)
			}
			if !each(m) {
				return true, nil
			}
		}
		next, found := strings.CutPrefix(page.Next, "/2010-04-01/Accounts/")
		if !found {
			return true, nil
		}
		address = host + next
	}
	return false, nil
}

// Twilio writes its log within seconds; our clock and its may differ a little.
const (
	clockSkew = 2 * time.Minute
	handOver  = 10 * time.Minute
)

// find looks for one text among the recent ones to its number: the same words, at about that time.
// Twilio keeps no mark of ours with a text, so its words have to do.
func find(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var found wire.Found
	if m.Text == "" { // its words are gone: nothing tells it from others
		return found, nil
	}
	from, to := m.SentAround.Add(-clockSkew), m.Ended().Add(handOver)
	done, err := eachLogged(ctx, c, s, url.Values{"To": {m.To}}, func(l logged) bool {
		at := wire.Time(l.DateCreated)
		if at.Before(from) && !at.IsZero() {
			return false
		}
		if l.Body == m.Text && strings.HasPrefix(l.Direction, "outbound") && at.Before(to) {
			found = wire.Found{Known: true, ProviderMessageID: l.SID}
		}
		return !found.Known
	})
	found.Complete = done
	return found, err
}

// state reads what became of one text. Its key is that of the callback.
func state(ctx context.Context, c *wire.Client, s wire.Settings, sid string) ([]models.Event, error) {
	var raw json.RawMessage
	if err := get(ctx, c, s, host+url.PathEscape(s["account_sid"])+"/Messages/"+url.PathEscape(sid)+".json",
		&raw); err != nil {
		return nil, err
	}
	l := logged{raw: raw}
	if err := json.Unmarshal(raw, &l); err != nil || l.SID == "" {
		return nil, fmt.Errorf("reading a text at Twilio: %w", errors.Join(err, errNoText))
	}
	return []models.Event{l.event()}, nil
}

var errNoText = errors.New("the answer is no text")

func (l logged) event() models.Event {
	e := unified(l.SID, l.Status, string(l.ErrorCode), l.ErrorMessage)
	e.Recipient, e.Raw = l.To, l.raw
	return e
}

// missed reads the final states of the texts of a period from the log.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	const day = "2006-01-02"
	// A text is listed by the day it was sent; its state may have changed days later.
	query := url.Values{
		"DateSent>": {from.Add(-72 * time.Hour).UTC().Format(day)},
		"DateSent<": {to.AddDate(0, 0, 1).UTC().Format(day)},
	}
	var events []models.Event
	done, err := eachLogged(ctx, c, s, query, func(l logged) bool {
		if l.Direction == "inbound" {
			return true
		}
		events = append(events, l.event())
		return true
	})
	if err == nil && !done {
		err = errors.New("the log of that time at Twilio is longer than can be read")
	}
	return events, err
}
