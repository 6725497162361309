package views

import "context"

// Mail is a mail of the product, in plain text.
type Mail struct{ Subject, Text string }

// LinkMail is the mail that carries a link: to sign in, to choose a new password, or to join. purpose is a key of the
// catalogue; account and by are for an invitation.
func LinkMail(ctx context.Context, purpose, link, account, by string) Mail {
	pairs := []any{"product", Product, "link", link, "account", account, "person", by}
	return Mail{T(ctx, "mail."+purpose, pairs...), T(ctx, "mail."+purpose+".text", pairs...)}
}
