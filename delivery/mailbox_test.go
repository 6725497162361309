package delivery

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"undelivered/providers/wire"
)

// letter is a mail to be put into a mailbox.
type letter struct{ *strings.Reader }

func (l letter) Size() int64 { return l.Reader.Size() }

// postOffice is a mail server with one user, and the mails that were collected from it.
type postOffice struct {
	user  *imapmemserver.User
	box   Mailbox
	state MailboxState
	got   []string
	err   error
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{user: imapmemserver.NewUser("bounces", "s3cret")}
	for _, folder := range []string{"INBOX", "Done"} {
		if err := p.user.Create(folder, nil); err != nil {
			t.Fatal(err)
		}
	}
	memory := imapmemserver.New()
	memory.AddUser(p.user)
	server := imapserver.New(&imapserver.Options{
		InsecureAuth: true,
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with the server
	}()
	t.Cleanup(func() { _ = server.Close(); <-done })
	p.box = Mailbox{
		Way:     wire.Anywhere(),
		Address: "imap://bounces:s3cret@" + listener.Addr().String() + "/INBOX?tls=none",
		Load:    func(context.Context) (MailboxState, error) { return p.state, nil },
		Save:    func(_ context.Context, s MailboxState) error { p.state = s; return nil },
		Keep: func(_ context.Context, _ string, raw []byte) error {
			if p.err != nil {
				return p.err
			}
			p.got = append(p.got, string(raw))
			return nil
		},
	}
	return p
}

func (p *postOffice) put(t *testing.T, mails ...string) {
	t.Helper()
	for _, mail := range mails {
		if _, err := p.user.Append("INBOX", letter{strings.NewReader(mail)},
			&imap.AppendOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

func (p *postOffice) count(t *testing.T, folder string) uint32 {
	t.Helper()
	data, err := p.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		t.Fatal(err)
	}
	return *data.NumMessages
}

func (p *postOffice) collect(t *testing.T, want int) {
	t.Helper()
	n, err := p.box.Collect(context.Background())
	if err != nil || n != want {
		t.Fatalf("collected %d, want %d; %v", n, want, err)
	}
}

// Every mail is kept once and then deleted, and nothing is kept twice.
func TestCollected(t *testing.T) {
	p := newPostOffice(t)
	p.collect(t, 0)
	p.put(t, "Subject: 1\r\n\r\none", "Subject: 2\r\n\r\ntwo")
	p.collect(t, 2)
	p.collect(t, 0)
	p.put(t, "Subject: 3\r\n\r\nthree")
	p.collect(t, 1)
	if strings.Join(p.got, "|") != "Subject: 1\r\n\r\none|Subject: 2\r\n\r\ntwo|Subject: 3\r\n\r\nthree" {
		t.Errorf("%q", p.got)
	}
	if n := p.count(t, "INBOX"); n != 0 {
		t.Errorf("%d mails left", n)
	}
}

// A mail that cannot be kept stays, and is the first of the next time.
func TestNotKeptNotDeleted(t *testing.T) {
	p := newPostOffice(t)
	p.put(t, "Subject: 1\r\n\r\none", "Subject: 2\r\n\r\ntwo")
	p.err = errors.New("the database is away")
	if n, err := p.box.Collect(context.Background()); err == nil || n != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	if n := p.count(t, "INBOX"); n != 2 {
		t.Errorf("%d mails left", n)
	}
	p.err = nil
	p.collect(t, 2)
}

// Collected mails are moved where the address says so.
func TestMoved(t *testing.T) {
	p := newPostOffice(t)
	p.box.Address += "&move=Done"
	p.put(t, "Subject: 1\r\n\r\none")
	p.collect(t, 1)
	if p.count(t, "INBOX") != 0 || p.count(t, "Done") != 1 {
		t.Errorf("%d in the inbox, %d done", p.count(t, "INBOX"), p.count(t, "Done"))
	}
}

// In a mailbox that was made anew the old count says nothing.
func TestNewValidity(t *testing.T) {
	p := newPostOffice(t)
	p.state = MailboxState{Validity: 99, LastUID: 1000}
	p.put(t, "Subject: 1\r\n\r\none")
	p.collect(t, 1)
}

// A mail that is too large to be a bounce stays where it is, and does not stop the others.
func TestTooLargeStays(t *testing.T) {
	p := newPostOffice(t)
	p.put(t, "Subject: big\r\n\r\n"+strings.Repeat("x", MailLimit), "Subject: 2\r\n\r\ntwo")
	p.collect(t, 1)
	p.collect(t, 0)
	if n := p.count(t, "INBOX"); n != 1 {
		t.Errorf("%d mails left", n)
	}
}

// Trouble is told without the password.
func TestCollectTrouble(t *testing.T) {
	p := newPostOffice(t)
	good := p.box.Address
	for _, address := range []string{strings.Replace(good, "s3cret", "wr0ng", 1),
		strings.Replace(good, "?tls=none", "", 1),
		strings.Replace(good, "INBOX", "Nowhere", 1), "http://a:wr0ng@b.example",
		"imaps://host.example/INBOX", "imaps://u:wr0ng@%zz/"} {
		p.box.Address = address
		_, err := p.box.Collect(context.Background())
		if err == nil || strings.Contains(err.Error(), "wr0ng") || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// The address of a mailbox is read with its usual ports and folder.
func TestMailboxAddress(t *testing.T) {
	for address, want := range map[string]mailboxAddress{
		"imaps://u:p@host.example": {host: "host.example:993", folder: "INBOX", user: "u",
			password: "p", tls: "tls"},
		"imap://u%40d:p%2F@host.example/Bounces/In": {host: "host.example:143", folder: "Bounces/In",
			user: "u@d", password: "p/", tls: "starttls"},
		"imap://u:p@host.example:1143/?tls=none": {host: "host.example:1143", folder: "INBOX", user: "u",
			password: "p", tls: "none"},
	} {
		if got, err := parseMailbox(address); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
}
