package smtp

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"undelivered/providers/wire"
)

// host is a mail server that keeps what it is given, or says no where it is told to.
type host struct {
	mu   sync.Mutex
	got  []letter
	says map[string]*smtp.SMTPError // by command: AUTH, MAIL, RCPT, DATA (after the dot)
	cut  string                     // "body": hangs up while the body comes; "dot": after it
}

type letter struct {
	from, to, envid, notify, body string
}

type session struct {
	host *host
	conn *smtp.Conn
	letter
}

func (h *host) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{host: h, conn: c}, nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if no := s.host.says["AUTH"]; no != nil {
			return no
		}
		if user != "clinic" || password != "s3cret" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.letter = letter{from: from, envid: o.EnvelopeID}
	return s.host.no("MAIL")
}
func (s *session) Rcpt(to string, o *smtp.RcptOptions) error {
	s.to = to
	for _, n := range o.Notify {
		s.notify += string(n) + " "
	}
	return s.host.no("RCPT")
}
func (s *session) Data(r io.Reader) error {
	if s.host.cut == "body" {
		return s.conn.Conn().Close()
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.body = string(body)
	s.host.mu.Lock()
	s.host.got = append(s.host.got, s.letter)
	s.host.mu.Unlock()
	if s.host.cut == "dot" {
		return s.conn.Conn().Close()
	}
	return s.host.no("DATA")
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (h *host) no(command string) error {
	if no := h.says[command]; no != nil {
		return no
	}
	return nil
}

func (h *host) letters() []letter {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]letter(nil), h.got...)
}

// start opens the mail server; kind is starttls, tls or none. It answers the settings that lead there.
func (h *host) start(t *testing.T, kind string) wire.Settings {
	t.Helper()
	cert, pem := certificate(t)
	server := smtp.NewServer(h)
	server.Domain, server.EnableDSN, server.AllowInsecureAuth = "mx.example.net", true, true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	secure := &tls.Config{Certificates: []tls.Certificate{cert}}
	switch kind {
	case "starttls":
		server.TLSConfig = secure
	case "tls":
		listener = tls.NewListener(listener, secure)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with the listener
	}()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return wire.Settings{"host": "127.0.0.1", "port": port, "tls": kind, "ca_pem": pem,
		"user": "clinic", "password": "s3cret",
		"from": "Harbour Street Clinic <reminders@harbourstreet.example>"}
}

func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1),
		NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

