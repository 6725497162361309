package delivery

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// MailboxState is how far a mailbox has been collected. UIDs count within one validity.
type MailboxState struct {
	Validity uint32
	LastUID  uint32
}

// Mailbox collects the mails that came back to a mailbox elsewhere, by IMAP.
type Mailbox struct {
	// Address is imaps://user:password@host/INBOX; imap:// goes over to TLS before it logs in, unless ?tls=none.
	// With ?move=FOLDER collected mails are moved there; without, they are deleted.
	Address string
	// Load and Save keep the state between collections.
	Load func(ctx context.Context) (MailboxState, error)
	Save func(ctx context.Context, state MailboxState) error
	// Keep stores one mail. Only when it returns nil is the mail moved or deleted.
	Keep func(ctx context.Context, envelopeTo string, raw []byte) error
	// TLS is for tests and private authorities; nil is the usual one.
	TLS *tls.Config
}

// Times of collecting.
const (
	collectEvery = time.Minute
	collectLimit = 5 * time.Minute // one collection
	collectDial  = 10 * time.Second
)

// Collect collects once and says how many mails were kept. It stops at the first mail that cannot be kept: that one is
// the first of the next time.
func (b Mailbox) Collect(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, collectLimit)
	defer cancel()
	at, err := parseMailbox(b.Address)
	if err != nil {
		return 0, err
	}
	client, err := b.connect(ctx, at)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	// When the time is up the line is cut; every command then ends with an error.
	defer context.AfterFunc(ctx, func() { _ = client.Close() })()
	kept, err := b.collect(ctx, client, at)
	if err != nil {
		return kept, fmt.Errorf("bounce mailbox at %s: %w", at.host, err)
	}
	return kept, client.Logout().Wait()
}

// mailboxAddress is an address taken apart.
type mailboxAddress struct {
	host, folder, move string
	user, password     string
	tls                string // tls, starttls or none
}

func parseMailbox(address string) (mailboxAddress, error) {
	u, err := url.Parse(address)
	if err != nil || u.User == nil || u.Hostname() == "" {
		return mailboxAddress{}, errors.New("a bounce mailbox is written imaps://user:password@host/INBOX") // never the address: it holds the password
	}
	at := mailboxAddress{user: u.User.Username(), folder: strings.Trim(u.Path, "/"), move: u.Query().Get("move")}
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
	conn, err := (&net.Dialer{Timeout: collectDial}).DialContext(ctx, "tcp", at.host)
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

// collect keeps every mail that is new, one after the other.
func (b Mailbox) collect(ctx context.Context, client *imapclient.Client, at mailboxAddress) (int, error) {
	state, err := b.Load(ctx)
	if err != nil {
		return 0, err
	}
	box, err := client.Select(at.folder, nil).Wait()
	if err != nil {
		return 0, err
	}
	if box.UIDValidity != state.Validity { // the mailbox was made anew: its UIDs say nothing
		state = MailboxState{Validity: box.UIDValidity}
	}
	since := imap.UIDSet{{Start: imap.UID(state.LastUID + 1), Stop: 0}}
	found, err := client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{since}}, nil).Wait()
	if err != nil {
		return 0, err
	}
	kept := 0
	for _, uid := range found.AllUIDs() {
		if uint32(uid) <= state.LastUID { // "n:*" always names the last mail, new or not
			continue
		}
		small, err := b.keep(ctx, client, uid)
		if err != nil {
			return kept, err
		}
		state.LastUID = uint32(uid)
		if err := b.Save(ctx, state); err != nil {
			return kept, err
		}
		if !small {
			continue
		}
		kept++
		if err := putAway(client, imap.UIDSetNum(uid), at.move); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// keep stores one mail. One that is too large to be a bounce stays where it is.
func (b Mailbox) keep(ctx context.Context, client *imapclient.Client, uid imap.UID) (small bool, err error) {
	sizes, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, RFC822Size: true}).Collect()
	if err != nil || len(sizes) == 0 || sizes[0].RFC822Size > MailLimit {
		return false, err
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	mails, err := client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
	if err != nil || len(mails) == 0 {
		return false, err
	}
	return true, b.Keep(ctx, "", mails[0].FindBodySection(whole))
}

// putAway moves or deletes a mail that is kept. A server that cannot delete one mail alone only gets the mark.
func putAway(client *imapclient.Client, mail imap.UIDSet, folder string) error {
	if folder != "" {
		_, err := client.Move(mail, folder).Wait()
		return err
	}
	mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := client.Store(mail, mark, nil).Close(); err != nil {
		return err
	}
	if !client.Caps().Has(imap.CapUIDPlus) && !client.Caps().Has(imap.CapIMAP4rev2) {
		return nil
	}
	return client.UIDExpunge(mail).Close()
}
