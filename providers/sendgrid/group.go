package sendgrid

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"undelivered/providers/wire"
)

// group is one that an address may have unsubscribed from.
type group struct {
	ID         wire.Text
	Name       string
	Suppressed bool
}

// groupsOf are the groups that an address has unsubscribed from. A key that may not ask for them, or an
// answer that is no list of groups, is as good as none: what we send belongs to no group.
func groupsOf(ctx context.Context, c *wire.Client, s wire.Settings, address string) ([]group, error) {
	a := ask(ctx, c, s, http.MethodGet, "/v3/asm/suppressions/"+url.PathEscape(address))
	if a.Err != nil {
		return nil, fmt.Errorf("asking SendGrid for groups: %w", a.Err)
	}
	var answer struct{ Suppressions []group }
	if err := a.Decode(&answer); err != nil {
		return nil, nil
	}
	return slices.DeleteFunc(answer.Suppressions, func(g group) bool { return !g.Suppressed }), nil
}

// resubscribe takes an address off the list of all unsubscribes, and then off those of single groups.
func resubscribe(ctx context.Context, c *wire.Client, s wire.Settings, address string) wire.Cleared {
	cleared := wire.Clearing(ask(ctx, c, s, http.MethodDelete, global+url.PathEscape(address)))
	if cleared.Result != wire.ClearDone && cleared.Result != wire.ClearNotListed {
		return cleared
	}
	groups, err := groupsOf(ctx, c, s, address)
	if err != nil {
		return wire.Cleared{Result: wire.ClearLater, Err: err}
	}
	for _, g := range groups {
		one := wire.Clearing(ask(ctx, c, s, http.MethodDelete,
			"/v3/asm/groups/"+url.PathEscape(string(g.ID))+"/suppressions/"+url.PathEscape(address)))
		if one.Result != wire.ClearNotListed {
			cleared = one
		}
		if one.Result != wire.ClearNotListed && one.Result != wire.ClearDone {
			break
		}
	}
	return cleared
}