var reminder = wire.Message{
	AttemptID: "att_01",
	To:        "mira.okafor@example.net",
	ToName:    "Mira Okafor",
	Subject:   "Ihr Termin – Dienstag",
	Text:      "See you on Tuesday.\r\n.\r\nA line of a dot.",
	HTML:      "<p>See you on Tuesday.</p>",
	ReplyTo:   "desk@harbourstreet.example",
	Headers: map[string]string{"List-Unsubscribe": "<https://harbourstreet.example/u/1>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
	ReturnPath: "b+att_01.abcdefghijklmnop@bounces.harbourstreet.example",
}

func hand(s wire.Settings, m wire.Message) wire.Receipt {
	return Provider.Send(context.Background(), wire.NewClient(), s, m)
}

// A mail goes out over each kind of line with its marks, its bounce address and all its words.
func TestMail(t *testing.T) {
	for _, kind := range []string{"starttls", "tls", "none"} {
		t.Run(kind, func(t *testing.T) {
			h := &host{}
			s := h.start(t, kind)
			s["plain_login"] = "yes"
			r := hand(s, reminder)
			if r.Outcome != wire.Taken || r.MessageID != "att_01@harbourstreet.example" || r.SMTPCode != 250 {
				t.Fatalf("%+v", r)
			}
			got := h.letters()
			if len(got) != 1 {
				t.Fatalf("%d letters", len(got))
			}
			l := got[0]
			if l.from != reminder.ReturnPath || l.to != reminder.To || l.envid != "att_01" ||
				l.notify != "FAILURE DELAY " && l.notify != "DELAY FAILURE " {
				t.Errorf("envelope %+v", l)
			}
			read, err := mail.ReadMessage(strings.NewReader(l.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]string{"Message-Id": "<att_01@harbourstreet.example>",
				"X-Notification-Id":     "att_01",
				"Auto-Submitted":        "auto-generated",
				"List-Unsubscribe":      "<https://harbourstreet.example/u/1>",
				"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
				"Reply-To":              "<desk@harbourstreet.example>",
				"To":                    `"Mira Okafor" <mira.okafor@example.net>`} {
				if got := read.Header.Get(name); got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if !strings.Contains(l.body, "A line of a dot.") ||
				!strings.Contains(l.body, "<p>See you on Tuesday.</p>") {
				t.Errorf("words are missing:\n%s", l.body)
			}
		})
	}
}

// A reply at any point decides by its first digit, and blames the recipient only for what is about the
// recipient.
func TestReplies(t *testing.T) {
	say := func(code int, e smtp.EnhancedCode, words string) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: words}
	}
	for name, c := range map[string]struct {
		command string
		says    *smtp.SMTPError
		outcome wire.Outcome
		reason  string
		stop    bool
	}{
		"login refused": {"AUTH", say(535, smtp.EnhancedCode{5, 7, 8}, "Authentication failed"),
			wire.Refused, "smtp-auth", true},
		"login not now": {"AUTH", say(454, smtp.EnhancedCode{4, 7, 0}, "Temporary failure"),
			wire.Later, "smtp-auth", false},
		"sender refused": {"MAIL", say(550, smtp.EnhancedCode{5, 7, 1}, "User unknown, go away"),
			wire.Refused, "sender-rejected", false},
		"sender not now": {"MAIL", say(451, smtp.EnhancedCode{4, 3, 0}, "Busy"), wire.Later,
			"provider-failed", false},
		"recipient unknown": {"RCPT", say(550, smtp.EnhancedCode{5, 1, 1}, "No such user here"),
			wire.Refused, "user-unknown", false},
		"recipient greylisted": {"RCPT", say(450, smtp.EnhancedCode{4, 7, 1}, "Greylisted"), wire.Later,
			"greylisted", false},
		"closing": {"RCPT", say(421, smtp.EnhancedCode{4, 3, 2}, "Shutting down"), wire.Later,
			"provider-unreachable", false},
		"mailbox full": {"DATA", say(552, smtp.EnhancedCode{5, 2, 2}, "Mailbox full"), wire.Refused,
			"mailbox-full", false},
		"not now after data": {"DATA", say(452, smtp.EnhancedCode{4, 2, 2}, "Mailbox full"), wire.Later,
			"mailbox-full", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := &host{says: map[string]*smtp.SMTPError{c.command: c.says}}
			r := hand(h.start(t, "starttls"), reminder)
			if r.Outcome != c.outcome || r.Reason != c.reason || r.StopConnection != c.stop ||
				r.SMTPCode != c.says.Code {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A line cut while the body comes has handed nothing over; cut after the final dot, the outcome is open.
func TestCutLine(t *testing.T) {
	big := reminder
	big.Text = strings.Repeat("A line that fills what the network keeps in between. ", 400_000)
	for _, c := range []struct {
		cut  string
		m    wire.Message
		want wire.Outcome
	}{{"body", big, wire.Later}, {"dot", reminder, wire.Open}} {
		h := &host{cut: c.cut}
		r := hand(h.start(t, "starttls"), c.m)
		if r.Outcome != c.want || r.Err == nil {
			t.Errorf("%s: %s %v", c.cut, r.Outcome, r.Err)
		}
	}
}

// Nothing is handed over when nobody answers, when the greeting says no, or when the certificate is not
// trusted.
func TestNoConversation(t *testing.T) {
	h := &host{}
	s := h.start(t, "starttls")
	delete(s, "ca_pem")
	if r := hand(s, reminder); r.Outcome != wire.Later {
		t.Errorf("not trusted: %+v", r)
	}
	s = h.start(t, "none")
	s["tls"] = "starttls"
	if r := hand(s, reminder); r.Outcome != wire.Later {
		t.Errorf("no STARTTLS: %+v", r)
	}
	s["port"] = "1"
	if r := hand(s, reminder); r.Outcome != wire.Later {
		t.Errorf("nobody there: %+v", r)
	}
	for greeting, want := range map[string]wire.Outcome{"421 4.3.2 Not now\r\n": wire.Later,
		"554 5.3.2 No service\r\n": wire.Refused} {
		if r := hand(greeter(t, greeting), reminder); r.Outcome != want ||
			r.Reason != "provider-unreachable" {
			t.Errorf("%q: %+v", greeting, r)
		}
	}
	if n := len(h.letters()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

// greeter says one line to everyone and hangs up.
func greeter(t *testing.T, line string) wire.Settings {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, line)
			_ = conn.Close()
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return wire.Settings{"host": "127.0.0.1", "port": port, "from": "a@b.example"}
}

// A password never goes over a line without encryption unless the settings allow it.
func TestPlainLogin(t *testing.T) {
	h := &host{}
	s := h.start(t, "none")
	if r := hand(s, reminder); r.Outcome == wire.Taken || len(h.letters()) != 0 {
		t.Errorf("%+v", r)
	}
	s["plain_login"] = "yes"
	if r := hand(s, reminder); r.Outcome != wire.Taken {
		t.Errorf("%+v", r)
	}
}

// The settings are proven up to the login, and nothing is sent.
func TestSettingsProof(t *testing.T) {
	h := &host{}
	s := h.start(t, "starttls")
	if err := Provider.Test(context.Background(), wire.NewClient(), s); err != nil {
		t.Error(err)
	}
	s["password"] = "wrong"
	if err := Provider.Test(context.Background(), wire.NewClient(), s); err == nil {
		t.Error("a wrong password passes")
	}
	if n := len(h.letters()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

// What would break out of a header or an address is refused before anything is said.
func TestLineBreaks(t *testing.T) {
	h := &host{}
	s := h.start(t, "starttls")
	for _, change := range []func(*wire.Message){
		func(m *wire.Message) { m.To = "a@b.example>\r\nRCPT TO:<c@d.example" },
		func(m *wire.Message) { m.Headers = map[string]string{"X-A": "1\r\nBcc: c@d.example"} },
		func(m *wire.Message) { m.ReturnPath = "b@c.example>\r\nRSET" },
		func(m *wire.Message) { m.ReplyTo = "no address" },
	} {
		m := reminder
		change(&m)
		if r := hand(s, m); r.Outcome == wire.Taken {
			t.Errorf("%+v", r)
		}
	}
	if n := len(h.letters()); n != 0 {
		t.Errorf("%d letters", n)
	}
}
