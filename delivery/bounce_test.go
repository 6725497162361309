package delivery

import (
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
)

// mailbox is a connection by plain SMTP whose bounce mails come to a mailbox, and the door for them.
type mailbox struct {
	*outage
	connection models.Connection
	door       Bounces
}

func (o *outage) mailbox() *mailbox {
	o.Helper()
	c := o.connect("smtp", map[string]string{"host": "mail.example",
		"from": "desk@marlow.example", "bounce_address": "bounces@marlow.example"})
	return &mailbox{o, c, Bounces{Store: o.s, Log: modelstest.Log(o)}}
}

// sent is a mail that the business sent through the connection by itself, so long ago.
func (m *mailbox) sent(ref, to string, ago time.Duration) string {
	m.Helper()
	at := m.clock.Now().Add(-ago)
	all, err := m.s.Intake.Register(
		m.Context(),
		models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: m.cast.Account.ID},
		[]intake.Registration{
			{Ref: ref, Channel: models.Email, To: to, Title: ref, Text: "Hello",
				SentAt: &at, Connection: m.connection.ID,
				Customer: intake.RegistrationCustomer{Ref: "c-" + ref, Name: "Jane Doe", Email: to}},
		},
	)
	if err != nil {
		m.Fatal(err)
	}
	return all[0].ID
}

func (m *mailbox) attempt(id string) string {
	m.Helper()
	st, err := m.s.Report.NotificationDetail(m.Context(), m.cast.Ada, id)
	if err != nil {
		m.Fatal(err)
	}
	return st.Attempts[0].ID
}

// returns brings a bounce about an address that names no message; inner is the header of the returned
// message.
func (m *mailbox) returns(id, to, inner string) {
	m.Helper()
	raw := fmt.Sprintf(
		"Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\nSubject: Undelivered Mail Returned to "+
			"Sender\r\nMessage-ID: <%s>\r\n"+
			"Date: %s\r\nContent-Type: multipart/report; report-type=delivery-status; "+
			"boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"+
			"Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: "+
			"failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"+
			"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n%s\r\n--b--\r\n",
		id,
		m.clock.Now().Format(time.RFC1123Z),
		to,
		inner,
	)
	if err := m.door.Receive(m.Context(), "bounces@marlow.example", []byte(raw)); err != nil {
		m.Fatal(err)
	}
	modelstest.Settle(m, m.s)
}

// A mail that came back and names no message is taken for the bounce of the one message to its recipient
// within five days, and of none where there are two: the notification is on the report, marked as probable,
// and nobody's address is refused for it.
func TestProbableBounce(t *testing.T) {
	onBoth(t, func(o *outage) {
		m := o.mailbox()
		m.sent("old", "jane@x.example", 6*24*time.Hour)
		m.sent("new", "jane@x.example", time.Hour)
		m.sent("one", "rivals@x.example", 3*24*time.Hour)
		m.sent("two", "rivals@x.example", time.Hour)
		m.sent("ancient", "omar@x.example", 6*24*time.Hour)
		m.returns("1@mail.example", "Jane@X.example", "Subject: hello")
		m.returns("2@mail.example", "omar@x.example", "Subject: hello")
		m.returns("3@mail.example", "stranger@x.example", "Subject: hello")
		m.returns("4@mail.example", "rivals@x.example", "Subject: hello")
		page, err := m.s.Report.Undelivered(m.Context(), m.cast.Ada, report.Filter{})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Title != "new" ||
			page.Rows[0].Status != models.HardBounce {
			m.Fatalf("%+v, %v", page.Rows, err)
		}
		st, err := m.s.Report.NotificationDetail(m.Context(), m.cast.Ada, page.Rows[0].ID)
		if err != nil || len(st.Events) != 1 || !st.Events[0].Probable || len(st.OptOuts) != 0 {
			m.Errorf("%+v, %v", st.Events, err)
		}
	})
}

// A report that Amazon sends by mail, as JSON with a footer under it, is read as the one that it posts.
func TestBounceAsJSON(t *testing.T) {
	onBoth(t, func(o *outage) {
		m := o.mailbox()
		id := m.sent("new", "jane@x.example", time.Hour)
		notice := fmt.Sprintf(
			`{"notificationType":"Bounce","mail":{"messageId":"m1","destination":["jane@x.example"],"headers":[{"name":"X-Notification-Id","value":%q}]},
			"bounce":{"bounceType":"Permanent","bounceSubType":"General","feedbackId":"f1","bouncedRecipients":[{"emailAddress":"jane@x.example","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}`,
			m.attempt(id),
		)
		raw := "Return-Path: <bounce@sns.example>\r\nFrom: AWS Notifications " +
			"<no-reply@sns.example>\r\nSubject: AWS Notification Message\r\nMessage-ID: <1@sns>\r\n\r\n" +
			notice + "\r\n\r\n--\r\nIf you wish to stop receiving notifications from this topic, visit the " +
			"link.\r\n"
		if err := m.door.Receive(m.Context(), "bounces@marlow.example", []byte(raw)); err != nil {
			m.Fatal(err)
		}
		modelstest.Settle(m, m.s)
		after, err := m.s.Report.NotificationDetail(m.Context(), m.cast.Ada, id)
		if err != nil || after.Notification.Reason != "user-unknown" || len(after.OptOuts) != 1 {
			m.Errorf("%+v, %v", after.Notification, err)
		}
	})
}

// A mail that names another message is not ours, whoever it is about; one that names ours counts in full.
func TestNamedBounce(t *testing.T) {
	onBoth(t, func(o *outage) {
		m := o.mailbox()
		id := m.sent("new", "jane@x.example", time.Hour)
		m.returns("1@mail.example", "jane@x.example", "Message-ID: <123456789@elsewhere.example>")
		if n := m.number(); n != 0 {
			m.Fatalf("%d on the report by a mail about another message", n)
		}
		m.returns("2@mail.example", "jane@x.example", "X-Notification-Id: "+m.attempt(id))
		st, err := m.s.Report.NotificationDetail(m.Context(), m.cast.Ada, id)
		if err != nil || m.number() != 1 || len(st.Events) != 1 || st.Events[0].Probable ||
			len(st.OptOuts) != 1 {
			m.Errorf("%+v %+v, %v", st.Events, st.OptOuts, err)
		}
	})
}
