package delivery

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
)

// postLimit is how long one of our own mails may take.
const postLimit = time.Minute

// Mailer sends the product's own mails: links to sign in, invitations, answers.
type Mailer struct {
	from    string
	host    string
	options []mail.Option
	log     *slog.Logger
	open    sync.WaitGroup
}

// Mail is one mail of the product.
type Mail struct{ To, Subject, Text string }

// NewPost reads smtp://user:password@host:587, or smtps:// for TLS from the first byte, and the address to
// send from.
func NewPost(address, from string, log *slog.Logger) (*Mailer, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, errors.New(
			"delivery: the mail server is smtp://user:password@host:587 or smtps://user:password@host",
		)
	}
	if err := mail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("delivery: the sender of the product's mails: %w", err)
	}
	p := &Mailer{from: from, host: u.Hostname(), log: log}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, fmt.Errorf("delivery: mail server: %w", err)
		}
	}
	p.options = []mail.Option{
		mail.WithPort(port),
		mail.WithTimeout(postLimit / 2),
		mail.WithTLSPolicy(policyOf(u)),
		mail.WithTLSConfig(&tls.Config{ServerName: p.host, MinVersion: tls.VersionTLS12}),
	}
	if u.Scheme == "smtps" {
		p.options = append(p.options, mail.WithSSL())
	}
	if password, ok := u.User.Password(); ok {
		p.options = append(p.options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover),
			mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return p, nil
}

// policyOf asks for TLS, except to a mail server on this machine.
func policyOf(u *url.URL) mail.TLSPolicy {
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return mail.TLSOpportunistic
	}
	return mail.TLSMandatory
}

// Send hands one letter to the mail server.
func (p *Mailer) Send(ctx context.Context, l Mail) error {
	m := mail.NewMsg()
	if err := m.From(p.from); err != nil {
		return fmt.Errorf("delivery: own mail: %w", err)
	}
	if err := m.To(l.To); err != nil {
		return fmt.Errorf("delivery: own mail: %w", err)
	}
	m.Subject(l.Subject)
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	client, err := mail.NewClient(p.host, p.options...)
	if err != nil {
		return fmt.Errorf("delivery: own mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, m); err != nil {
		return fmt.Errorf("delivery: own mail: %w", err)
	}
	return nil
}

// SendSoon sends without keeping anybody waiting: whoever asks for a link cannot tell by the time whether
// there is such a person. A mail that could not be sent is in the log; its reader asks again.
func (p *Mailer) SendSoon(ctx context.Context, l Mail) {
	p.open.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), postLimit)
		defer cancel()
		if err := p.Send(ctx, l); err != nil {
			p.log.Error("a mail of our own was not sent", "subject", l.Subject, "error", err)
		}
	})
}

// Close waits for the mails that are being sent.
func (p *Mailer) Close() { p.open.Wait() }
