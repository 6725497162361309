package delivery

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/providers/wire/wiretest"
)

// lookedUp is a text whose hand-over to Twilio broke off, and a log of Twilio's that shows what it is told
// to.
type lookedUp struct {
	*outage
	id    string
	sweep *Sweeper
	log   []string
}

const words = "See you tomorrow at 09:30."

func (o *outage) brokenOff() *lookedUp {
	o.Helper()
	l := &lookedUp{outage: o}
	far := wiretest.Play(o.T, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			panic(http.ErrAbortHandler) // the line breaks
		}
		if strings.Contains(r.URL.Path, "/Messages/") {
			fmt.Fprint(w,
				`{"sid":"SM1","to":"+447700900123","status":"undelivered","error_code":30003,"direction":"outbound-api"}`)
			return
		}
		list := ""
		for i, one := range l.log {
			if i > 0 {
				list += ","
			}
			list += one
		}
		fmt.Fprintf(w, `{"messages":[%s]}`, list)
	})
	c, _, err := o.s.Connection.AddConnection(o.Context(), models.AtCommandLine(o.cast.Account.ID),
		models.Connection{Provider: "twilio", Name: "Twilio", Channels: "sms", Sends: true, Position: -1},
		map[string]string{"account_sid": "AC1", "auth_token": "t", "from": "+447700900001"})
	if err != nil {
		o.Fatal(err)
	}
	all, err := o.s.Intake.Register(
		o.Context(),
		models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: o.cast.Account.ID},
		[]intake.Registration{
			{Ref: "1", Channel: models.SMS, To: "+447700900123", Title: "Reminder",
				Text: words, Send: true, Connection: c.Name,
				Customer: intake.RegistrationCustomer{Name: "Jane Doe", Phone: "+447700900123"}},
		},
	)
	if err != nil {
		o.Fatal(err)
	}
	l.id, l.sweep = all[0].ID, &Sweeper{Store: o.s, Client: far.Client, Log: modelstest.Log(o)}
	l.handOver(&Resender{Store: o.s, Client: far.Client, Log: modelstest.Log(o), shares: newShares()},
		all[0].AttemptID)
	return l
}

func (l *lookedUp) handOver(r *Resender, attempt string) {
	l.Helper()
	l.clock.Turn(time.Minute)
	job := &river.Job[ledger.ResendArgs]{Args: ledger.ResendArgs{AttemptID: attempt}}
	if err := r.Work(l.Context(), job); err != nil {
		l.Fatal(err)
	}
}

// shows puts a text into Twilio's log.
func (l *lookedUp) shows(sid, text string) {
	l.log = append(l.log, fmt.Sprintf(
		`{"sid":%q,"to":"+447700900123","body":%q,"status":"sent","direction":"outbound-api","date_created":%q}`,
		sid,
		text,
		l.clock.Now().Format(time.RFC1123Z),
	))
}

// looks lets the log be asked as often as it is due in two hours.
func (l *lookedUp) looks() models.Attempt {
	l.Helper()
	for range 120 {
		l.clock.Turn(time.Minute)
		if err := l.sweep.lookUp(l.Context()); err != nil {
			l.Fatal(err)
		}
	}
	st, err := l.s.Report.NotificationDetail(l.Context(), l.cast.Ada, l.id)
	if err != nil {
		l.Fatal(err)
	}
	return st.Attempts[0]
}

// A text whose hand-over broke off, and which Twilio's log shows by its words, was taken; one that the log
// does not show, twice and long after, was not; one with other words proves nothing for it.
func TestUnknownLookedUpByWords(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want models.AttemptState
	}{"shown": {words, models.AttemptAccepted}, "not shown": {"", models.Rejected},
		"another text": {"Hello", models.Rejected}} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(o *outage) {
				l := o.brokenOff()
				if c.text != "" {
					l.shows("SM1", c.text)
				}
				if a := l.looks(); a.OwnState != c.want ||
					c.want == models.AttemptAccepted && a.ProviderMessageID != "SM1" {
					l.Errorf("%s %s %q, want %s", a.OwnState, a.Why, a.ProviderMessageID, c.want)
				}
			})
		})
	}
}

