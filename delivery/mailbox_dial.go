package delivery

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/emersion/go-imap/v2/imapclient"
)

// mailboxAddress is an address taken apart.
type mailboxAddress struct {
	host, folder, move string
	user, password     string
	tls                string // tls, starttls or none
}

func parseMailbox(address string) (mailboxAddress, error) {
	u, err := url.Parse(address)
	if err != nil || u.User == nil || u.Hostname() == "" {
		// never the address: it holds the password
		return mailboxAddress{}, errors.New("a bounce mailbox is written imaps://user:password@host/INBOX")
	}
	at := mailboxAddress{
		user:   u.User.Username(),
		folder: strings.Trim(u.Path, "/"),
		move:   u.Query().Get("move"),
	}
	at.password, _ = u.User.Password()
	port := "993"
	switch u.Scheme {
	case "imaps":
		at.tls = "tls"
	case "imap":
		at.tls, port = "starttls", "143"
		if u.Query().Get("tls") == "none" {
			at.tls = "none"
		}
	default:
		return mailboxAddress{}, fmt.Errorf("%q is no way to a mailbox: imaps or imap", u.Scheme)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if at.folder == "" {
		at.folder = "INBOX"
	}
	at.host = net.JoinHostPort(u.Hostname(), port)
	return at, nil
}

// connect opens the line and logs in.
func (b Mailbox) connect(ctx context.Context, at mailboxAddress) (*imapclient.Client, error) {
	conn, err := b.Way.DialContext(ctx, "tcp", at.host)
	if err != nil {
		return nil, fmt.Errorf("bounce mailbox: %w", err)
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	client, err := b.secured(conn, at)
	if err != nil {
		return nil, fmt.Errorf("bounce mailbox: %w", errors.Join(err, conn.Close()))
	}
	if err := client.Login(at.user, at.password).Wait(); err != nil {
		return nil, fmt.Errorf("bounce mailbox: logging in: %w", errors.Join(err, client.Close()))
	}
	return client, nil
}

func (b Mailbox) secured(conn net.Conn, at mailboxAddress) (*imapclient.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if b.TLS != nil {
		config = b.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName, _, _ = net.SplitHostPort(at.host) // the host was put together above
	}
	switch at.tls {
	case "none":
		return imapclient.New(conn, nil), nil
	case "starttls":
		return imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: config})
	}
	return imapclient.New(tls.Client(conn, config), nil), nil
}
