// Package smtp hands mail to a mail server. What becomes of it comes back as bounce mail (providers/dsn).
package smtp

import (
	"context"
	"errors"
	"net"
	"net/textproto"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Provider is the row of plain mail servers.
var Provider = wire.Provider{
	Code:     "smtp",
	Name:     "Mail server (SMTP)",
	Channels: []models.Channel{models.Email},
	Fields: []wire.Field{
		{Key: "host", Label: "Host", For: wire.Sending, Required: true},
		{Key: "port", Label: "Port", For: wire.Sending, Default: "587"},
		{
			Key:     "tls",
			Label:   "Encryption",
			For:     wire.Sending,
			Options: []string{"starttls", "tls", "none"},
			Default: "starttls",
			Hint:    "Port 587 uses starttls, port 465 tls. None is for a server on the same machine.",
		},
		{Key: "user", Label: "User", For: wire.Sending},
		{Key: "password", Label: "Password", For: wire.Sending, Secret: true},
		{
			Key:     "plain_login",
			Label:   "Log in without encryption",
			For:     wire.Sending,
			Options: []string{"no", "yes"},
			Default: "no",
		},
		{Key: "ca_pem", Label: "Certificate authority", For: wire.Sending,
			Hint: "PEM, where the server's certificate is from an authority of your own."},
		{Key: "from", Label: "From", For: wire.Sending, Required: true},
		{Key: "bounce_domain", Label: "Bounce domain", For: wire.Receive,
			Hint: "Its mail comes to this program; each message gets a bounce address of its own there."},
		{Key: "bounce_address", Label: "Bounce address", For: wire.Receive,
			Hint: "One address for all bounces, where there is no bounce domain."},
		{Key: "bounce_mailbox", Label: "Bounce mailbox", For: wire.Receive, Secret: true,
			Hint: "imaps://user:password@host/INBOX, collected each minute."},
		{Key: "bounce_secret", Label: "Bounce secret", For: wire.Receive, Secret: true, Generate: true,
			Hint: "Made for you. It proves that a bounce is for a message of yours."},
	},
	RetriesFor: 4 * 24 * time.Hour, // mail servers try bounce mails for days, as any mail
	Settling:   5 * 24 * time.Hour,
	Send:       send,
	Test:       test,
}

// Limits of one hand-over, as over HTTP.
const (
	connectLimit = 10 * time.Second
	totalLimit   = 30 * time.Second
)

// step is the place in the dialogue where something went wrong.
type step string

const (
	connecting step = "connect"
	login      step = "login"
	sender     step = "MAIL FROM"
	recipient  step = "RCPT TO"
	data       step = "DATA"
	body       step = "body"
	dot        step = "end of DATA" // the final dot is written or may be
)

// failure is what went wrong, and where.
type failure struct {
	at  step
	err error
}

func (f *failure) Error() string { return string(f.at) + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// send hands one mail over: one connection, one recipient, one try.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	mail, err := compose(s, m)
	if err != nil {
		return wire.Receipt{
			Outcome:    wire.Refused,
			Reason:     "not-sent-bad-request",
			Diagnostic: err.Error(),
			Err:        err,
		}
	}
	ctx, cancel := context.WithTimeout(ctx, totalLimit)
	defer cancel()
	reply, err := deliver(ctx, c, s, mail)
	if err != nil {
		return classed(err)
	}
	return wire.Receipt{Outcome: wire.Taken, MessageID: mail.messageID, ProviderMessageID: mail.messageID,
		SMTPCode: 250, EnhancedCode: models.EnhancedStatus(reply), Diagnostic: wire.Words(reply)}
}

func deliver(ctx context.Context, c *wire.Client, s wire.Settings, m message) (string, error) {
	d, err := connect(ctx, c, s)
	if err != nil {
		return "", err
	}
	defer d.close()
	return d.hand(m)
}

// test proves the settings up to the login; nothing is sent.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	ctx, cancel := context.WithTimeout(ctx, totalLimit)
	defer cancel()
	d, err := connect(ctx, c, s)
	if err != nil {
		return err
	}
	d.close()
	return nil
}

// classed classes what went wrong (RULES.md, Results of a hand-over): before the final dot nothing was handed
// over; a lost line after it leaves the outcome open; a reply decides by its first digit wherever it comes.
func classed(err error) wire.Receipt {
	r := wire.Receipt{
		Outcome:    wire.Later,
		Err:        err,
		Diagnostic: wire.Words(err.Error()),
		Reason:     "provider-unreachable",
	}
	at := connecting
	var f *failure
	if errors.As(err, &f) {
		at = f.at
	}
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		if at == dot {
			r.Outcome = wire.Open
		}
		return r
	}
	r.SMTPCode, r.Diagnostic = reply.Code, wire.Words(reply.Msg)
	r.EnhancedCode = models.EnhancedStatus(reply.Msg)
	if reply.Code >= 500 {
		r.Outcome = wire.Refused
	}
	r.Reason = reasonAt(at, r)
	r.StopConnection = at == login && r.Outcome == wire.Refused
	return r
}

// reasonAt blames the recipient only for a reply about the recipient or the mail itself; what is said to the
// connection, the login and the sender is our side's matter.
func reasonAt(at step, r wire.Receipt) string {
	switch {
	case at == login:
		return "smtp-auth"
	case r.SMTPCode == 421 || at == connecting:
		return "provider-unreachable"
	case at == sender && r.Outcome == wire.Refused:
		return "sender-rejected"
	case at == sender:
		return "provider-failed"
	}
	return models.MatchReason(
		models.Evidence{Channel: models.Email, Text: r.Diagnostic, Enhanced: r.EnhancedCode,
			SMTP: r.SMTPCode, Temporary: r.Outcome == wire.Later},
	).ID
}

// domainOf is the part of an address after @.
func domainOf(address string) string {
	address = wire.Address(address)
	return address[strings.LastIndexByte(address, '@')+1:]
}

func hostPort(s wire.Settings) string {
	return net.JoinHostPort(s["host"], wire.Pick(s["port"], "587"))
}
