package postmark

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

func suppressions(s wire.Settings) string {
	return "/message-streams/" + url.PathEscape(stream(s)) + "/suppressions"
}

// find asks for the entries of one address.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var entries []wire.Entry
	err := dump(ctx, c, s, "?EmailAddress="+url.QueryEscape(address), func(e wire.Entry) error {
		entries = append(entries, e)
		return nil
	})
	return entries, err
}

// list reads the whole list, which comes in one piece.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	return dump(ctx, c, s, "", each)
}

// suppressed is a line of the list.
type suppressed struct {
	EmailAddress, SuppressionReason, Origin string
	CreatedAt                               wire.Text
}

func (row suppressed) entry() wire.Entry {
	kind := listed(row.SuppressionReason, row.Origin)
	return wire.Entry{
		Address: row.EmailAddress,
		Kind:    kind,
		Reason:  row.SuppressionReason,
		Since:   wire.Time(row.CreatedAt),
		ByHand:  kind == "complaint",
	}
}

func dump(ctx context.Context, c *wire.Client, s wire.Settings, query string,
	take func(wire.Entry) error) error {
	return each(ctx, c, s, query, func(row suppressed) error { return take(row.entry()) })
}

func each(ctx context.Context, c *wire.Client, s wire.Settings, query string,
	take func(suppressed) error) error {
	var answer struct{ Suppressions []suppressed }
	if err := ask(ctx, c, s, suppressions(s)+"/dump"+query).Decode(&answer); err != nil {
		return fmt.Errorf("asking Postmark for its suppressions: %w", err)
	}
	for _, row := range answer.Suppressions {
		if err := take(row); err != nil {
			return err
		}
	}
	return nil
}

// remove takes an address off the list. Complaints come off it only by Postmark's support.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	if kind == "complaint" {
		return wire.Cleared{
			Result: wire.ClearByHand,
			Text:   "Postmark removes complaints only through its support, when the recipient asks.",
		}
	}
	type entry struct{ EmailAddress, Status, Message string }
	body := struct{ Suppressions []map[string]string }{[]map[string]string{{"EmailAddress": address}}}
	call, err := wire.JSON(http.MethodPost, host+suppressions(s)+"/delete", body)
	if err != nil {
		return wire.Cleared{Result: wire.ClearLater, Err: err}
	}
	a := c.Do(ctx, call.With("X-Postmark-Server-Token", s["server_token"]))
	cleared := wire.Clearing(a)
	if cleared.Result != wire.ClearDone {
		return cleared
	}
	var answer struct{ Suppressions []entry }
	if err := json.Unmarshal(a.Body, &answer); err != nil || len(answer.Suppressions) == 0 {
		return wire.Cleared{Result: wire.ClearLater, Text: a.Words(), Err: err}
	}
	if answer.Suppressions[0].Status != "Deleted" {
		return wire.Cleared{Result: wire.ClearRefused, Text: wire.Words(answer.Suppressions[0].Message)}
	}
	return cleared
}

// page is the largest that Postmark gives, deepest how far it pages.
const (
	page    = 500
	deepest = 10_000
)

// missed reads the list of bounces and complaints of a time. It holds 45 days.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var events []models.Event
	for offset := 0; offset < deepest; offset += page {
		query := url.Values{"count": {wire.Number(page)}, "offset": {wire.Number(offset)},
			"fromdate": {eastern(from)}, "todate": {eastern(to)}, "messagestream": {stream(s)}}
		var answer struct{ Bounces []json.RawMessage }
		if err := ask(ctx, c, s, "/bounces?"+query.Encode()).Decode(&answer); err != nil {
			return nil, fmt.Errorf("asking Postmark for its bounces: %w", err)
		}
		events = append(events, wire.Each(answer.Bounces, models.Email, line)...)
		if len(answer.Bounces) < page {
			break
		}
	}
	return events, nil
}

// line is one line of the list, which has no record type.
func line(raw json.RawMessage) ([]models.Event, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return nil, err
	}
	fields["RecordType"] = json.RawMessage(`"Bounce"`)
	if string(fields["Type"]) == `"SpamComplaint"` {
		fields["RecordType"] = json.RawMessage(`"SpamComplaint"`)
	}
	whole, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return event(whole, "")
}

// eastern is a time as Postmark filters by it: New York's winter time, an hour off in summer, so that the
// margin of an hour on our side does no harm.
func eastern(at time.Time) string {
	return at.In(time.FixedZone("EST", -5*3600)).Format("2006-01-02T15:04:05")
}
