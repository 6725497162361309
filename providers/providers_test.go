package providers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/dsn"
	"undelivered/providers/wire"
)

// example is one file of the examples, with what is expected of it.
type example struct {
	File, Provider, Direction, Method string
	ContentType                       string `json:"content_type"`
	Headers                           map[string]string
	Query                             string
	Answer                            int
	Expect                            []expected
	Meaning                           string
}

// expected is one event in the words of the dictionary.
type expected struct {
	Event, Recipient, Class, Kind, Reason string
	Also                                  []string
	Suppress                              string
	NotificationID                        string    `json:"notification_id"`
	MessageID                             string    `json:"message_id"`
	DedupeKey                             string    `json:"dedupe_key"`
	OccurredAt                            wire.Text `json:"occurred_at"`
	AfterDelivered                        string    `json:"after_delivered"`
}

// plainWords are the dictionary's words that are event types here, under the same or another name.
var plainWords = map[string]models.EventType{"accepted": models.Accepted,
	"sent": models.Sent, "deferred": models.Deferred,
	"delivered": models.Delivered, "opened": models.Opened,
	"clicked": models.Clicked, "unsubscribed": models.Unsubscribed,
	"resubscribed": models.Resubscribed, "address_suppressed": models.AddressSuppressed,
	"spam_complaint": models.Complaint, "ignored": models.Unrecognised,
	"none": models.Unrecognised}

// eventType maps the words of the dictionary's examples to the event types of models.
func (x expected) eventType() models.EventType {
	if t, plain := plainWords[x.Event]; plain {
		return t
	}
	return models.Reason{ID: x.Reason, Class: x.Class, Kind: x.Kind}.EventType()
}

func examples(t testing.TB) []example {
	t.Helper()
	raw, err := os.ReadFile("testdata/payloads/index.json")
	if err != nil {
		t.Fatal(err)
	}
	var index struct{ Files []example }
	if err := json.Unmarshal(raw, &index); err != nil {
		t.Fatal(err)
	}
	return index.Files
}

