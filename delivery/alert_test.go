package delivery_test

import (
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// letters is a mail server that keeps each mail.
type letters chan string

func (l letters) NewSession(*smtp.Conn) (smtp.Session, error) { return letters(l), nil }
func (l letters) Mail(string, *smtp.MailOptions) error        { return nil }
func (l letters) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (l letters) Reset()                                      {}
func (l letters) Logout() error                               { return nil }
func (l letters) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	l <- string(text)
	return err
}

func post(t *testing.T) (*delivery.Mailer, letters) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := make(letters, 10)
	server := smtp.NewServer(box)
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	p, err := delivery.NewPost("smtp://"+listener.Addr().String(),
		"Undelivered <no-reply@undelivered.example>", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p, box
}

// When a connection stops, whoever asked to be told gets one mail a day of it, and nobody else any.
func TestAlertOfStoppedConnection(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		p, box := post(t)
		account, err := s.AddAccount(t.Context(), models.AtCommandLine(""),
			models.Account{Name: "Harbour Dental", Zone: "Europe/London"})
		if err != nil {
			t.Fatal(err)
		}
		a := models.AtCommandLine(account.ID)
		c, _ := modelstest.AddConnection(t, s, account.ID, "Mail", models.Email)
		if err := s.Connection.SuspendConnection(t.Context(), c, "401"); err != nil {
			t.Fatal(err)
		}
		w := &delivery.Alerter{
			Store: s,
			Post:  p,
			Log:   slog.New(slog.DiscardHandler),
			Words: func(a report.Alert) (string, string) {
				return string(a.Kind), strings.Join(a.Names, ",")
			},
		}
		round := func(want int) {
			t.Helper()
			if err := w.Work(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if len(box) != want {
				t.Fatalf("%d mails, not %d", len(box), want)
			}
		}
		round(0)
		if err := s.Report.SaveAlerts(t.Context(), a,
			report.AlertSettings{Digest: "off", Rate: true,
				To: []string{"ada@harbour.example"}}); err != nil {
			t.Fatal(err)
		}
		round(0)
		if err := s.Report.SaveAlerts(t.Context(), a,
			report.AlertSettings{Digest: "off", Stopped: true,
				To: []string{"ada@harbour.example"}}); err != nil {
			t.Fatal(err)
		}
		round(1)
		round(1)
		if mail := <-box; !strings.Contains(mail, "Subject: stopped") || !strings.Contains(mail, "Mail") {
			t.Errorf("the mail says %s", mail)
		}
	})
}

// A mail that no server took is tried again; what is wished without an address to write to is refused.
func TestAlertIsTriedAgain(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		p, box := post(t)
		account, err := s.AddAccount(t.Context(), models.AtCommandLine(""),
			models.Account{Name: "Harbour Dental", Zone: "Europe/London"})
		if err != nil {
			t.Fatal(err)
		}
		a := models.AtCommandLine(account.ID)
		if err := s.Report.SaveAlerts(t.Context(), a, report.AlertSettings{Digest: "daily"}); err == nil {
			t.Error("a digest to nobody")
		}
		c, _ := modelstest.AddConnection(t, s, account.ID, "Mail", models.Email)
		if err := s.Connection.SuspendConnection(t.Context(), c, "401"); err != nil {
			t.Fatal(err)
		}
		if err := s.Report.SaveAlerts(t.Context(), a,
			report.AlertSettings{Digest: "off", Stopped: true,
				To: []string{"ada@harbour.example"}}); err != nil {
			t.Fatal(err)
		}
		closed, err := delivery.NewPost("smtp://127.0.0.1:1", "no-reply@undelivered.example",
			slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		w := &delivery.Alerter{Store: s, Post: closed, Log: slog.New(slog.DiscardHandler),
			Words: func(report.Alert) (string, string) { return "Stopped", "." }}
		if err := w.Work(t.Context(), nil); err == nil {
			t.Fatal("a closed server took a mail")
		}
		w.Post = p
		if err := w.Work(t.Context(), nil); err != nil || len(box) != 1 {
			t.Errorf("%d mails, %v", len(box), err)
		}
	})
}
