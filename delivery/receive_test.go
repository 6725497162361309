package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/providers/wire"
)

// door is a connection at a provider with its webhook.
type door struct {
	*outage
	r          *Receiver
	connection models.Connection
	token      string
}

func (o *outage) door(provider string, settings map[string]string) *door {
	o.Helper()
	c, token, err := o.s.Connection.AddConnection(o.Context(), models.AtCommandLine(o.cast.Account.ID),
		models.Connection{Provider: provider, Name: provider, Channels: "email"}, settings)
	if err != nil {
		o.Fatal(err)
	}
	if _, err := o.s.People.GrantSupport(o.Context(), o.cast.Olga, o.clock.Now().Add(time.Hour)); err != nil {
		o.Fatal(err)
	}
	return &door{o,
		&Receiver{Store: o.s, Client: o.far.Client, BaseURL: "https://app.example", Log: modelstest.Log(o)},
		c, token}
}

func (d *door) posts(body string) int {
	d.Helper()
	return d.postsWith(http.Header{"Content-Type": {"application/json"}}, body)
}

func (d *door) postsWith(header http.Header, body string) int {
	d.Helper()
	reply := d.r.Receive(d.Context(), HookRequest{Provider: d.connection.Provider, Token: d.token,
		Request: wire.Request{Method: http.MethodPost, URL: "/hooks/x/" + d.token, Query: url.Values{},
			Header: header, Body: []byte(body)}})
	modelstest.Settle(d, d.s)
	return reply.Status
}

// events are what is kept of the connection.
func (d *door) events() []report.FedEvent {
	d.Helper()
	events, _, err := d.s.Report.EventFeed(d.Context(), d.cast.Ada,
		report.FeedQuery{Connection: d.connection.ID})
	if err != nil {
		d.Fatal(err)
	}
	return events
}

// looks are the events of a kind that support looks at.
func (d *door) looks(kind intake.LookKind) []intake.Unexplained {
	d.Helper()
	all, err := d.s.Intake.UnexplainedList(d.Context(), d.desk())
	if err != nil {
		d.Fatal(err)
	}
	var some []intake.Unexplained
	for _, l := range all {
		if l.Kind == kind {
			some = append(some, l)
		}
	}
	return some
}

func (o *outage) desk() models.Actor {
	sam := o.cast.Sam
	sam.AccountID = ""
	return sam
}

// mailgun is a signed post of Mailgun's: the signature is over time and token only.
func mailgun(at time.Time, token, event string) string { return mailgunBy("k3y", at, token, event) }

func mailgunBy(key string, at time.Time, token, event string) string {
	stamp := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(stamp + token))
	return fmt.Sprintf(`{"signature":{"timestamp":%q,"token":%q,"signature":%q},"event-data":%s}`, stamp,
		token, hex.EncodeToString(mac.Sum(nil)), event)
}

func bounced(id, to string) string {
	return fmt.Sprintf(
		`{"event":"failed","severity":"permanent","reason":"bounce","id":%q,"timestamp":1795165200.5,"recipient":%q,
		"delivery-status":{"code":550,"message":"5.1.1 user unknown"}}`,
		id,
		to,
	)
}

