package awssms

import (
	"context"
	"fmt"
	"time"

	"undelivered/providers/wire"
)

// optOut is an entry of an opt-out list.
type optOut struct {
	Number string  `json:"OptedOutNumber"`
	Since  float64 `json:"OptedOutTimestamp"`
	ByUser bool    `json:"EndUserOptedOut"`
}

func (o optOut) entry() wire.Entry {
	e := wire.Entry{
		Address: o.Number,
		Kind:    "unsubscribe",
		Since:   time.UnixMilli(int64(o.Since * 1000)).UTC(),
	}
	if o.ByUser {
		e.Reason = "texted STOP"
	}
	return e
}

// page is one page of an opt-out list.
type page struct {
	OptedOutNumbers []optOut
	NextToken       string
}

func optOutList(s wire.Settings) string { return wire.Pick(s["opt_out_list"], "Default") }

// findOptOut looks one number up.
func findOptOut(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	a := ask(ctx, c, s, "DescribeOptedOutNumbers",
		map[string]any{"OptOutListName": optOutList(s), "OptedOutNumbers": []string{address}})
	if a.Err == nil && refusalOf(a).Type == "ResourceNotFoundException" {
		return nil, nil
	}
	var found page
	if err := a.Decode(&found); err != nil {
		return nil, fmt.Errorf("asking AWS: %w", err)
	}
	var entries []wire.Entry
	for _, o := range found.OptedOutNumbers {
		entries = append(entries, o.entry())
	}
	return entries, nil
}

// listOptOuts reads a whole list.
func listOptOuts(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	body := map[string]any{"OptOutListName": optOutList(s), "MaxResults": 100}
	for {
		var found page
		if err := ask(ctx, c, s, "DescribeOptedOutNumbers", body).Decode(&found); err != nil {
			return fmt.Errorf("asking AWS: %w", err)
		}
		for _, o := range found.OptedOutNumbers {
			if err := each(o.entry()); err != nil {
				return err
			}
		}
		if found.NextToken == "" || found.NextToken == body["NextToken"] {
			return nil
		}
		body["NextToken"] = found.NextToken
	}
}

// deleteOptOut takes one number off the list; AWS allows it once in thirty days for a number.
func deleteOptOut(ctx context.Context, c *wire.Client, s wire.Settings, address, _ string) wire.Cleared {
	a := ask(ctx, c, s, "DeleteOptedOutNumber",
		map[string]any{"OptOutListName": optOutList(s), "OptedOutNumber": address})
	no := refusalOf(a)
	switch {
	case a.Err == nil && no.Type == "ResourceNotFoundException":
		return wire.Cleared{Result: wire.ClearNotListed, Text: no.Message}
	case a.Err == nil && no.Type == throttling:
		return wire.Cleared{Result: wire.ClearLater, Text: no.Message}
	}
	return wire.Clearing(a)
}
