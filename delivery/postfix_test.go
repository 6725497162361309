package delivery_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// A resend through a real Postfix to a server that refuses it comes back as a bounce mail to our door, and
// stands on the report with the right reason.
func TestPostfixBounce(t *testing.T) {
	limits := models.DefaultLimits()
	limits.Undo = 0
	modelstest.EachWith(t, store.Options{Limits: limits}, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		door := openDoor(t, s)
		port := startPostfix(t, map[string]int{"bounces.example": door, "refusing.example": refusing(t)})
		_, _, err := s.Connection.AddConnection(
			t.Context(),
			models.AtCommandLine(cast.Account.ID),
			models.Connection{Provider: "smtp", Name: "Our mail server", Channels: "email",
				Sends: true, Position: -1},
			map[string]string{"host": "127.0.0.1", "port": fmt.Sprint(port),
				"tls": "none", "from": "Harbour <hello@harbour.example>",
				"bounce_domain": "bounces.example", "bounce_secret": "a secret for the proof of bounces"},
		)
		if err != nil {
			t.Fatal(err)
		}
		work(t, s)
		made, err := s.Intake.Register(
			t.Context(),
			models.Actor{Kind: models.APIKey, ID: "key_1", AccountID: cast.Account.ID},
			[]intake.Registration{{
				Ref: "1", Channel: models.Email, To: "nobody@refusing.example", Title: "Invoice 4471",
				Subject: "Invoice", Text: "£86.00",
				Connection: "Our mail server", Send: true,
				Customer: intake.RegistrationCustomer{Name: "Jane Doe",
					Email: "nobody@refusing.example"}}},
		)
		if err != nil {
			t.Fatal(err)
		}
		st := untilFailed(t, s, cast.Ada, made[0].ID)
		if st.Notification.Status != models.HardBounce || st.Notification.Reason != "user-unknown" {
			t.Errorf("status %s, reason %s", st.Notification.Status, st.Notification.Reason)
		}
		if st.Attempts[0].OwnState != models.AttemptAccepted {
			t.Errorf("Postfix should have taken it: %s", st.Attempts[0].OwnState)
		}
		if len(st.OptOuts) != 1 || st.OptOuts[0].Cause != models.CauseHardBounce {
			t.Errorf("the address should be opted out: %v", st.OptOuts)
		}
	})
}

func untilFailed(t *testing.T, s *store.Store, a models.Actor, id string) report.NotificationDetail {
	t.Helper()
	var st report.NotificationDetail
	deadline := time.Now().Add(60 * time.Second)
	for ; time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var err error
		if st, err = s.Report.NotificationDetail(t.Context(), a, id); err != nil {
			t.Fatal(err)
		}
		if st.Notification.State == models.StateFailed {
			return st
		}
	}
	t.Fatalf("it never came back: %s, attempt %+v", st.Notification.State, st.Attempts[0])
	return st
}

// work starts the workers of a store until the test ends.
func work(t *testing.T, s *store.Store) {
	t.Helper()
	crew, err := delivery.Jobs{Store: s, Client: wire.NewClient(), BaseURL: "http://undelivered.test",
		Log: slog.New(slog.DiscardHandler), Pause: 100 * time.Millisecond}.Workers()
	if err == nil {
		err = crew.Start(context.WithoutCancel(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = crew.StopAndCancel(context.WithoutCancel(t.Context())) })
}

// openDoor opens our door for bounce mails and returns its port.
func openDoor(t *testing.T, s *store.Store) int {
	t.Helper()
	bounces := delivery.Bounces{Store: s, Log: slog.New(slog.DiscardHandler)}
	room := &delivery.Mailroom{Domain: "bounces.example", Accepts: bounces.Accepts, Keep: bounces.Receive}
	listener := listen(t)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	closed := make(chan error, 1)
	go func() { closed <- room.ServeOn(ctx, listener, false) }()
	t.Cleanup(func() {
		stop()
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().(*net.TCPAddr).Port
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// refusing is a mail server that knows nobody.
func refusing(t *testing.T) int {
	t.Helper()
	server := smtp.NewServer(
		smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return stranger{}, nil }),
	)
	server.Domain = "mx.refusing.example"
	listener := listen(t)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

type stranger struct{ smtp.Session }

func (stranger) Mail(string, *smtp.MailOptions) error { return nil }
func (stranger) Reset()                               {}
func (stranger) Logout() error                        { return nil }
func (stranger) Rcpt(to string, _ *smtp.RcptOptions) error {
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1},
		Message: "<" + to + ">: Recipient address rejected: User unknown"}
}

// startPostfix runs a Postfix of its own, with its own queue, that knows where to bring the mail of some
// domains.
func startPostfix(t *testing.T, routes map[string]int) int {
	t.Helper()
	if _, err := exec.LookPath("postfix"); err != nil || os.Geteuid() != 0 {
		t.Fatal(
			"this test runs Postfix: install the package postfix and run it as root, or leave it out with " +
				"-skip TestPostfix",
		)
	}
	dir, err := os.MkdirTemp("", "undelivered-postfix-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	probe := listen(t)
	port := probe.Addr().(*net.TCPAddr).Port
	probe.Close()
	writePostfix(t, dir, port, routes)
	if out, err := exec.CommandContext(t.Context(), "postfix", "-c", dir+"/etc",
		"start").CombinedOutput(); err != nil {
		t.Fatalf("Postfix does not start: %v\n%s\n%s", err, out, readFile(dir+"/log"))
	}
	t.Cleanup(func() { _ = exec.Command("postfix", "-c", dir+"/etc", "stop").Run() })
	return port
}

func writePostfix(t *testing.T, dir string, port int, routes map[string]int) {
	t.Helper()
	var transports []string
	for domain, to := range routes {
		transports = append(transports, fmt.Sprintf("{ %s = smtp:[127.0.0.1]:%d }", domain, to))
	}
	main := fmt.Sprintf(postfixMain, dir, dir, dir, strings.Join(transports, ", "))
	for _, folder := range []string{"etc", "queue", "data"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "chown", "postfix",
		dir+"/data").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for name, text := range map[string]string{"main.cf": main,
		"master.cf": fmt.Sprintf(postfixMaster, port)} {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func readFile(path string) string {
	raw, _ := os.ReadFile(path) // only to show it beside a failure
	return string(raw)
}

const postfixMain = `compatibility_level = 3.6
queue_directory = %s/queue
data_directory = %s/data
maillog_file = %s/log
maillog_file_prefixes = /tmp
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.harbour.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
notify_classes =
transport_maps = inline:{ %s }
`

const postfixMaster = `127.0.0.1:%d inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
