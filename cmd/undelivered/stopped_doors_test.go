package main

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/models"
)

// bringBounces brings one mail after the other to the door for bounce mails until the context ends, and says
// how many were taken.
func bringBounces(ctx context.Context, door, to string) (taken int) {
	for n := 0; ctx.Err() == nil; n++ {
		c, err := smtp.Dial(door)
		if err != nil {
			continue // closed: it would come again
		}
		mail := "From: far@mx.example\r\nSubject: hello " + strconv.Itoa(n) + "\r\n\r\nno bounce\r\n"
		if c.SendMail("", []string{to}, strings.NewReader(mail)) == nil {
			taken++
		}
		c.Close()
	}
	return taken
}

// A program that is told to stop with every door open, under load, and with a mail server that keeps its line
// to the door for bounce mails, ends without an error, soon, and has lost nothing: no hand-over is cut, no
// acknowledged event and no acknowledged mail is gone.
func TestKilledStopsInGoodOrder(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		door, k := freeAddress(t), newTaken()
		h.more = append(h.more, "UNDELIVERED_SMTP_IN="+door, "UNDELIVERED_METRICS_ADDR="+freeAddress(t),
			"UNDELIVERED_STOP_DELAY=100ms")
		host, port := mailServer(t, k)
		endpoint, player := textProvider(t, k)
		key, hook := h.furnish(host, port, endpoint)
		h.receiveBounces("back@harbour.example", host, port)
		h.start("serve")

		idle, err := net.Dial("tcp", door)
		if err != nil {
			t.Fatal(err)
		}
		defer idle.Close()
		ctx, stop := context.WithCancel(t.Context())
		reporter, reported, brought := &reporter{hook: hook}, make(chan struct{}), make(chan int, 1)
		go func() {
			defer close(reported)
			reporter.reportUntil(ctx, t)
		}()
		go func() { brought <- bringBounces(ctx, door, "back@harbour.example") }()
		h.sendAll(key)
		awaitMore(t, k, 5)
		began := time.Now()
		if err := h.run.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := h.run.Wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
		h.run = nil
		t.Logf("stopped within %v", time.Since(began).Round(100*time.Millisecond))
		stop()
		<-reported

		h.start("serve")
		for name, s := range h.settled(key) {
			if s.State == string(models.StateUnknown) {
				t.Errorf("%s was cut", name)
			}
		}
		h.nothingTwice(k, player)
		h.nothingLost(key, reporter)
		if mails, kept := <-brought, h.mails(key); mails == 0 || kept < mails {
			t.Errorf("%d bounce mails were acknowledged, %d are kept", mails, kept)
		}
	})
}

// receiveBounces gives the mail connection of the house another one beside it, with a bounce address.
func (h *house) receiveBounces(address, host, port string) {
	h.t.Helper()
	var accounts []struct{ ID string }
	h.command(&accounts, "account", "list", "--json")
	var added struct{ ID string }
	h.command(&added, "connection", "add", "--account", accounts[0].ID, "--provider", "smtp", "--name",
		"bounces", "--json", "--set", "host="+host, "--set", "port="+port, "--set", "tls=none", "--set",
		"from=us@harbour.example", "--set", "bounce_address="+address)
}

// mails is how many mails that came back are kept.
func (h *house) mails(key string) int {
	n, next := 0, ""
	for {
		var page struct {
			Items []struct{ Type string }
			Next  *string
		}
		if status := h.api(key, http.MethodGet, "/api/v1/events?limit=500&after="+next, nil,
			&page); status != http.StatusOK {
			h.t.Fatalf("events: %d", status)
		}
		for _, e := range page.Items {
			if e.Type == string(models.Unrecognised) {
				n++
			}
		}
		if page.Next == nil || len(page.Items) == 0 {
			return n
		}
		next = *page.Next
	}
}

// A door that is taken is named in one line, with what to do, before anything has been made in the data
// folder.
func TestKilledByTakenDoor(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, setting := range []string{"UNDELIVERED_ADDR", "UNDELIVERED_METRICS_ADDR", "UNDELIVERED_SMTP_IN"} {
		h := newHouse(t)
		h.data += "/new"
		h.more = []string{setting + "=" + l.Addr().String()}
		if said := h.fails("serve"); strings.Count(said, "\n") != 1 ||
			!strings.Contains(said, setting+": ") ||
			!strings.Contains(said, "another address") {
			t.Errorf("%s: it said %s", setting, said)
		}
		if nothing := emptyOrMissing(t, h.data); !nothing {
			t.Errorf("%s: it had begun already", setting)
		}
	}
}
