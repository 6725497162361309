package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

// Limits of the door for bounce mails.
const (
	MailLimit       = 10 << 20 // bytes of one mail
	mailConnections = 50
	mailRecipients  = 20
	mailPatience    = time.Minute // for one line, and for keeping one mail
)

// Mailroom is the door for mails that come back: SMTP, or LMTP from a mail server of the house. It answers
// 250 only when a mail is kept.
type Mailroom struct {
	// Domain is the name in the greeting.
	Domain string
	// Accepts says whether an address is one of our bounce addresses, with the right mac, or a connection's
	// own. An error makes the other side try again.
	Accepts func(ctx context.Context, address string) (bool, error)
	// Keep stores one mail for one address. Only when it returns nil is the mail ours.
	Keep func(ctx context.Context, envelopeTo string, raw []byte) error

	server *smtp.Server
	guests *guests
}

// Serve opens the door at an address, "127.0.0.1:2525", with "lmtp:" before it for LMTP, and keeps it open
// until the context ends. Mails that are being taken in are finished first.
func (m *Mailroom) Serve(ctx context.Context, address string) error {
	address, lmtp := withoutLMTP(address)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("opening the door for bounce mails: %w", err)
	}
	return m.ServeOn(ctx, listener, lmtp)
}

func withoutLMTP(address string) (string, bool) {
	rest, lmtp := strings.CutPrefix(address, "lmtp:")
	return strings.TrimPrefix(rest, "//"), lmtp
}

// ServeOn is Serve on a listener that is open already.
func (m *Mailroom) ServeOn(ctx context.Context, listener net.Listener, lmtp bool) error {
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &visit{room: m, ctx: context.WithoutCancel(ctx)}, nil
	}))
	m.server.Domain, m.server.LMTP = m.Domain, lmtp
	m.server.MaxMessageBytes, m.server.MaxRecipients = MailLimit, mailRecipients
	m.server.ReadTimeout, m.server.WriteTimeout = mailPatience, mailPatience
	m.server.EnableSMTPUTF8 = true
	m.server.ErrorLog = slog.NewLogLogger(slog.Default().Handler(), slog.LevelInfo)
	m.guests = &guests{Listener: netutil.LimitListener(listener, mailConnections), open: map[*guest]bool{}}
	closed := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		closed <- m.shut(context.WithoutCancel(ctx))
	})
	err := m.server.Serve(m.guests)
	if stop() {
		return fmt.Errorf("the door for bounce mails: %w", err)
	}
	if err := <-closed; err != nil {
		return fmt.Errorf("closing the door for bounce mails: %w", err)
	}
	return nil
}

// shut takes no more mails and lets those that are being taken in come to their end. Who has nothing more to
// say is not waited for: a mail that was not answered is brought again.
func (m *Mailroom) shut(ctx context.Context) error {
	patience, cancel := context.WithTimeout(ctx, leavePatience)
	defer cancel()
	err := m.server.Shutdown(patience)
	if errors.Is(err, context.DeadlineExceeded) {
		m.guests.closeAll()
		return nil
	}
	return err
}

// visit is one conversation with a mail server.
type visit struct {
	room *Mailroom
	ctx  context.Context
	from string
	to   []string
}

// Answers of the door.
var (
	unknownAddress = &smtp.SMTPError{
		Code:         550,
		EnhancedCode: smtp.EnhancedCode{5, 1, 1},
		Message:      "No such bounce address here",
	}
	notNow = &smtp.SMTPError{
		Code:         451,
		EnhancedCode: smtp.EnhancedCode{4, 3, 0},
		Message:      "Cannot keep the mail now, try again later",
	}
)

// Mail begins a mail; who sends it does not matter.
func (v *visit) Mail(from string, _ *smtp.MailOptions) error {
	v.from, v.to = from, nil
	return nil
}

// Rcpt takes only addresses of ours.
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	ctx, cancel := context.WithTimeout(v.ctx, mailPatience)
	defer cancel()
	ours, err := v.room.Accepts(ctx, to)
	if err != nil {
		slog.Error("bounce mail: the address could not be looked up", "error", err)
		return notNow
	}
	if !ours {
		return unknownAddress
	}
	v.to = append(v.to, to)
	return nil
}

// Data keeps the mail for every address, or for none as far as the other side knows: what is kept twice
// counts once.
func (v *visit) Data(r io.Reader) error {
	raw, err := v.read(r)
	if err != nil {
		return err
	}
	for _, to := range v.to {
		if err := v.keep(to, raw); err != nil {
			return err
		}
	}
	return nil
}

// LMTPData answers for each address by itself.
func (v *visit) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	raw, err := v.read(r)
	if err != nil {
		return err
	}
	for _, to := range v.to {
		status.SetStatus(to, v.keep(to, raw))
	}
	return nil
}

// read takes the mail in, with the sender's address as its first line: an empty one marks a bounce.
func (v *visit) read(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err // too large, or the line is gone: the library has the answer
	}
	return append([]byte("Return-Path: <"+v.from+">\r\n"), raw...), nil
}

func (v *visit) keep(to string, raw []byte) error {
	ctx, cancel := context.WithTimeout(v.ctx, mailPatience)
	defer cancel()
	if err := v.room.Keep(ctx, to, raw); err != nil {
		slog.Error("bounce mail: not kept", "error", err)
		return notNow
	}
	return nil
}

// Reset forgets the mail that was begun.
func (v *visit) Reset() { v.from, v.to = "", nil }

// Logout ends the visit.
func (v *visit) Logout() error { return nil }
