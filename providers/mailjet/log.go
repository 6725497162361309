package mailjet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// logged is one message of Mailjet's log.
type logged struct {
	ID         wire.Text
	Status     string
	StateID    wire.Text
	ContactAlt wire.Text // the address, when it is asked for
	CustomID   wire.Text
}

// causes are the errors of the posts by the number that the log has for them.
var causes = map[wire.Text]wire.Text{
	"1":  "user unknown",
	"2":  "mailbox inactive",
	"3":  "quota exceeded",
	"4":  "invalid domain",
	"5":  "no mail host",
	"6":  "relay/access denied",
	"7":  "sender blocked",
	"8":  "content blocked",
	"9":  "policy issue",
	"10": "system issue",
	"11": "protocol issue",
}

// statuses are the posts that the log's words stand for.
var statuses = map[string]item{
	"sent":        {Event: "sent"},
	"opened":      {Event: "open"},
	"clicked":     {Event: "click"},
	"spam":        {Event: "spam"},
	"unsub":       {Event: "unsub"},
	"blocked":     {Event: "blocked"},
	"bounce":      {Event: "bounce"},
	"softbounced": {Event: "bounce"},
	"hardbounced": {Event: "bounce", Hard: true},
}

// trying is how long before a gap a mail may have been sent whose fate was told in it; mostPage bounds the
// reading.
const (
	trying   = 24 * time.Hour
	mostPage = 100
)

// missed reads what became of the mail of a time. The log has one state for each mail and no time of it, so
// that rank decides.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	path := "/v3/REST/message?ShowContactAlt=true&ShowCustomID=true&Limit=" + wire.Number(
		page,
	) + "&FromTS=" + unix(from.Add(-trying)) + "&ToTS=" + unix(to)
	for n := range mostPage {
		var answer struct{ Data []json.RawMessage }
		if err := ask(ctx, c, s, path+"&Offset="+wire.Number(n*page)).Decode(&answer); err != nil {
			return nil, fmt.Errorf("asking Mailjet for its log: %w", err)
		}
		events = append(events, wire.Each(answer.Data, models.Email, fromLog)...)
		if len(answer.Data) < page {
			return events, nil
		}
	}
	return events, errors.New("the log of that time at Mailjet is longer than can be read")
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// fromLog reads a line of the log as the post that it stands for; a mail still under way stands for none.
func fromLog(raw json.RawMessage) ([]models.Event, error) {
	var l logged
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, err
	}
	i, known := statuses[l.Status]
	if !known {
		return nil, nil
	}
	i.Error = causes[l.StateID]
	e := models.Event{
		Channel:           models.Email,
		Recipient:         wire.Address(string(l.ContactAlt)),
		ProviderMessageID: string(l.ID),
		AttemptRef:        string(l.CustomID),
		ByRank:            true,
		DedupeKey:         wire.Digest("log", string(l.ID), l.Status),
		Raw:               wire.Own(raw),
	}
	return []models.Event{meanings[string(i.Event)](e, i)}, nil
}
