package delivery

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire/wiretest"
)

// outage is a program that did not run for a while, and a provider whose log can be asked.
type outage struct {
	*testing.T
	s     *store.Store
	cast  *modelstest.Cast
	clock *modelstest.Clock
	far   *wiretest.Far
	watch *Watcher
}

// onBoth plays an outage of SparkPost's (and whatever is added) on both databases.
func onBoth(t *testing.T, act func(o *outage)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		o := &outage{T: t, s: s, cast: modelstest.NewCast(t, s), clock: clock}
		o.far = wiretest.Play(t, func(w http.ResponseWriter, _ *http.Request) {
			at := o.clock.Now().Add(-time.Hour).Format(time.RFC3339)
			fmt.Fprintf(w,
				`{"results":[{"type":"bounce","event_id":"9001","timestamp":%q,"rcpt_to":%q,"transmission_id":"77",
				"bounce_class":"10","raw_reason":"550 5.1.1 User unknown"}],"links":{}}`, at,
				modelstest.JaneMistyped)
		})
		o.watch = &Watcher{Store: s, Client: o.far.Client, Log: modelstest.Log(t)}
		act(o)
	})
}

func (o *outage) connect(provider string, settings map[string]string) models.Connection {
	o.Helper()
	c, _, err := o.s.Connection.AddConnection(o.Context(), models.AtCommandLine(o.cast.Account.ID),
		models.Connection{Provider: provider, Name: provider, Channels: "email", Sends: true}, settings)
	if err != nil {
		o.Fatal(err)
	}
	return c
}

// down is a stop of the program for a time, and the round of the worker after it.
func (o *outage) down(length time.Duration) {
	o.Helper()
	o.round()
	o.clock.Turn(length)
	o.round()
	modelstest.Settle(o, o.s)
}

func (o *outage) round() {
	o.Helper()
	if err := o.s.Connection.Started(o.Context()); err != nil {
		o.Fatal(err)
	}
	if err := o.watch.Work(o.Context(), &river.Job[WatchArgs]{}); err != nil {
		o.Fatal(err)
	}
}

func (o *outage) openGaps() map[string]bool {
	o.Helper()
	gaps, err := o.s.Connection.OpenGaps(o.Context(), o.cast.Ada,
		models.StandardWindow(o.clock.Now(), time.UTC, models.StandardDays))
	if err != nil {
		o.Fatal(err)
	}
	names := map[string]bool{}
	for _, g := range gaps {
		names[g.Connection] = true
	}
	return names
}

func (o *outage) number() int {
	o.Helper()
	n, err := o.s.Report.CountUndelivered(o.Context(), o.cast.Ada, report.Filter{})
	if err != nil {
		o.Fatal(err)
	}
	return n.Total
}

var sparkpost = map[string]string{"api_key": "key", "from": "a@example.org",
	"webhook_user": "u", "webhook_password": "p"}

// After an outage longer than a provider tries, its own log is asked once, what it tells is on the report as
// if it had been reported, and nothing is missing.
func TestGapFilledFromLog(t *testing.T) {
	onBoth(t, func(o *outage) {
		o.connect("sparkpost", sparkpost)
		o.down(9 * time.Hour)
		if n := o.number(); n != 1 {
			o.Errorf("%d on the report, want the bounce of the log", n)
		}
		if open := o.openGaps(); open["sparkpost"] {
			o.Errorf("still open: %v", open)
		}
		o.round()
		if seen := len(o.far.Seen()); seen != 1 {
			o.Errorf("asked %d times, want once", seen)
		}
	})
}