// A token of Mailgun's that was listened to proves nothing a second time: with another body it is refused and
// counted as a replay; with the same body it is a copy. A new token proves a new post, and after its time a
// token is forgotten.
func TestTokenOnce(t *testing.T) {
	onBoth(t, func(o *outage) {
		d := o.door("mailgun", map[string]string{"signing_key": "k3y", "max_age_hours": "8"})
		at := d.clock.Now()
		first := mailgun(at, "t1", bounced("e1", modelstest.JaneMistyped))
		for body, want := range map[string]int{first: 200,
			mailgun(at, "t2", bounced("e2", "omar@x.example")): 200} {
			if got := d.posts(body); got != want {
				d.Errorf("%d, want %d", got, want)
			}
		}
		if got := d.posts(mailgun(at, "t1", bounced("e3",
			"victim@x.example"))); got != http.StatusUnauthorized {
			d.Errorf("another body with a used token: %d", got)
		}
		if got := d.posts(mailgun(at, "t1", `"cut`)); got != http.StatusUnauthorized {
			d.Errorf("an unreadable body with a used token: %d", got)
		}
		if got := d.posts(first); got != http.StatusOK {
			d.Errorf("the same again: %d", got)
		}
		events := d.events()
		if len(events) != 2 {
			d.Fatalf("%+v", events)
		}
		for _, e := range events {
			if copies := map[bool]int{true: 2, false: 1}[e.ProviderEventID == "t1"]; e.Copies != copies {
				d.Errorf("%s came %d times, want %d", e.ProviderEventID, e.Copies, copies)
			}
		}
		d.clock.Turn(9 * time.Hour)
		if err := d.s.Intake.DropTokens(d.Context()); err != nil {
			d.Fatal(err)
		}
		if got := d.posts(mailgun(at, "t1", bounced("e4",
			"victim@x.example"))); got != http.StatusUnauthorized {
			d.Errorf("a token past its time: %d", got)
		}
		all, err := d.s.Connection.HealthInDetail(d.Context(), d.cast.Ada)
		if err != nil {
			d.Fatal(err)
		}
		for _, h := range all {
			if h.Connection.ID == d.connection.ID && h.RefusedLately() != 3 {
				d.Errorf("%+v", h.Refused)
			}
		}
	})
}

// A report that could not be read and still cannot stays parked, and says why.
func TestUnreadableStaysParked(t *testing.T) {
	onBoth(t, func(o *outage) {
		d := o.door("mailgun", map[string]string{"signing_key": "k3y"})
		at := d.clock.Now()
		if got := d.posts(mailgun(at, "t2", `[1]`)); got != http.StatusOK {
			d.Fatalf("answered %d", got)
		}
		parked := d.looks(intake.LookParked)
		if len(parked) != 1 || string(parked[0].Raw) != "[1]" {
			d.Fatalf("%+v", parked)
		}
		why, err := d.r.Replay(d.Context(), d.desk(), parked[0].ID)
		if err != nil || why == "" {
			d.Errorf("%q, %v", why, err)
		}
		if still := d.looks(intake.LookParked); len(still) != 1 || still[0].ID != parked[0].ID {
			d.Errorf("%+v", still)
		}
	})
}

// keeps stores an event as the reader of yesterday left it: parked.
func (d *door) keeps(raw string) string {
	d.Helper()
	e := models.Event{Type: models.Unrecognised, Channel: models.Email,
		State: models.EventParked, Error: "the reader of yesterday",
		DedupeKey: "unreadable:" + raw, Raw: []byte(raw), OccurredAt: d.clock.Now()}
	modelstest.Keep(d, d.s, d.connection, e)
	return d.looks(intake.LookParked)[0].ID
}

// After the reader was mended, a parked batch becomes its events: on the report with the time that the
// provider gives, stored once although a copy had come since, and no longer parked.
func TestParkedBecomesEvents(t *testing.T) {
	onBoth(t, func(o *outage) {
		d := o.door("brevo", nil)
		at := d.clock.Now().Add(-time.Hour).Unix()
		event := func(to string) string {
			return fmt.Sprintf(
				`{"event":"hard_bounce","email":%q,"message-id":"<m@x>","ts_event":%d,"reason":"550 5.1.1 user unknown"}`,
				to,
				at,
			)
		}
		batch := "[" + event(modelstest.JaneMistyped) + "," + event("omar@x.example") + "]"
		id := d.keeps("POST /?n=1\r\nContent-Type: application/json\r\n\r\n" + batch)
		if got := d.posts(event("omar@x.example")); got != http.StatusOK {
			d.Fatal(got)
		}
		if _, err := d.r.Replay(d.Context(), d.cast.Ada, id); err == nil {
			d.Error("Ada replays")
		}
		why, err := d.r.Replay(d.Context(), d.desk(), id)
		if err != nil || why != "" {
			d.Fatalf("%q, %v", why, err)
		}
		modelstest.Settle(d, d.s)
		if n := d.number(); n != 2 {
			d.Errorf("%d on the report, want 2", n)
		}
		if left := d.looks(intake.LookParked); len(left) != 0 {
			d.Errorf("%+v", left)
		}
		for _, e := range d.events() {
			if e.OccurredAt.Unix() != at || e.State != models.EventApplied || e.Copies != 1 {
				d.Errorf("%+v", e)
			}
		}
		if _, err := d.s.VerifyAudit(d.Context(), d.cast.Account.ID); err != nil {
			d.Error(err)
		}
	})
}