func (x example) body(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata/payloads", filepath.FromSlash(x.File)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// request is the example as its provider posts it, signed.
func (x example) request(t testing.TB) wire.Request {
	r := post(x.Provider, x.body(t))
	query := x.Query
	if x.Method == http.MethodGet {
		r.Method, query, r.Body = x.Method, strings.TrimSpace(string(r.Body)), nil
	}
	if query != "" {
		r.URL += "?" + query
		r.Query, _ = url.ParseQuery(query) // the examples' own
	}
	r.Header.Set("Content-Type", x.ContentType)
	for name, value := range x.Headers {
		r.Header.Set(name, value)
	}
	if sign := stands[x.Provider].sign; sign != nil {
		sign(t, &r)
	}
	return r
}

// bounceSettings and placeholder belong to the mails that come back: the address in the examples gets a right
// mac.
var (
	bounceSettings = wire.Settings{"bounce_domain": "bounces.harbourstreet.example",
		"bounce_secret": "s3cret"}
	placeholder = regexp.MustCompile(`b\+(ntf_\d+)\.k3v9q2t7@bounces\.harbourstreet\.example`)
)

// read reads an example through its provider, or through the mailroom's reader.
func (x example) read(t testing.TB) (wire.Reading, error) {
	if x.Provider == "dsn" {
		mail := placeholder.ReplaceAllFunc(x.body(t), func(address []byte) []byte {
			return []byte(wire.BounceAddress(bounceSettings, string(placeholder.FindSubmatch(address)[1])))
		})
		return dsn.ReadMail(mail, "", bounceSettings)
	}
	p, known := ByCode(x.Provider)
	if !known {
		t.Fatalf("no row for %s", x.Provider)
	}
	return p.Read(context.Background(), x.request(t))
}

// Every example of a provider's post gives the events that the index expects, and nothing else.
func TestPayloads(t *testing.T) {
	n := 0
	for _, x := range examples(t) {
		if x.Direction != "webhook" {
			continue
		}
		n++
		t.Run(x.File, func(t *testing.T) {
			reading, err := x.read(t)
			if errors.Is(err, wire.ErrUnreadable) && x.Provider == "dsn" && len(x.Expect) == 0 {
				return // no bounce at all: nothing is made of it
			}
			if err != nil {
				t.Fatal(err)
			}
			if reading.Status != 0 && reading.Status != x.Answer {
				t.Errorf("answer %d, want %d", reading.Status, x.Answer)
			}
			if len(reading.Inbound) > 0 {
				x.checkInbound(t, reading)
				return
			}
			x.checkEvents(t, reading.Events)
		})
	}
	if n < 198 {
		t.Errorf("%d examples of posts, want 198 or more", n)
	}
}

// checkInbound holds a customer's text to the expectation: the number that wrote opts out.
func (x example) checkInbound(t *testing.T, reading wire.Reading) {
	if len(reading.Inbound) != 1 || len(x.Expect) != 1 || len(reading.Events) != 0 {
		t.Fatalf("%+v", reading)
	}
	if in := reading.Inbound[0]; in.From != x.Expect[0].Recipient ||
		!strings.EqualFold(wire.Pick(in.Keyword, in.Text), "STOP") {
		t.Errorf("%+v, want %+v", in, x.Expect[0])
	}
}

// kept are the events without copies and without those that could not be read.
func kept(t *testing.T, events []models.Event) []models.Event {
	seen := map[string]bool{}
	var out []models.Event
	for _, e := range events {
		if e.DedupeKey == "" || len(e.Raw) == 0 || !e.Type.Valid() || !e.Channel.Valid() {
			t.Errorf("not whole: %+v", e)
		}
		if e.State == models.EventParked {
			if e.Error == "" || e.Type != models.Unrecognised {
				t.Errorf("parked without an error: %+v", e)
			}
			continue
		}
		if !seen[e.DedupeKey] {
			out = append(out, e)
		}
		seen[e.DedupeKey] = true
	}
	return out
}

func (x example) checkEvents(t *testing.T, events []models.Event) {
	events = kept(t, events)
	if len(events) != len(x.Expect) {
		t.Fatalf("%d events, want %d: %+v", len(events), len(x.Expect), events)
	}
	for i, want := range x.Expect {
		want.check(t, events[i])
	}
}

func (x expected) check(t *testing.T, e models.Event) {
	t.Helper()
	want := x.eventType()
	if e.Reason != x.Reason && slices.Contains(x.Also, e.Reason) { // another reason that is right as well
		r, _ := models.ReasonByID(e.Reason)
		if _, plain := plainWords[x.Event]; !plain {
			want = r.EventType()
		}
	} else if e.Reason != x.Reason && !(x.Reason == "" && e.Type.Progress()) {
		t.Errorf("reason %q, want %q or one of %v", e.Reason, x.Reason, x.Also)
	}
	if e.Type != want {
		t.Errorf("type %s, want %s", e.Type, want)
	}
	if e.Recipient != x.Recipient || e.AttemptRef != x.NotificationID ||
		x.MessageID != "" && e.ProviderMessageID != x.MessageID {
		t.Errorf("to %q about %q, %q; want %+v", e.Recipient, e.AttemptRef, e.ProviderMessageID, x)
	}
	if key := x.DedupeKey; key != "" && key[0] != '(' && e.DedupeKey != key && e.ProviderEventID != key {
		t.Errorf("key %q, %q; want %q", e.DedupeKey, e.ProviderEventID, key)
	}
	if e.AfterDelivery != models.EventType(x.AfterDelivered) {
		t.Errorf("after a delivery %q, want %q", e.AfterDelivery, x.AfterDelivered)
	}
	x.checkTime(t, e)
	x.checkSuppress(t, e)
}

// checkTime compares to the second, where the provider gives a time at all.
func (x expected) checkTime(t *testing.T, e models.Event) {
	t.Helper()
	if x.OccurredAt == "" {
		return
	}
	at := wire.Time(x.OccurredAt)
	if !e.OccurredAt.Truncate(time.Second).Equal(at.Truncate(time.Second)) ||
		e.OccurredAt.Location() != time.UTC {
		t.Errorf("occurred at %s, want %s", e.OccurredAt, at)
	}
}

// checkSuppress holds what happens to the address to the example: never more than it says.
func (x expected) checkSuppress(t *testing.T, e models.Event) {
	t.Helper()
	atOnce := models.Status(e.Type).Info().OptOut == models.OptOutAtOnce || e.Type == models.Complaint
	r, _ := models.ReasonByID(e.Reason)
	if atOnce && r.Suppress == "yes" && !r.OurSide() && x.Suppress != "yes" {
		t.Errorf("%s with %s opts the address out at once, the example says %q", e.Type, e.Reason, x.Suppress)
	}
}

// Requests that are not proven are refused by every provider that proves anything, and keep nothing.
func TestUnproven(t *testing.T) {
	for code, s := range stands {
		if s.sign == nil {
			continue
		}
		p, _ := ByCode(code)
		sample := firstExample(t, code)
		if sample.File == "" {
			continue
		}
		for name, change := range map[string]func(*wire.Request){
			"unsigned":     func(r *wire.Request) { r.Header = http.Header{}; r.Body = stripped(r.Body) },
			"unconfigured": func(r *wire.Request) { r.Settings = wire.Settings{} },
			"another key":  func(r *wire.Request) { r.Settings = otherKeys },
		} {
			if code == "bird" && name == "unconfigured" {
				continue // without a key the secret address is its proof
			}
			r := sample.request(t)
			change(&r)
			reading, err := p.Read(context.Background(), r)
			if !errors.Is(err, wire.ErrRefused) || len(reading.Events)+len(reading.Inbound) > 0 {
				t.Errorf("%s, %s: %+v, %v", code, name, reading, err)
			}
		}
	}
}

// otherKeys are settings of every name, none of which signed anything.
var otherKeys = wire.Settings{
	"public_key":       "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
	"webhook_user":     "hook",
	"webhook_password": "other",
	"signing_key":      "other",
	"signing_secret":   "whsec_b3RoZXIgc2VjcmV0IG9mIG1pbmU=",
	"auth_token":       "other",
	"topic_arns":       "arn:aws:sns:eu-west-1:111122223333:another",
}

// stripped takes the signatures out that stand in a body.
func stripped(body []byte) []byte {
	for _, word := range []string{"signature", "Signature"} {
		body = bytes.ReplaceAll(body, []byte(word), []byte("nothing"))
	}
	return body
}

func firstExample(t testing.TB, code string) example {
	for _, x := range examples(t) {
		if x.Provider == code && x.Direction == "webhook" && len(x.Expect) > 0 {
			return x
		}
	}
	return example{}
}

// A login in the webhook's address is checked where one is set, also by providers that need none.
func TestOptionalLogin(t *testing.T) {
	for _, code := range []string{"brevo", "mailjet"} {
		p, _ := ByCode(code)
		r := firstExample(t, code).request(t)
		r.Settings = wire.Settings{"webhook_user": "hook", "webhook_password": "s3cret"}
		if _, err := p.Read(context.Background(), r); !errors.Is(err, wire.ErrRefused) {
			t.Errorf("%s without the login: %v", code, err)
		}
		signBasic(t, &r)
		if _, err := p.Read(context.Background(), r); err != nil {
			t.Errorf("%s with the login: %v", code, err)
		}
	}
}

// A body that is proven and no event of the provider's is unreadable: it is kept, not refused and not lost.
func TestUnreadable(t *testing.T) {
	for _, code := range []string{"sendgrid", "postmark", "mailgun", "ses", "resend", "brevo", "mailjet",
		"sparkpost", "telnyx"} {
		p, _ := ByCode(code)
		r := post(code, []byte(`{"cut`))
		if sign := stands[code].sign; sign != nil {
			sign(t, &r)
		}
		if code == "mailgun" { // a form takes any body; this one is signed and says nothing
			r.Body = fmtSigned(r)
		}
		reading, err := p.Read(context.Background(), r)
		if !errors.Is(err, wire.ErrUnreadable) &&
			!(err == nil && len(reading.Events) == 1 && reading.Events[0].State == models.EventParked) {
			t.Errorf("%s: %+v, %v", code, reading, err)
		}
	}
}

func fmtSigned(r wire.Request) []byte {
	signed := post("mailgun", []byte("x=1"))
	signMailgun(nil, &signed)
	return signed.Body
}

// One event that cannot be read is parked with its own bytes and loses none of the others of its batch.
func TestBadEventInBatch(t *testing.T) {
	for code, good := range map[string]string{
		"sendgrid":  `{"event":"delivered","email":"mira@example.net","sg_event_id":"e1","timestamp":1790000000}`,
		"mailjet":   `{"event":"sent","email":"mira@example.net","MessageID":1,"time":1790000000}`,
		"brevo":     `{"event":"delivered","email":"mira@example.net","message-id":"<a@b>","ts":1790000000}`,
		"sparkpost": `{"msys":{"message_event":{"type":"delivery","event_id":"1","rcpt_to":"mira@example.net"}}}`,
	} {
		p, _ := ByCode(code)
		r := post(code, []byte("["+good+`,{"odd":[1]},7,`+good+"]"))
		if sign := stands[code].sign; sign != nil {
			sign(t, &r)
		}
		reading, err := p.Read(context.Background(), r)
		if err != nil || len(reading.Events) != 4 {
			t.Fatalf("%s: %+v, %v", code, reading, err)
		}
		for i, e := range reading.Events {
			if bad := i == 1 || i == 2; (e.State == models.EventParked) != bad ||
				bad && string(e.Raw) != []string{"", `{"odd":[1]}`, "7", ""}[i] {
				t.Errorf("%s, event %d: %+v", code, i, e)
			}
		}
	}
}
