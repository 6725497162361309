package mailjet

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"undelivered/providers/wire"
)

// contact is a person on Mailjet's side; excluded is what an unsubscribe leaves behind. Bounces and
// complaints are on a list that cannot be read.
type contact struct {
	Email    string
	Excluded bool      `json:"IsExcludedFromCampaigns"`
	Since    wire.Text `json:"ExclusionFromCampaignsUpdatedAt"`
}

func (c contact) entry() wire.Entry {
	return wire.Entry{
		Address: c.Email,
		Kind:    "unsubscribe",
		Reason:  "Excluded from campaigns",
		Since:   wire.Time(c.Since),
	}
}

// find asks for one contact; 404 is none.
func find(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]wire.Entry, error) {
	a := ask(ctx, c, s, "/v3/REST/contact/"+url.PathEscape(address))
	if a.Err == nil && a.Status == http.StatusNotFound {
		return nil, nil
	}
	var answer struct{ Data []contact }
	if err := a.Decode(&answer); err != nil {
		return nil, fmt.Errorf("asking Mailjet for a contact: %w", err)
	}
	var entries []wire.Entry
	for _, one := range answer.Data {
		if one.Excluded {
			entries = append(entries, one.entry())
		}
	}
	return entries, nil
}

// page is the largest that Mailjet gives.
const page = 1000

// list reads all contacts that are excluded.
func list(ctx context.Context, c *wire.Client, s wire.Settings, each func(wire.Entry) error) error {
	for offset := 0; ; offset += page {
		var answer struct{ Data []contact }
		path := "/v3/REST/contact?IsExcludedFromCampaigns=true&Limit=" + wire.Number(
			page,
		) + "&Offset=" + wire.Number(offset)
		if err := ask(ctx, c, s, path).Decode(&answer); err != nil {
			return fmt.Errorf("asking Mailjet for its contacts: %w", err)
		}
		for _, one := range answer.Data {
			if !one.Excluded {
				continue
			}
			if err := each(one.entry()); err != nil {
				return err
			}
		}
		if len(answer.Data) < page {
			return nil
		}
	}
}

// remove lifts an unsubscribe. Everything else is for Mailjet's support.
func remove(ctx context.Context, c *wire.Client, s wire.Settings, address, kind string) wire.Cleared {
	if kind != "unsubscribe" {
		return wire.Cleared{
			Result: wire.ClearByHand,
			Text:   "Mailjet removes bounces and complaints only through its support.",
		}
	}
	call, err := wire.JSON(http.MethodPut, host+"/v3/REST/contact/"+url.PathEscape(address),
		map[string]bool{"IsExcludedFromCampaigns": false})
	if err != nil {
		return wire.Cleared{Result: wire.ClearLater, Err: err}
	}
	a := c.Do(ctx, call.SignedIn(s["api_key"], s["api_secret"]))
	if a.Err == nil && a.Status == http.StatusNotModified { // nothing to change
		return wire.Cleared{Result: wire.ClearNotListed}
	}
	return wire.Clearing(a)
}
