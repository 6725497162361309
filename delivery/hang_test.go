package delivery_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// silentServer is a mail server that greets nobody.
func silentServer(t *testing.T) int {
	t.Helper()
	listener := listen(t)
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

// takingServer is a mail server that takes everything and says so.
func takingServer(t *testing.T, took chan string) int {
	t.Helper()
	server := smtp.NewServer(
		smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return letters(took), nil }),
	)
	listener := listen(t)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

func sendThrough(t *testing.T, s *store.Store, accountID string, port, n int) {
	t.Helper()
	_, _, err := s.Connection.AddConnection(
		t.Context(),
		models.AtCommandLine(accountID),
		models.Connection{Provider: "smtp", Name: "Server", Channels: "email", Sends: true, Position: -1},
		map[string]string{"host": "127.0.0.1", "port": fmt.Sprint(port), "tls": "none",
			"from": "us@harbour.example"},
	)
	if err != nil {
		t.Fatal(err)
	}
	var all []intake.Registration
	for i := range n {
		to := fmt.Sprintf("customer%d@far.example", i)
		all = append(all, intake.Registration{Ref: fmt.Sprint(i), Channel: models.Email,
			To: to, Title: "Reminder", Subject: "Reminder", Text: "Please come.",
			Connection: "Server", Send: true,
			Customer: intake.RegistrationCustomer{Name: to, Email: to}})
	}
	if _, err := s.Intake.Register(t.Context(), models.Actor{Kind: models.APIKey, ID: "key_1",
		AccountID: accountID}, all); err != nil {
		t.Fatal(err)
	}
}

// A hundred hand-overs of one account that hang do not keep another account's from going out.
func TestHangingServerDelaysNobodyElse(t *testing.T) {
	limits := models.DefaultLimits()
	limits.Undo = 0
	modelstest.EachWith(t, store.Options{Limits: limits}, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		sendThrough(t, s, cast.Account.ID, silentServer(t), 100)
		work(t, s)
		took := make(chan string, 1)
		began := time.Now()
		sendThrough(t, s, cast.Other.ID, takingServer(t, took), 1)
		select {
		case <-took:
			t.Logf("the other account's went out after %v", time.Since(began).Round(10*time.Millisecond))
		case <-time.After(15 * time.Second):
			t.Error("the other account's has not gone out within 15 s")
		}
	})
}