// SendGrid's lists name no message. What they tell is about the newest message to the address, whether its
// report was lost or had come before; only of a message that nobody knows a notification is made, and of no
// failure two.
func TestGapFilledFromListWithoutMessages(t *testing.T) {
	onBoth(t, func(o *outage) {
		listed := map[string]time.Time{}
		o.far = wiretest.Play(o.T, func(w http.ResponseWriter, r *http.Request) {
			var rows []string
			for to, at := range listed {
				rows = append(rows, fmt.Sprintf(
					`{"created":%d,"email":%q,"reason":"550 5.1.1 user unknown","status":"5.1.1"}`,
					at.Unix(),
					to,
				))
			}
			if !strings.HasSuffix(r.URL.Path, "/bounces") {
				rows = nil
			}
			fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
		})
		o.watch.Client = o.far.Client
		c := o.connect("sendgrid",
			map[string]string{"api_key": "k", "from": "a@example.org", "public_key": "p"})
		m := &mailbox{outage: o, connection: c}
		lost := m.sent("lost", "jane@x.example", time.Hour)
		known := m.sent("known", "omar@x.example", time.Hour)
		o.round()
		at := o.clock.Now().Add(time.Minute)
		listed["jane@x.example"], listed["omar@x.example"], listed["new@x.example"] = at, at, at
		o.clock.Turn(30 * time.Hour)
		modelstest.Keep(o, o.s, c, models.Event{Type: models.EventType(models.HardBounce),
			Reason: "user-unknown", Channel: models.Email, Recipient: "omar@x.example",
			DedupeKey: "webhook", AttemptRef: m.attempt(known), OccurredAt: at, Raw: []byte("{}")})
		o.round()
		modelstest.Settle(o, o.s)
		if n := o.number(); n != 3 {
			o.Errorf("%d on the report, want 3", n)
		}
		for _, id := range []string{lost, known} {
			st, err := o.s.Report.NotificationDetail(o.Context(), o.cast.Ada, id)
			if err != nil || st.Notification.Status != models.HardBounce || len(st.OptOuts) != 1 {
				o.Errorf("%+v, %v", st.Notification, err)
			}
		}
	})
}

// An outage shorter than the provider's own tries is no gap: nothing is asked, nothing is shown.
func TestShortOutageOfPatientProvider(t *testing.T) {
	onBoth(t, func(o *outage) {
		o.connect("sparkpost", sparkpost)
		o.down(time.Hour)
		if open := o.openGaps(); open["sparkpost"] || len(o.far.Seen()) != 0 {
			o.Errorf("%v, asked %d times", open, len(o.far.Seen()))
		}
	})
}

// Where there is no list to ask, or no key to ask it with, people are told that events may be missing.
func TestGapShownWhereNothingCanBeAsked(t *testing.T) {
	onBoth(t, func(o *outage) {
		o.connect("telnyx", map[string]string{"public_key": "k", "api_key": "k", "from": "+12065550110"})
		o.connect("sparkpost", map[string]string{"webhook_user": "u", "webhook_password": "p"})
		o.down(9 * time.Hour)
		if open := o.openGaps(); !open["telnyx"] || !open["sparkpost"] || len(o.far.Seen()) != 0 {
			o.Errorf("%v, asked %d times", open, len(o.far.Seen()))
		}
	})
}

// What could not be stored for a while becomes a gap of its connection when storing works again.
func TestGapOfFailedStoring(t *testing.T) {
	onBoth(t, func(o *outage) {
		r := &Receiver{Store: o.s, Client: o.far.Client, Log: modelstest.Log(o)}
		r.failures.note(o.cast.Mail, o.clock.Now())
		o.clock.Turn(10 * time.Minute)
		r.failures.note(o.cast.Mail, o.clock.Now())
		r.recovered(o.Context())
		r.recovered(o.Context())
		gaps, err := o.s.Connection.OpenGaps(o.Context(), o.cast.Ada,
			models.StandardWindow(o.clock.Now(), time.UTC, models.StandardDays))
		if err != nil || len(gaps) != 1 || gaps[0].ToAt.Sub(gaps[0].FromAt) != 10*time.Minute {
			o.Errorf("%+v %v", gaps, err)
		}
	})
}
