package web_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/delivery"
	"undelivered/models"
)

// mailbox is a mail server that hands each mail to the test.
type mailbox chan string

func (m mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailSession{m}, nil }

type mailSession struct{ box mailbox }

func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *mailSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *mailSession) Reset()                               {}
func (s *mailSession) Logout() error                        { return nil }
func (s *mailSession) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	s.box <- string(body)
	return err
}

func (s *site) mail() mailbox {
	s.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	box := make(mailbox, 10)
	server := smtp.NewServer(box)
	go server.Serve(listener)
	s.t.Cleanup(func() { server.Close() })
	if s.h.Post, err = delivery.NewPost("smtp://"+listener.Addr().String(),
		"Undelivered <no-reply@undelivered.example>", s.h.Log); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(s.h.Post.Close)
	return box
}

var mailedLink = regexp.MustCompile(`http://undelivered\.test(/\S+)`)

func (m mailbox) link(t *testing.T) string {
	t.Helper()
	select {
	case text := <-m:
		// The text may be quoted-printable: "=3D" is "=", and a line may be broken by "=".
		text = regexp.MustCompile(`=\r?\n`).ReplaceAllString(text, "")
		found := mailedLink.FindStringSubmatch(regexp.MustCompile(`=3D`).ReplaceAllString(text, "="))
		if found == nil {
			t.Fatalf("no link in %s", text)
		}
		return found[1]
	case <-time.After(10 * time.Second):
		t.Fatal("no mail came")
	}
	return ""
}

// A link that was mailed signs in once; asking for one with an unknown email looks the same and sends
// nothing.
func TestSignInLink(t *testing.T) {
	s := open(t)
	box := s.mail()
	b := s.browser()
	b.Open("/sign-in").Submit("Email me a sign-in link", url.Values{"email": {"nobody@harbour.example"}}).
		Says("a link is on its way")
	b.Open("/sign-in").Submit("Email me a sign-in link", url.Values{"email": {"ada@harbour.example"}}).
		Says("a link is on its way")
	link := box.link(t)
	if len(box) != 0 {
		t.Fatal("a mail to nobody")
	}
	page := b.Open(link)
	if b.Open(link); b.Cookie("undelivered") != "" {
		t.Fatal("looking at the link has signed in")
	}
	page.Submit("Sign in", nil)
	if b.Cookie("undelivered") == "" {
		t.Fatal("not signed in")
	}
	s.browser().Try(link).Says("This link has been used or is too old.")
}

// Somebody who forgot the password chooses a new one by a link, and is out everywhere else.
func TestReset(t *testing.T) {
	s := open(t)
	box := s.mail()
	other := s.as("ada@harbour.example")
	b := s.browser()
	b.Open("/sign-in").Follow("I forgot my password").
		Submit("Email me a link", url.Values{"email": {"ada@harbour.example"}}).Says("on its way")
	link := box.link(t)
	b.Open(link).Submit("Save and sign in", url.Values{"password": {"short"}, "again": {"short"}}).
		Says("Use at least 12 characters")
	b.Open(link).
		Submit("Save and sign in", url.Values{"password": {"another fine sentence"},
			"again": {"another fine"}}).
		Says("not the same")
	b.Open(link).
		Submit("Save and sign in", url.Values{"password": {"another fine sentence"},
			"again": {"another fine sentence"}})
	if b.Cookie("undelivered") == "" {
		t.Fatal("not signed in")
	}
	if p := other.Post("/sign-out/everywhere", nil); p.Status != 419 {
		t.Fatalf("the old session answers %d", p.Status)
	}
	if _, err := s.store.People.SignIn(t.Context(), models.Actor{}, "ada@harbour.example",
		"another fine sentence"); err != nil {
		t.Fatal(err)
	}
}

// Without a mail server of our own nothing that needs one is offered, and nothing of it answers.
func TestNoMail(t *testing.T) {
	s := open(t)
	p := s.browser().Open("/sign-in")
	p.Silent("sign-in link").Silent("forgot")
	for _, path := range []string{"/sign-in/link", "/sign-in/reset", "/sign-in/oidc"} {
		if p := s.browser().Try(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	if p := s.browser().Post("/sign-in/link", url.Values{"email": {"ada@harbour.example"}}); p.Status != http.StatusNotFound {
		t.Errorf("%d", p.Status)
	}
}
