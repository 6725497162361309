package views

import "context"

func (p ErrorPage) owner(ctx context.Context) string {
	if p.Owner == "" {
		return T(ctx, "the owner of the account")
	}
	return p.Owner
}
