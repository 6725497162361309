package delivery

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// shelf keeps mails, or cannot.
type shelf struct {
	mu    sync.Mutex
	mails map[string]string
	err   error
}

func (s *shelf) keep(_ context.Context, to string, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if s.mails == nil {
		s.mails = map[string]string{}
	}
	s.mails[to] = string(raw)
	return nil
}

func (s *shelf) kept() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	copied := map[string]string{}
	for to, raw := range s.mails {
		copied[to] = raw
	}
	return copied
}

func ours(_ context.Context, address string) (bool, error) {
	if address == "broken@bounces.example" {
		return false, errors.New("the database is away")
	}
	return strings.HasPrefix(address, "b+"), nil
}

// open opens the door and answers its address.
func open(t *testing.T, room *Mailroom, lmtp bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	closed := make(chan error, 1)
	go func() { closed <- room.ServeOn(ctx, listener, lmtp) }()
	t.Cleanup(func() {
		stop()
		if err := <-closed; err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return listener.Addr().String()
}

func dial(t *testing.T, address string, lmtp bool) *smtp.Client {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	client := smtp.NewClient(conn)
	if lmtp {
		client = smtp.NewClientLMTP(conn)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func code(err error) int {
	var reply *smtp.SMTPError
	if errors.As(err, &reply) {
		return reply.Code
	}
	return 0
}

func deliverTo(c *smtp.Client, from, mail string, to ...string) error {
	if err := c.Mail(from, nil); err != nil {
		return err
	}
	for _, address := range to {
		if err := c.Rcpt(address, nil); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(mail)); err != nil {
		return err
	}
	return w.Close()
}

// A bounce for an address of ours is kept whole, with its sender, before the answer.
func TestMailKept(t *testing.T) {
	s := &shelf{}
	address := open(t, &Mailroom{Domain: "mx.example", Accepts: ours, Keep: s.keep}, false)
	c := dial(t, address, false)
	if err := deliverTo(c, "", "Subject: failure notice\r\n\r\nbody\r\n",
		"b+att_1.mac@bounces.example"); err != nil {
		t.Fatal(err)
	}
	got := s.kept()["b+att_1.mac@bounces.example"]
	if got != "Return-Path: <>\r\nSubject: failure notice\r\n\r\nbody\r\n" {
		t.Errorf("%q", got)
	}
}

// Other addresses get 550, and 451 while addresses cannot be looked up.
func TestAddressRefused(t *testing.T) {
	s := &shelf{}
	address := open(t, &Mailroom{Accepts: ours, Keep: s.keep}, false)
	for to, want := range map[string]int{"info@bounces.example": 550, "postmaster@elsewhere.example": 550,
		"broken@bounces.example": 451} {
		if err := deliverTo(dial(t, address, false), "", "x", to); code(err) != want {
			t.Errorf("%s: %v", to, err)
		}
	}
	if len(s.kept()) != 0 {
		t.Error("something was kept")
	}
}

// A mail that cannot be kept is answered with 451, so that it comes again.
func TestMailNotKept(t *testing.T) {
	s := &shelf{err: errors.New("the disk is full")}
	address := open(t, &Mailroom{Accepts: ours, Keep: s.keep}, false)
	if err := deliverTo(dial(t, address, false), "", "x\r\n", "b+1.mac@b.example"); code(err) != 451 {
		t.Errorf("%v", err)
	}
}

// Over LMTP each address has an answer of its own.
func TestLMTP(t *testing.T) {
	s := &shelf{}
	room := &Mailroom{Accepts: ours, Keep: func(ctx context.Context, to string, raw []byte) error {
		if strings.HasPrefix(to, "b+2") {
			return errors.New("not this one")
		}
		return s.keep(ctx, to, raw)
	}}
	c := dial(t, open(t, room, true), true)
	if err := c.Mail("", nil); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{"b+1.mac@b.example", "b+2.mac@b.example"} {
		if err := c.Rcpt(to, nil); err != nil {
			t.Fatal(err)
		}
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x\r\n")); err != nil {
		t.Fatal(err)
	}
	_, err = w.CloseWithLMTPResponse()
	var answers smtp.LMTPDataError
	if !errors.As(err, &answers) {
		t.Fatalf("%v", err)
	}
	if len(s.kept()) != 1 || len(answers) != 1 || answers["b+2.mac@b.example"].Code != 451 {
		t.Errorf("%v %v", s.kept(), answers)
	}
}

// A mail above the limit is refused and not kept.
func TestMailTooLarge(t *testing.T) {
	s := &shelf{}
	c := dial(t, open(t, &Mailroom{Accepts: ours, Keep: s.keep}, false), false)
	err := deliverTo(c, "", strings.Repeat(strings.Repeat("x", 998)+"\r\n", MailLimit/1000+1),
		"b+1.mac@b.example")
	if code(err) != 552 || len(s.kept()) != 0 {
		t.Errorf("%v", err)
	}
}

// When the program stops, a mail that is coming in is finished and kept.
func TestMailroomStops(t *testing.T) {
	begun, finish := make(chan struct{}), make(chan struct{})
	s := &shelf{}
	room := &Mailroom{Accepts: ours, Keep: func(ctx context.Context, to string, raw []byte) error {
		close(begun)
		<-finish
		return s.keep(ctx, to, raw)
	}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	closed := make(chan error, 1)
	go func() { closed <- room.ServeOn(ctx, listener, false) }()
	c := dial(t, listener.Addr().String(), false)
	answered := make(chan error, 1)
	go func() { answered <- deliverTo(c, "", "x\r\n", "b+1.mac@b.example") }()
	<-begun
	stop()
	close(finish)
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if len(s.kept()) != 1 {
		t.Error("the mail was not kept")
	}
	_ = c.Close()
	select {
	case err := <-closed:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the door stays open")
	}
}

// The address of the door says which of the two languages is spoken.
func TestDoorAddress(t *testing.T) {
	for in, want := range map[string]string{"127.0.0.1:2525": "127.0.0.1:2525",
		"lmtp:127.0.0.1:24": "127.0.0.1:24 lmtp", "lmtp://:24": ":24 lmtp"} {
		address, lmtp := withoutLMTP(in)
		if lmtp {
			address += " lmtp"
		}
		if address != want {
			t.Errorf("%s: %s", in, address)
		}
	}
}