// The log's line of another attempt, with the same words, is no answer: the outcome stays unknown.
func TestUnknownOfAnothersText(t *testing.T) {
	onBoth(t, func(o *outage) {
		l := o.brokenOff()
		l.shows("SM2", words)
		at := l.clock.Now()
		all, err := o.s.Connection.Connections(o.Context(), o.cast.Ada)
		if err != nil {
			o.Fatal(err)
		}
		_, err = o.s.Intake.Register(
			o.Context(),
			models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: o.cast.Account.ID},
			[]intake.Registration{
				{Ref: "2", Channel: models.SMS, To: "+447700900123",
					Title: "Reminder", Text: words, SentAt: &at,
					Connection: all[0].ID, ProviderMessageID: "SM2",
					Customer: intake.RegistrationCustomer{Name: "Jane Doe", Phone: "+447700900123"}},
			},
		)
		if err != nil {
			o.Fatal(err)
		}
		if a := l.looks(); a.OwnState != models.OutcomeUnknown || a.ProviderMessageID != "" {
			l.Errorf("%s %q", a.OwnState, a.ProviderMessageID)
		}
	})
}

// Twilio's callbacks are lost after a short outage: about a text that it took, and said nothing final of, it
// is asked after an hour and after a day. What it says counts like a callback, and then it is not asked any
// more.
func TestSilentTextAskedAbout(t *testing.T) {
	onBoth(t, func(o *outage) {
		l := o.brokenOff()
		l.shows("SM1", words)
		taken := *l.looks().AcceptedAt
		due := func(after time.Duration) int {
			l.Helper()
			l.clock.Turn(taken.Add(after).Sub(l.clock.Now()))
			n := 0
			for _, ago := range silentFor {
				silent, err := l.s.Intake.SilentAttempts(l.Context(), "twilio", 72*time.Hour, ago)
				if err != nil {
					l.Fatal(err)
				}
				n += len(silent)
			}
			return n
		}
		for after, want := range map[time.Duration]int{10 * time.Minute: 0, 90 * time.Minute: 1,
			5 * time.Hour: 0, 24*time.Hour + time.Minute: 1, 30 * time.Hour: 0} {
			if got := due(after); got != want {
				l.Errorf("after %s: %d to be asked about, want %d", after, got, want)
			}
		}
		due(90 * time.Minute)
		if err := l.sweep.askSilent(l.Context()); err != nil {
			l.Fatal(err)
		}
		modelstest.Settle(l, l.s)
		st, err := l.s.Report.NotificationDetail(l.Context(), l.cast.Ada, l.id)
		if err != nil || st.Notification.Status != models.MailboxError ||
			st.Notification.Reason != "sms-unreachable" ||
			due(90*time.Minute) != 0 {
			l.Errorf("%+v, %v", st.Notification, err)
		}
	})
}

// When many mails come back that nobody sent through us, people are told; some are nothing.
func TestBackscatter(t *testing.T) {
	onBoth(t, func(o *outage) {
		m := o.mailbox()
		for i := range connection.BackscatterDaily + 1 {
			if i == connection.BackscatterDaily {
				if err := m.s.Connection.WarnOfBackscatter(m.Context()); err != nil || m.alert() != "" {
					m.Errorf("told too early: %q, %v", m.alert(), err)
				}
			}
			m.returns(fmt.Sprintf("%d@mail.example", i), fmt.Sprintf("stranger%d@x.example", i),
				"Message-ID: <1234567@elsewhere.example>")
		}
		if err := m.s.Connection.WarnOfBackscatter(m.Context()); err != nil || m.alert() == "" {
			m.Errorf("not told: %v", err)
		}
	})
}

func (m *mailbox) alert() string {
	m.Helper()
	c, err := m.s.Connection.Connection(m.Context(), m.cast.Ada, m.connection.ID)
	if err != nil {
		m.Fatal(err)
	}
	return c.Alert
}
