package web_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/people"
	"undelivered/models/store"
	"undelivered/providers/simulator"
	"undelivered/providers/wire"
	"undelivered/web"
)

// house is the whole program in memory, with its workers, and a provider over HTTP that counts what it is
// handed.
type house struct {
	*site
	key      string // Ada's API key
	player   *simulator.Player
	secret   string
	sendgrid *ecdsa.PrivateKey
	hook     string // the address that SendGrid reports to
}

func onBoth(t *testing.T, act func(h *house)) {
	t.Helper()
	limits := models.DefaultLimits()
	limits.Undo = 0
	modelstest.EachWith(t, store.Options{Limits: limits},
		func(t *testing.T, s *store.Store) { act(furnish(t, s)) })
}

func furnish(t *testing.T, store *store.Store) *house {
	h := &house{site: &site{t: t, store: store}, player: simulator.NewPlayer(0)}
	var front http.Handler
	h.server = httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.ServeHTTP(w, r) }),
	)
	t.Cleanup(h.server.Close)
	client := wire.NewClient()
	h.h = &handlers.Handlers{Store: store, BaseURL: h.server.URL, Log: slog.New(slog.DiscardHandler),
		Receiver: &delivery.Receiver{Store: store, Client: client, BaseURL: h.server.URL,
			Log: slog.New(slog.DiscardHandler)}}
	front = web.New(h.h, web.Options{Unlimited: true})
	h.ada, h.bob = h.account("Harbour Dental"), h.account("Mill Physio")
	h.user(h.ada, "max@harbour.example", "Max Born", models.Manager)
	h.user(h.bob, "bob@mill.example", "Bob Noyce", models.Owner)
	h.connect()
	crew, err := delivery.Jobs{Store: store, Client: client, BaseURL: h.server.URL,
		Log: slog.New(slog.DiscardHandler), Pause: 100 * time.Millisecond}.Workers()
	if err == nil {
		err = crew.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.player.Stop(); _ = crew.StopAndCancel(t.Context()) })
	return h
}

// connect adds SendGrid, which only reports, and the simulator over HTTP, which sends.
func (h *house) connect() {
	h.t.Helper()
	var err error
	if h.sendgrid, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		h.t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&h.sendgrid.PublicKey)
	if err != nil {
		h.t.Fatal(err)
	}
	_, token, err := h.store.Connection.AddConnection(h.t.Context(), h.ada,
		models.Connection{Provider: "sendgrid", Name: "SendGrid", Channels: "email"},
		map[string]string{"public_key": base64.StdEncoding.EncodeToString(public)})
	if err != nil {
		h.t.Fatal(err)
	}
	h.hook = h.server.URL + "/hooks/sendgrid/" + token
	provider := httptest.NewServer(simulator.Server(h.player))
	h.t.Cleanup(provider.Close)
	h.secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret of the simulator, long"))
	if _, _, err = h.store.Connection.AddConnection(h.t.Context(), h.ada,
		models.Connection{Provider: "simulator", Name: "Simulator", Channels: "email,sms", Sends: true},
		map[string]string{"signing_secret": h.secret, "endpoint": provider.URL}); err != nil {
		h.t.Fatal(err)
	}
	if _, h.key, err = h.store.People.AddKey(h.t.Context(), h.ada, people.KeyAPI, "Till", nil); err != nil {
		h.t.Fatal(err)
	}
}

// api asks the public API and returns the answer's status and body.
func (h *house) api(method, path string, body any) (int, map[string]any) {
	h.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, bytes.NewReader(raw))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.key)
	res, err := h.server.Client().Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, answer
}

