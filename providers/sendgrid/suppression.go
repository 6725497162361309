package sendgrid

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"undelivered/providers/wire"
)

// lists are SendGrid's own, by kind. Its fifth, blocks, stops nothing.
var lists = []struct{ kind, path string }{
	{"bounce", "/v3/suppression/bounces"},
	{"complaint", "/v3/suppression/spam_reports"},
	{"invalid", "/v3/suppression/invalid_emails"},
	{"unsubscribe", "/v3/suppression/unsubscribes"},
}

// global is where the entry of one address on the list of unsubscribes is.
const global = "/v3/asm/suppressions/global/"

// row is one line of a list.
type row struct {
	Created               wire.Text
	Email, Reason, Status string
}

func (r row) entry(kind string) wire.Entry {
	return wire.Entry{Address: r.Email, Kind: kind, Reason: wire.Words(r.Reason), Since: wire.Time(r.Created)}
}

// find asks each list for one address.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	var entries []wire.Entry
	for _, list := range lists {
		path := list.path + "/"
		if list.kind == "unsubscribe" {
			path = global
		}
		rows, err := one(ask(ctx, c, s, http.MethodGet, path+url.PathEscape(address)))
		if err != nil {
			return nil, fmt.Errorf("asking SendGrid for %ss: %w", list.kind, err)
		}
		for _, row := range rows {
			entries = append(entries, row.entry(list.kind))
		}
	}
	groups, err := groupsOf(ctx, c, s, address)
	for _, g := range groups {
		entries = append(entries, wire.Entry{
			Address: address,
			Kind:    "unsubscribe",
			Reason:  wire.Words("Unsubscribed from the group " + g.Name),
		})
	}
	return entries, err
}

// one reads an answer about one address: an array of rows, or the object of the global list; 404 is none.
func one(a wire.Response) ([]row, error) {
	if a.Err == nil && a.Status == http.StatusNotFound {
		return nil, nil
	}
	var raw json.RawMessage
	if err := a.Decode(&raw); err != nil {
		return nil, err
	}
	var rows []row
	if json.Unmarshal(raw, &rows) == nil {
		return rows, nil
	}
	var listed struct {
		Email string `json:"recipient_email"`
	}
	if err := json.Unmarshal(raw, &listed); err != nil || listed.Email == "" {
		return nil, err
	}
	return []row{{Email: listed.Email}}, nil
}

// page is the largest that SendGrid gives.
const page = 500

// list reads all four lists to their end.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	for _, list := range lists {
		err := rows(ctx, c, s, list.path, "", func(r row) error { return each(r.entry(list.kind)) })
		if err != nil {
			return err
		}
	}
	return nil
}

// rows pages through one list; the query may narrow it.
func rows(ctx context.Context, c *wire.Client, s wire.Settings, path, query string,
	each func(row) error) error {
	for offset := 0; ; offset += page {
		var found []row
		address := path + "?limit=" + wire.Number(page) + "&offset=" + wire.Number(offset) + query
		if err := ask(ctx, c, s, http.MethodGet, address).Decode(&found); err != nil {
			return fmt.Errorf("asking SendGrid for its list: %w", err)
		}
		for _, r := range found {
			if err := each(r); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
	}
}

// remove takes an address off the list of that kind. One that is not there is as good as cleared.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	path := ""
	for _, list := range lists {
		if list.kind == kind {
			path = list.path + "/"
		}
	}
	switch {
	case kind == "unsubscribe":
		return resubscribe(ctx, c, s, address)
	case path == "":
		return wire.Cleared{Result: wire.ClearNotListed, Text: "SendGrid has no list of that kind"}
	}
	return wire.Clearing(ask(ctx, c, s, http.MethodDelete, path+url.PathEscape(address)))
}
