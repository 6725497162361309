package views

import (
	"context"
	"strconv"
	"strings"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/report"
)

// Mail is a mail of the product, in plain text.
type Mail struct{ Subject, Text string }

// LinkMail is the mail that carries a link: to sign in, to choose a new password, or to join. purpose is a
// key of the catalogue; account and by are for an invitation.
func LinkMail(ctx context.Context, purpose, link, account, by string) Mail {
	pairs := []any{"product", Product, "link", link, "account", account, "person", by}
	return Mail{T(ctx, "mail."+purpose, pairs...), T(ctx, "mail."+purpose+".text", pairs...)}
}

// AlertMail is the mail about something that the people of an account asked to be told; base is our own
// address.
func AlertMail(ctx context.Context, a report.Alert, base string) Mail {
	link := base + map[report.AlertKind]string{report.AlertStopped: SettingsURL("connections"),
		report.AlertRate: StatusURL(models.Spammed)}[a.Kind]
	pairs := []any{
		"product",
		Product,
		"account",
		a.Account.Name,
		"link",
		link,
		"names",
		strings.Join(a.Names, ", "),
		"usual",
		Count(a.Usual),
		"days",
		Count(a.Account.Days()),
		"percent",
		strconv.FormatFloat(a.Percent, 'f', 1, 64),
	}
	return Mail{
		N(ctx, "alert."+string(a.Kind), a.N, pairs...),
		N(ctx, "alert."+string(a.Kind)+".text", a.N, pairs...),
	}
}

// AnswerMail is the mail about what came of a clear request, to the person who asked, or about an answer, to
// the one who had asked back.
func AnswerMail(ctx context.Context, a consent.RequestOutcomeMail, base string) Mail {
	r, person, note := a.Request, a.Request.DecidedByName, a.Request.DecisionNote
	switch a.What {
	case "question":
		person, note = r.QuestionBy, r.Question
	case "answer":
		person, note = a.By, r.Answer
	case "refused":
		note = r.Result
	}
	dropped := ""
	if a.Dropped > 0 {
		dropped = N(ctx, "answer.dropped", a.Dropped) + "\n"
	}
	pairs := []any{
		"account",
		a.Account.Name,
		"address",
		a.Address,
		"person",
		person,
		"asker",
		r.AskedByName,
		"note",
		note,
		"question",
		r.Question,
		"dropped",
		dropped,
		"link",
		base + RequestURL(r.ID),
	}
	return Mail{T(ctx, "answer."+a.What, pairs...), T(ctx, "answer."+a.What+".text", pairs...)}
}
