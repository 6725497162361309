package main

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/cmd/undelivered/demo"
	"undelivered/models"
	"undelivered/models/store"
)

// troubles are what the demo lacks: a reply that nothing explains, a report of an unknown kind, and more
// failures of one message than are checked while somebody waits.
func (h *house) troubles(marlow demo.Account) {
	h.t.Helper()
	longAgo := time.Now().AddDate(0, 0, -20)
	var sent, failed []map[string]any
	for i := range 501 {
		ref, to := fmt.Sprint("guard-", i), fmt.Sprintf("patient.%d@marlow-patients.example", i)
		sent = append(sent, map[string]any{"ref": ref, "channel": "email", "to": to,
			"title": "Night guard", "text": "It is ready.", "subject": "Night guard",
			"sent_at": longAgo})
		failed = append(failed, map[string]any{"id": ref, "notification_ref": ref,
			"to": to, "type": "soft_bounce",
			"diagnostic": "451 the moon is too full", "occurred_at": longAgo})
	}
	failed[0]["type"], failed[0]["diagnostic"] = "not_delivered", "599 the moon is too full"
	sent = append(sent, map[string]any{"ref": "broken", "channel": "email",
		"to": "ada@far.example", "title": "Broken off", "text": "Here it is.",
		"subject": "Broken off", "connection": "breaks off", "send": true})
	h.novelty(marlow)
	h.wonder(marlow)
	for _, one := range []struct {
		path    string
		content any
	}{{"notifications", sent}, {"events", failed}} {
		if status := h.api(marlow.APIKey, http.MethodPost, "/api/v1/"+one.path, one.content,
			nil); status >= 300 {
			h.t.Fatalf("%s: %d", one.path, status)
		}
	}
}

// novelty is a report of a kind that nobody knows.
func (h *house) novelty(marlow demo.Account) {
	h.t.Helper()
	body := strings.NewReader(
		`{"RecordType": "Novelty", "MessageID": "1", "Recipient": "a@marlow-patients.example"}`,
	)
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, marlow.Hooks["postmark"], body)
	if err != nil {
		h.t.Fatal(err)
	}
	r.SetBasicAuth("postmark", marlow.Secrets["postmark"]["webhook_password"])
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("a report of a kind that nobody knows: %s", answer.Status)
	}
}

// wonder is a customer's text of which nobody knows whether it asks for no more texts, signed as Twilio does.
func (h *house) wonder(marlow demo.Account) {
	h.t.Helper()
	body := url.Values{"Body": {"could you stop at the bakery"}, "From": {"+447700900888"},
		"MessageSid": {"SMwonder"}, "SmsStatus": {"received"}, "To": {"+447700900000"}}
	mac := hmac.New(sha1.New, []byte(marlow.Secrets["twilio"]["auth_token"]))
	io.WriteString(mac, marlow.Hooks["twilio"])
	for _, name := range slices.Sorted(maps.Keys(body)) {
		io.WriteString(mac, name+body.Get(name))
	}
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, marlow.Hooks["twilio"],
		strings.NewReader(body.Encode()))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("a customer's text: %s", answer.Status)
	}
}

// seeUnknown examines the pages of a mail of which nobody knows whether it was sent, before somebody decides.
func (b *tab) seeUnknown() {
	b.t.Helper()
	const broken, unknown = "/undelivered?view=unknown&q=Broken", "We don’t know whether it was sent"
	b.open(broken)
	b.awaitText("main", "Broken off", true)
	for _, page := range []struct{ link, says string }{{`/notifications/ntf_\w+`, "#n-state"},
		{`/notifications/\w+/resend/confirm`, "#question"}} {
		b.examine(b.leads(broken, "/notifications/", page.link))
		b.awaitText(page.says, unknown, false)
	}
}

// misses connects a mail server that breaks off, and notes that the program did not take what a provider
// reported for an hour.
func (h *house) misses(account string) {
	h.t.Helper()
	host, port := breakingServer(h.t)
	var mail struct{ ID string }
	h.command(&mail, "connection", "add", "--account", account, "--provider", "smtp", "--name", "breaks off",
		"--json", "--set", "host="+host, "--set", "port="+port, "--set", "tls=none", "--set",
		"from=us@marlow.example")
	err := (&database{Data: h.data, Log: "text", LogLevel: "warn"}).with(
		h.t.Context(),
		terminal{out: h.log, err: h.log},
		func(s *store.Store) error {
			all, err := s.Connection.Connections(h.t.Context(), models.AtCommandLine(account))
			for _, c := range all {
				if c.Provider == "ses" {
					return s.Connection.Missed(h.t.Context(), c, time.Now().Add(-time.Hour), time.Now())
				}
			}
			return err
		},
	)
	if err != nil {
		h.t.Fatal(err)
	}
}

// breakingServer is a mail server that hangs up at the final dot: nobody knows then whether it took the mail.
func breakingServer(t *testing.T) (host, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(
		smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &breakingVisit{c: c}, nil }),
	)
	server.Domain = "breaks.test"
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	host, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

type breakingVisit struct {
	mailVisit
	c *smtp.Conn
}

func (v *breakingVisit) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	return v.c.Conn().Close()
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