// An event of a kind that was not known becomes what it is when its kind is known, and keeps its key, so that
// a copy is a copy; while it is not known it stays as it is.
func TestUnknownKindReread(t *testing.T) {
	onBoth(t, func(o *outage) {
		d := o.door("brevo", nil)
		keep := func(raw string) string {
			modelstest.Keep(
				d,
				d.s,
				d.connection,
				models.Event{Type: models.Unrecognised, Channel: models.Email, DedupeKey: raw,
					ProviderCode: raw, ProviderMessageID: "m", Raw: []byte(raw), OccurredAt: d.clock.Now()},
			)
			return d.looks(intake.LookUnrecognised)[0].ID
		}
		odd := keep(`{"event":"new_kind","email":"a@x.example","message-id":"<m>"}`)
		if why, err := d.r.Replay(d.Context(), d.desk(), odd); err != nil || why == "" {
			d.Errorf("%q, %v", why, err)
		}
		if _, err := d.r.Replay(d.Context(), d.desk(), keepKnown(d)); err != nil {
			d.Fatal(err)
		}
		modelstest.Settle(d, d.s)
		if n := d.number(); n != 1 {
			d.Errorf("%d on the report", n)
		}
	})
}

func keepKnown(d *door) string {
	raw := `{"event":"hard_bounce","email":"b@x.example","message-id":"<m2>","reason":"550 5.1.1 user unknown"}`
	modelstest.Keep(
		d,
		d.s,
		d.connection,
		models.Event{Type: models.Unrecognised, Channel: models.Email, DedupeKey: "k",
			ProviderCode: "later known", Raw: []byte(raw), OccurredAt: d.clock.Now()},
	)
	for _, l := range d.looks(intake.LookUnrecognised) {
		if strings.Contains(l.Words, "later known") {
			return l.ID
		}
	}
	d.Fatal("it is not to be looked at")
	return ""
}

// An event that was read anew keeps the key that it came with, so that a copy of it that comes later is a
// copy.
func TestRereadKeepsItsKey(t *testing.T) {
	onBoth(t, func(o *outage) {
		d := o.door("postmark", map[string]string{"webhook_user": "u", "webhook_password": "p"})
		raw := `{"RecordType":"Delivery","MessageID":"m1","Recipient":"jane@x.example","DeliveredAt":"2026-11-20T08:00:00Z"}`
		modelstest.Keep(d, d.s, d.connection, models.Event{Type: models.Unrecognised,
			Channel: models.Email, DedupeKey: "trace-1", ProviderEventID: "trace-1",
			ProviderCode: "Delivery", Raw: []byte(raw), OccurredAt: d.clock.Now()})
		if why, err := d.r.Replay(d.Context(), d.desk(),
			d.looks(intake.LookUnrecognised)[0].ID); err != nil ||
			why != "" {
			d.Fatalf("%q, %v", why, err)
		}
		header := http.Header{}
		header.Set("Authorization", "Basic dTpw")
		header.Set("X-PM-Webhook-Trace-Id", "trace-1")
		if got := d.postsWith(header, raw); got != http.StatusOK {
			d.Fatal(got)
		}
		if events := d.events(); len(events) != 1 || events[0].Copies != 2 ||
			events[0].Type != models.Delivered {
			d.Errorf("%+v", events)
		}
	})
}
