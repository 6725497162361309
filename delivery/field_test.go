package delivery

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/providers/wire"
)

// fieldMail is a mail of the field that the reader's own tests read as well.
func fieldMail(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "providers", "dsn", "testdata", "field", name+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// ours is a mail that we sent, with the address of its own for what comes back.
func (o *outage) ours(to string) (m *mailbox, id, bounce string) {
	o.Helper()
	settings := map[string]string{"host": "mail.example", "from": "desk@marlow.example",
		"bounce_domain": "bounces.marlow.example", "bounce_secret": "bounce-secret-of-the-field"}
	c := o.connect("smtp", settings)
	m = &mailbox{o, c, Bounces{Store: o.s, Log: modelstest.Log(o)}}
	all, err := m.s.Intake.Register(
		m.Context(),
		models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: m.cast.Account.ID},
		[]intake.Registration{
			{Ref: "1", Channel: models.Email, To: to, Title: "Visit",
				Subject: "Visit", Text: "Hello", Connection: c.ID, Send: true,
				Customer: intake.RegistrationCustomer{Ref: "c-1", Name: "Jane Doe", Email: to}},
		},
	)
	if err != nil {
		o.Fatal(err)
	}
	id = all[0].ID
	m.takes(m.attempt(id))
	return m, id, wire.BounceAddress(wire.Settings(settings), m.attempt(id))
}

// takes hands an attempt over to a mail server that takes it.
func (m *mailbox) takes(attempt string) {
	m.Helper()
	m.clock.Turn(time.Minute)
	h, err := m.s.Resend.TakeAttempt(m.Context(), attempt)
	if err != nil {
		m.Fatal(err)
	}
	if err := m.s.Resend.FinishAttempt(m.Context(), h, models.Receipt{Outcome: models.ReceiptTaken},
		models.DeliveryPromises{}); err != nil {
		m.Fatal(err)
	}
}

// comes brings a mail of the field to an address, and gives what became of the message.
func (m *mailbox) comes(id, bounce, name string) report.NotificationDetail {
	m.Helper()
	if err := m.door.Receive(m.Context(), bounce, fieldMail(m, name)); err != nil {
		m.Fatal(err)
	}
	modelstest.Settle(m, m.s)
	st, err := m.s.Report.NotificationDetail(m.Context(), m.cast.Ada, id)
	if err != nil {
		m.Fatal(err)
	}
	return st
}

// What comes to a message's own address is about that message: why it failed, if it did, and whether its
// recipient is opted out.
func TestFieldMailsToOwnAddress(t *testing.T) {
	for _, c := range []struct {
		name, to, reason string
		optedOut         bool
	}{
		{"k21-wrapped-line-begins-with-the-address", "fay@reef.example", "user-unknown", true},
		{"k24-unsubscribe-by-mail-program", "ida@cloud.example", "", true},
		{"k28-not-a-member", "walkers@club.example", "sender-restricted-group", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			onBoth(t, func(o *outage) {
				m, id, bounce := o.ours(c.to)
				st := m.comes(id, bounce, c.name)
				if st.Notification.Reason != c.reason || (len(st.OptOuts) > 0) != c.optedOut {
					m.Errorf("%s %q, %+v", st.Notification.Status, st.Notification.Reason, st.OptOuts)
				}
			})
		})
	}
}

// The members of a list are not its address: what befell one of them opts nobody of ours out.
func TestFieldListExpansion(t *testing.T) {
	onBoth(t, func(o *outage) {
		m, id, bounce := o.ours("team@club.example")
		if st := m.comes(id, bounce, "k30-list-expansion"); len(st.OptOuts) != 0 {
			m.Errorf("%+v", st.OptOuts)
		}
	})
}

// A report about where a recipient's mail is forwarded to is about our message, where it returns its name and
// the message had one recipient.
func TestFieldForwarded(t *testing.T) {
	onBoth(t, func(o *outage) {
		m := o.mailbox()
		at := m.clock.Now().Add(-time.Hour)
		all, err := m.s.Intake.Register(
			m.Context(),
			models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: m.cast.Account.ID},
			[]intake.Registration{
				{
					Ref:        "81",
					Channel:    models.Email,
					To:         "nell@work.example",
					Title:      "Visit",
					Text:       "Hello",
					SentAt:     &at,
					Connection: m.connection.ID,
					MessageID:  "visit-81@harbour.example",
					Customer: intake.RegistrationCustomer{Ref: "c-81", Name: "Nell",
						Email: "nell@work.example"},
				},
			},
		)
		if err != nil {
			m.Fatal(err)
		}
		st := m.comes(all[0].ID, "bounces@marlow.example", "k29-forward-without-original-recipient")
		if st.Notification.Reason != "user-unknown" || m.number() != 1 {
			m.Errorf("%s %q, %d on the report", st.Notification.Status, st.Notification.Reason, m.number())
		}
	})
}

// A notification that a mail server broke into lines on its way is read whole.
func TestFieldFoldedNotification(t *testing.T) {
	reading, err := readMail(fieldMail(t, "k22-notification-folded-on-its-way"), "", nil)
	if err != nil || len(reading.Events) != 1 {
		t.Fatalf("%+v, %v", reading.Events, err)
	}
	if e := reading.Events[0]; e.Recipient != "gus@quay.example" || e.Reason != "user-unknown" ||
		e.Type != models.EventType(models.HardBounce) {
		t.Errorf("%s %s for %s", e.Type, e.Reason, e.Recipient)
	}
}
