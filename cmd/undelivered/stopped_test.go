package main

import (
	"io"
	"net"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/models"
)

// slowServer is a mail server that holds each mail at its final dot until it may go on.
func slowServer(t *testing.T, k *taken) (host, port string, begun <-chan struct{}, goOn chan<- struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	began, release := make(chan struct{}, 10), make(chan struct{})
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &slowVisit{mailVisit: mailVisit{k: k}, began: began, release: release}, nil
	}))
	server.Domain = "slow.test"
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	host, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return host, port, began, release
}

type slowVisit struct {
	mailVisit
	began   chan<- struct{}
	release <-chan struct{}
}

func (v *slowVisit) Data(r io.Reader) error {
	v.began <- struct{}{}
	<-v.release
	return v.mailVisit.Data(r)
}

// A program that is asked to stop in the middle of a hand-over says that it is not ready, takes no more
// requests, finishes the hand-over, ends without an error, and knows afterwards that the mail went out.
func TestStopped(t *testing.T) {
	t.Parallel()
	h, k := newHouse(t), newTaken()
	host, port, begun, goOn := slowServer(t, k)
	key, _ := h.furnish(host, port, "http://127.0.0.1:1")
	h.start("serve")
	one := []map[string]any{
		{"ref": "slow", "channel": models.Email, "to": "ada@far.example",
			"title": "Reminder", "text": "Please come.", "subject": "Reminder",
			"connection": "mail", "send": true},
	}
	if status := h.api(key, http.MethodPost, "/api/v1/notifications", one,
		nil); status != http.StatusCreated {
		t.Fatalf("registering: %d", status)
	}
	<-begun
	if err := h.run.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	said := map[int]bool{}
	h.await(20*time.Second, "the door to close", func() bool {
		res, err := http.Get(h.url + "/readyz")
		if err == nil {
			said[res.StatusCode] = true
			res.Body.Close()
		}
		return err != nil
	})
	if !said[http.StatusServiceUnavailable] {
		t.Errorf("before the door closed /readyz said %v, and never 503", said)
	}
	if k.of("ada@far.example") != 0 {
		t.Error("the mail went out before the server took it")
	}
	close(goOn)
	if err := h.run.Wait(); err != nil {
		t.Errorf("the program ended with %v", err)
	}
	h.run = nil
	h.start("serve")
	var s shown
	h.api(key, http.MethodGet, "/api/v1/notifications/ref:slow", nil, &s)
	if len(s.Attempts) != 1 || s.Attempts[0].Outcome != string(models.AttemptAccepted) ||
		k.of("ada@far.example") != 1 {
		t.Errorf("the mail went out %d times, and is said to be %+v", k.of("ada@far.example"), s)
	}
}
