package smtp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"undelivered/providers/wire"
)

// dialogue is one conversation with a mail server.
type dialogue struct {
	client *smtp.Client
	stop   func() bool
}

// connect opens a conversation: encrypted and logged in as the settings say.
func connect(ctx context.Context, c *wire.Client, s wire.Settings) (*dialogue, error) {
	secure, err := tlsConfig(s)
	if err != nil {
		return nil, &failure{connecting, err}
	}
	conn, err := c.Way().DialContext(ctx, "tcp", hostPort(s))
	if err != nil {
		return nil, &failure{connecting, err}
	}
	// When the time is up the line is cut, wherever the conversation stands.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(totalLimit)
	}
	if err := conn.SetDeadline(deadline); err != nil {
		stop()
		return nil, &failure{connecting, errors.Join(err, conn.Close())}
	}
	client, err := greet(conn, s, secure)
	if err != nil {
		stop()
		_ = conn.Close() // the first error tells more
		return nil, err
	}
	return &dialogue{client: client, stop: stop}, nil
}

// greet takes the conversation up to the login.
func greet(conn net.Conn, s wire.Settings, secure *tls.Config) (*smtp.Client, error) {
	kind := wire.Pick(s["tls"], map[string]string{"465": "tls"}[s["port"]], "starttls")
	if kind == "tls" {
		conn = tls.Client(conn, secure)
	}
	client, err := smtp.NewClient(conn, s["host"])
	if err != nil {
		return nil, &failure{connecting, err}
	}
	if err := client.Hello(wire.Pick(domainOf(s["from"]), "localhost")); err != nil {
		return nil, &failure{connecting, err}
	}
	if kind == "starttls" {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return nil, &failure{connecting, errors.New("the server does not offer STARTTLS")}
		}
		if err := client.StartTLS(secure); err != nil {
			return nil, &failure{connecting, err}
		}
	}
	return client, logIn(client, s, kind != "none")
}

// logIn logs in, over an encrypted line only unless the settings allow otherwise.
func logIn(client *smtp.Client, s wire.Settings, encrypted bool) error {
	if s["user"] == "" {
		return nil
	}
	if !encrypted && s["plain_login"] != "yes" {
		return &failure{login, errors.New("no login without encryption; the settings can allow it")}
	}
	offered, mechanisms := client.Extension("AUTH")
	if !offered {
		return &failure{login, errors.New("the server offers no login")}
	}
	// The line's encryption was settled above; the library's own rule would also let localhost pass.
	auth := smtp.PlainAuth("", s["user"], s["password"], s["host"], true)
	if names := " " + strings.ToUpper(mechanisms) + " "; !strings.Contains(names, " PLAIN ") &&
		strings.Contains(names, " LOGIN ") {
		auth = smtp.LoginAuth(s["user"], s["password"], s["host"], true)
	}
	if err := client.Auth(auth); err != nil {
		return &failure{login, err}
	}
	return nil
}

func tlsConfig(s wire.Settings) (*tls.Config, error) {
	config := &tls.Config{ServerName: s["host"], MinVersion: tls.VersionTLS12}
	if pem := s["ca_pem"]; pem != "" {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM([]byte(pem)) {
			return nil, errors.New("the certificate authority is not readable as PEM")
		}
	}
	return config, nil
}

// hand hands one message over and returns the server's last reply.
func (d *dialogue) hand(m message) (string, error) {
	for _, c := range d.envelope(m) {
		if _, err := d.command(c.expect, c.line); err != nil {
			return "", &failure{c.at, err}
		}
	}
	w := d.client.Text.DotWriter()
	if _, err := io.Copy(w, bytes.NewReader(m.body)); err != nil {
		return "", &failure{body, err}
	}
	if err := w.Close(); err != nil { // writes the final dot
		return "", &failure{dot, err}
	}
	_, reply, err := d.client.Text.ReadResponse(250)
	if err != nil {
		return "", &failure{dot, err}
	}
	return reply, nil
}

// command is one line of the envelope.
type command struct {
	at     step
	expect int
	line   string
}

// envelope asks for reports that name the attempt, where the server can (RFC 3461).
func (d *dialogue) envelope(m message) []command {
	from, to := "MAIL FROM:<"+m.envelope+">", "RCPT TO:<"+m.to+">"
	if reports, _ := d.client.Extension("DSN"); reports {
		from += " RET=HDRS ENVID=" + xtext(m.attemptID)
		to += " NOTIFY=FAILURE,DELAY ORCPT=rfc822;" + xtext(m.to)
	}
	if wide, _ := d.client.Extension("SMTPUTF8"); wide && !ascii(m.to+m.envelope) {
		from += " SMTPUTF8"
	}
	return []command{{sender, 250, from}, {recipient, 25, to}, {data, 354, "DATA"}}
}

func (d *dialogue) command(expect int, line string) (string, error) {
	if strings.ContainsAny(line, "\r\n") {
		return "", errors.New("a line break in an address")
	}
	id, err := d.client.Text.Cmd("%s", line)
	if err != nil {
		return "", err
	}
	d.client.Text.StartResponse(id)
	defer d.client.Text.EndResponse(id)
	_, reply, err := d.client.Text.ReadResponse(expect)
	return reply, err
}

// close says goodbye; nobody waits for the answer.
func (d *dialogue) close() {
	_ = d.client.Quit()
	_ = d.client.Close()
	d.stop()
}

// xtext writes a value as RFC 3461 wants it.
func xtext(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > 32 && c < 127 && c != '+' && c != '=' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "+%02X", c)
		}
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 128 {
			return false
		}
	}
	return true
}
