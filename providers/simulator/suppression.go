package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"undelivered/providers/wire"
)

// find looks one address up on the list.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	a := ask(ctx, c, s, wire.Call{Method: http.MethodGet, URL: "/suppressions/" + url.PathEscape(address)})
	switch {
	case a.Err != nil:
		return nil, fmt.Errorf("asking the simulator: %w", a.Err)
	case a.Status == http.StatusNotFound:
		return nil, nil
	case a.Status != http.StatusOK:
		return nil, fmt.Errorf("asking the simulator: status %d", a.Status)
	}
	var entry Entry
	if err := json.Unmarshal(a.Body, &entry); err != nil {
		return nil, fmt.Errorf("reading the simulator's answer: %w", err)
	}
	return []wire.Entry{entry.wire()}, nil
}

// list reads the whole list.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	var entries []Entry
	if err := answered(ctx, c, s, "/suppressions", &entries); err != nil {
		return err
	}
	for _, entry := range entries {
		if err := each(entry.wire()); err != nil {
			return err
		}
	}
	return nil
}

func (e Entry) wire() wire.Entry {
	return wire.Entry{
		Address: e.Email,
		Kind:    e.Kind,
		Reason:  e.Reason,
		Since:   e.CreatedAt,
		ByHand:  e.Kind == "complaint",
	}
}

// remove takes one address off the list. A complaint is for the simulator's support: by hand.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, _ string) wire.Cleared {
	a := ask(ctx, c, s, wire.Call{Method: http.MethodDelete, URL: "/suppressions/" + url.PathEscape(address)})
	var no refusal
	_ = json.Unmarshal(a.Body, &no) // an answer without words is read by its status alone
	switch {
	case a.Err != nil:
		return wire.Cleared{Result: wire.ClearLater, Err: a.Err}
	case a.Status == http.StatusOK:
		return wire.Cleared{Result: wire.ClearDone}
	case a.Status == http.StatusNotFound:
		return wire.Cleared{Result: wire.ClearNotListed}
	case a.Status == http.StatusForbidden && no.Message == onlySupport:
		return wire.Cleared{Result: wire.ClearByHand, Text: no.Message}
	case a.Status == http.StatusTooManyRequests || a.Status >= 500:
		return wire.Cleared{Result: wire.ClearLater, After: wire.Class(a).RetryAfter}
	}
	return wire.Cleared{Result: wire.ClearRefused, Text: no.Message}
}