// report posts a body as SendGrid does, signed, and returns the status of the answer.
func (h *house) report(body string, sign bool) int {
	h.t.Helper()
	stamp := fmt.Sprint(time.Now().Unix())
	digest := sha256.Sum256([]byte(stamp + body))
	signature, err := ecdsa.SignASN1(rand.Reader, h.sendgrid, digest[:])
	if err != nil {
		h.t.Fatal(err)
	}
	if !sign {
		signature[len(signature)-1] ^= 1
	}
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.hook, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
	req.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
	res, err := h.server.Client().Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func bounce(message, to string) string {
	return fmt.Sprintf(
		`[{"email":%q,"timestamp":%d,"event":"bounce","type":"bounce","sg_event_id":"e-%s","sg_message_id":"%s.filter1","status":"5.1.1","reason":"550 5.1.1 User unknown"}]`+"\r\n",
		to,
		time.Now().Add(-time.Minute).Unix(),
		message,
		message,
	)
}

// until opens a page again until it says the words: news comes when it comes.
func (h *house) until(path, words string) {
	h.t.Helper()
	b := h.as("max@harbour.example")
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		if p := b.Open(path); strings.Contains(p.Text("main"), words) {
			return
		}
		time.Sleep(20 * time.Millisecond) // a pause between looks, not a wait for the result
	}
	h.t.Fatalf("%s never said %q: %s", path, words, b.Open(path).Text("main"))
}

func (h *house) number() int {
	h.t.Helper()
	_, answer := h.api("GET", "/api/v1/undelivered/count", nil)
	n, _ := answer["count"].(float64)
	return int(n)
}

func (h *house) registered(ref, email string) string {
	h.t.Helper()
	status, answer := h.api(
		"POST",
		"/api/v1/notifications",
		map[string]any{"ref": ref, "channel": "email", "title": "Appointment reminder",
			"subject": "Tomorrow", "text": "See you at 09:30.", "provider_message_id": "m" + ref,
			"connection": "SendGrid",
			"customer":   map[string]string{"ref": "c" + ref, "name": "Jane Doe", "email": email}},
	)
	id, _ := answer["id"].(string)
	if status != http.StatusCreated || id == "" {
		h.t.Fatalf("registering: %d %v", status, answer)
	}
	return id
}

// The journey that customers pay for: registered, failed by a signed webhook, seen, corrected, resent through
// a provider, delivered, gone; all numbers agree on the way.
func TestJourney(t *testing.T) {
	onBoth(t, func(h *house) {
		id := h.registered("1", "jane.doe@gmial.com")
		if status := h.report(bounce("m1", "jane.doe@gmial.com"), true); status != http.StatusOK {
			t.Fatalf("the webhook answered %d", status)
		}
		h.until("/undelivered", "Appointment reminder")
		if n := h.number(); n != 1 {
			t.Fatalf("the number is %d", n)
		}
		b := h.as("max@harbour.example")
		b.Open("/").Says("notification to look at")
		b.Open("/undelivered").Follow("Appointment reminder").Says("Did you mean gmail.com?")
		page := b.Open("/notifications/" + id)
		page.Submit("Save and resend", url.Values{"email": {"jane.doe@@gmail"}}).
			Says("Enter an email address")
		page = b.Open("/notifications/" + id)
		page.Submit("Save and resend", url.Values{"email": {"jane.doe@gmail.com"}})
		h.until("/notifications/"+id, "Delivered to jane.doe@gmail.com")
		if n := h.number(); n != 0 {
			t.Errorf("the number is %d after the delivery", n)
		}
		if taken := h.player.Taken(h.secret); len(taken) != 1 || taken[0].To != "jane.doe@gmail.com" {
			t.Errorf("the provider was handed %v", taken)
		}
	})
}

// A resend that fails again comes back, with both attempts in its history.
func TestJourneyComesBack(t *testing.T) {
	onBoth(t, func(h *house) {
		id := h.registered("1", "jane.doe@gmial.com")
		h.report(bounce("m1", "jane.doe@gmial.com"), true)
		h.until("/undelivered", "Appointment reminder")
		h.as("max@harbour.example").Open("/notifications/"+id).
			Submit("Save and resend", url.Values{"email": {"hardbounce@simulator.example"}})
		h.until("/notifications/"+id, "Came back")
		if n := h.number(); n != 1 {
			t.Errorf("the number is %d", n)
		}
		h.as("max@harbour.example").Open("/notifications/" + id).Says("Sent, try 1").Says("Sent, try 2")
	})
}

// The provider takes a resend and hangs up before it answers; then it reports the delivery. Page, history,
// number and API say that it was delivered, to its own address, and the provider was handed it once.
func TestJourneyBrokenOff(t *testing.T) {
	onBoth(t, func(h *house) {
		const to = "hangup@simulator.example"
		id := h.registered("1", "jane.doe@gmial.com")
		h.report(bounce("m1", "jane.doe@gmial.com"), true)
		h.until("/undelivered", "Appointment reminder")
		h.as("max@harbour.example").Open("/notifications/"+id).
			Submit("Save and resend", url.Values{"email": {to}})
		h.until("/notifications/"+id, "Delivered to "+to)
		page := h.as("max@harbour.example").Open("/notifications/" + id).Says("Sent, try 2")
		if text := page.Text("main"); strings.Contains(text, "Cancelled") ||
			strings.Contains(text, "don’t know") {
			t.Errorf("the page says %s", text)
		}
		_, answer := h.api("GET", "/api/v1/notifications/"+id, nil)
		last := answer["attempts"].([]any)[1].(map[string]any)
		if answer["state"] != "delivered" || answer["on_report"] != false || last["outcome"] != "delivered" ||
			last["to"] != to ||
			last["why"] != nil {
			t.Errorf("the API says %v", answer)
		}
		if n, taken := h.number(), h.player.Taken(h.secret); n != 0 || len(taken) != 1 {
			t.Errorf("the number is %d, and the provider was handed %v", n, taken)
		}
	})
}

// Case 31: a forged report with good shape is refused, nothing changes and a counter shows it; a broken body
// with a good signature is kept and answered with success.
func TestForgedReports(t *testing.T) {
	onBoth(t, func(h *house) {
		h.registered("1", "jane@gmail.example")
		if status := h.report(bounce("m1", "jane@gmail.example"), false); status != http.StatusUnauthorized {
			t.Errorf("a forged report was answered %d", status)
		}
		if status := h.report("{broken", true); status != http.StatusOK {
			t.Errorf("a broken body was answered %d", status)
		}
		if status := h.report(strings.Repeat(" ", 9<<20), true); status != http.StatusRequestEntityTooLarge {
			t.Errorf("nine megabytes were answered %d", status)
		}
		modelstest.Settle(t, h.store)
		if n := h.number(); n != 0 {
			t.Errorf("the number is %d", n)
		}
		connections, err := h.store.Connection.Connections(t.Context(), h.ada)
		if err != nil || connections[0].Refused != 1 {
			t.Errorf("refused %d times: %v", connections[0].Refused, err)
		}
	})
}

// Case 33: another account's notification looks like one that does not exist, whatever is asked of it.
func TestOthersNotification(t *testing.T) {
	onBoth(t, func(h *house) {
		id := h.registered("1", "jane@gmail.example")
		b := h.as("bob@mill.example")
		acts := regexp.MustCompile(`:id`)
		for _, r := range web.Routes(h.h) {
			if !strings.HasPrefix(r.Path, "/notifications/:id") {
				continue
			}
			for _, asked := range []string{id, "ntf_00000000000000000000000000"} {
				path := acts.ReplaceAllString(r.Path, asked)
				p := b.Send(b.Request(r.Method, path, url.Values{"outcome": {"reached"},
					"note": {"she told me so herself"}, "request_id": {"x"}}))
				if p.Status != http.StatusNotFound {
					t.Errorf("%s %s: %d", r.Method, path, p.Status)
				}
			}
		}
	})
}
