package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"undelivered/models"
	"undelivered/providers/simulator"
)

var kills = flag.Int("kills", 6, "how often the program is killed in the middle of its work")

// taken counts what the providers took, by recipient, and says when it is time for a kill.
type taken struct {
	mu    sync.Mutex
	count map[string]int
	more  chan struct{} // one for each message taken
}

func newTaken() *taken { return &taken{count: map[string]int{}, more: make(chan struct{}, 10_000)} }

func (k *taken) take(to string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.count[strings.ToLower(to)]++
	k.more <- struct{}{}
}

func (k *taken) of(to string) int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.count[to]
}

// mailServer is the mail server of the customers' world: it takes every mail and counts it.
func mailServer(t *testing.T, k *taken) (host, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(
		smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailVisit{k: k}, nil }),
	)
	server.Domain, server.AllowInsecureAuth = "mail.test", true
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	host, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

type mailVisit struct {
	k  *taken
	to string
}

func (v *mailVisit) Mail(string, *smtp.MailOptions) error { return nil }
func (v *mailVisit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.to = to
	return nil
}
func (v *mailVisit) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	v.k.take(v.to) // the final dot is here: the mail is ours
	return nil
}
func (v *mailVisit) Reset()        {}
func (v *mailVisit) Logout() error { return nil }

// textProvider is the simulator on the network, which keeps its own log of what it took.
func textProvider(t *testing.T, k *taken) (string, *simulator.Player) {
	t.Helper()
	player := simulator.NewPlayer(0)
	inner := simulator.Server(player)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/messages" {
			defer func() { k.more <- struct{}{} }()
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); player.Stop() })
	return server.URL, player
}

const textSecret = "whsec of the test"

// reporter posts events to a webhook and remembers those that were acknowledged.
type reporter struct {
	hook string
	mu   sync.Mutex
	kept []string
	n    int
}

// reportUntil posts one event after the other until the context ends, through all kills.
func (r *reporter) reportUntil(ctx context.Context, t *testing.T) {
	pause := time.NewTicker(10 * time.Millisecond)
	defer pause.Stop()
	for ctx.Err() == nil {
		r.n++
		id := fmt.Sprintf("evt_%05d", r.n)
		e := simulator.Event{Type: models.Delivered, Channel: models.Email,
			To: id + "@far.example", MessageID: id, CreatedAt: time.Now()}
		p, err := simulator.Sign(textSecret, id, e, time.Now())
		if err != nil {
			t.Error(err)
			return
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.hook, bytes.NewReader(p.Body))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header = p.Header
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			<-pause.C // nobody is there: the event was not acknowledged
			continue
		}
		res.Body.Close()
		if res.StatusCode == http.StatusOK {
			r.mu.Lock()
			r.kept = append(r.kept, id)
			r.mu.Unlock()
		}
	}
}

func (r *reporter) acknowledged() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.kept)
}

// many is how many customers of each channel are in the test.
const many = 30

// A program that is killed in the middle of its work, again and again, sends nothing twice, says which
// messages it does not know about, and loses no event that it has acknowledged.
func TestKilled(t *testing.T) {
	t.Parallel()
	h, k := newHouse(t), newTaken()
	host, port := mailServer(t, k)
	endpoint, player := textProvider(t, k)
	key, hook := h.furnish(host, port, endpoint)

	h.start("serve")
	h.sendAll(key)
	ctx, stop := context.WithCancel(t.Context())
	reporter, reported := &reporter{hook: hook}, make(chan struct{})
	go func() {
		defer close(reported)
		reporter.reportUntil(ctx, t)
	}()
	for range *kills {
		awaitMore(t, k, 2)
		acknowledged := reporter.acknowledged()
		h.await(time.Minute, "events to be acknowledged",
			func() bool { return reporter.acknowledged() >= acknowledged+10 })
		h.kill()
		h.start("serve")
	}
	stop()
	<-reported
	states := h.settled(key)
	h.nothingTwice(k, player)
	h.nothingHidden(key, k, states)
	h.nothingLost(key, reporter)
}

// awaitMore waits until the providers have taken some more, or nothing more is coming.
func awaitMore(t *testing.T, k *taken, n int) {
	for range n {
		select {
		case <-k.more:
		case <-time.After(5 * time.Second):
			return
		case <-t.Context().Done():
			return
		}
	}
}

// furnish sets the house up: a mail server that cannot recognise a repetition, and a texting provider that
// can.
func (h *house) furnish(host, port, endpoint string) (key, hook string) {
	var account, k struct{ ID, Key string }
	h.command(&account, "account", "add", "Harbour Dental", "--zone", "Europe/London", "--json")
	h.command(&k, "key", "add", "--account", account.ID, "--name", "test", "--json")
	var mail, text struct {
		ID  string
		URL string `json:"webhook_url"`
	}
	h.command(&mail, "connection", "add", "--account", account.ID, "--provider", "smtp", "--name", "mail",
		"--json", "--set", "host="+host, "--set", "port="+port, "--set", "tls=none", "--set",
		"from=us@harbour.example")
	h.command(&text, "connection", "add", "--account", account.ID, "--provider", "simulator", "--name",
		"text", "--json", "--set", "endpoint="+endpoint, "--set", "signing_secret="+textSecret)
	return k.Key, text.URL
}

func recipient(channel models.Channel, i int) string {
	if channel == models.SMS {
		return fmt.Sprintf("+4477009000%02d", i)
	}
	return fmt.Sprintf("customer%d@far.example", i)
}

func ref(channel models.Channel, i int) string { return fmt.Sprintf("%s-%d", channel, i) }

func eachMessage(each func(channel models.Channel, i int)) {
	for i := range many {
		each(models.Email, i)
		each(models.SMS, i)
	}
}

func (h *house) sendAll(key string) {
	var all []map[string]any
	eachMessage(func(channel models.Channel, i int) {
		connection := map[models.Channel]string{models.Email: "mail", models.SMS: "text"}[channel]
		all = append(all, map[string]any{"ref": ref(channel, i), "channel": channel,
			"to": recipient(channel, i), "title": "Reminder", "text": "Please come.",
			"subject": "Reminder", "connection": connection, "send": true})
	})
	if status := h.api(key, http.MethodPost, "/api/v1/notifications", all,
		nil); status != http.StatusCreated {
		h.t.Fatalf("registering: %d", status)
	}
}

// shown is what the API says of a notification.
type shown struct {
	State    string
	OnReport bool `json:"on_report"`
	Attempts []struct{ Outcome string }
}

// settled waits until no attempt is under way any more: a lease of a worker that was killed lasts a minute.
func (h *house) settled(key string) map[string]shown {
	states := map[string]shown{}
	h.await(4*time.Minute, "all attempts to come to an end", func() bool {
		open := false
		eachMessage(func(channel models.Channel, i int) {
			name := ref(channel, i)
			if s, known := states[name]; known && !underWay(s) {
				return
			}
			var s shown
			open = h.api(key, http.MethodGet, "/api/v1/notifications/ref:"+name, nil, &s) != http.StatusOK ||
				underWay(s) ||
				open
			states[name] = s
		})
		return !open
	})
	return states
}

func underWay(s shown) bool {
	for _, a := range s.Attempts {
		if a.Outcome == string(models.Queued) || a.Outcome == string(models.Sending) {
			return true
		}
	}
	return false
}

func (h *house) nothingTwice(k *taken, player *simulator.Player) {
	h.t.Helper()
	texts := map[string]int{}
	for _, one := range player.Taken(textSecret) {
		texts[one.To]++
	}
	eachMessage(func(channel models.Channel, i int) {
		to := recipient(channel, i)
		n := k.of(to)
		if channel == models.SMS {
			n = texts[to]
		}
		if n > 1 {
			h.t.Errorf("%s got %d messages", to, n)
		}
	})
	if len(texts) != many {
		h.t.Errorf("%d of %d texts went out", len(texts), many)
	}
}

// nothingHidden: a mail that went out is known as such or as unknown, and one that is unknown stands on the
// report.
func (h *house) nothingHidden(key string, k *taken, states map[string]shown) {
	h.t.Helper()
	unknown := 0
	eachMessage(func(channel models.Channel, i int) {
		s := states[ref(channel, i)]
		if s.State == string(models.StateUnknown) {
			unknown++
			if !s.OnReport {
				h.t.Errorf("%s is unknown, and not on the report", ref(channel, i))
			}
			return
		}
		if channel == models.Email && len(s.Attempts) == 1 &&
			s.Attempts[0].Outcome == string(models.AttemptAccepted) &&
			k.of(recipient(channel, i)) != 1 {
			h.t.Errorf("%s is said to have gone out, and has not", ref(channel, i))
		}
	})
	h.t.Logf("%d kills, %d unknown of %d", *kills, unknown, 2*many)
}

func (h *house) nothingLost(key string, r *reporter) {
	h.t.Helper()
	known, next := map[string]bool{}, ""
	for {
		var page struct {
			Items []struct {
				ID string `json:"provider_event_id"`
			}
			Next *string
		}
		if status := h.api(key, http.MethodGet, "/api/v1/events?limit=500&after="+next, nil,
			&page); status != http.StatusOK {
			h.t.Fatalf("events: %d", status)
		}
		for _, e := range page.Items {
			known[e.ID] = true
		}
		if page.Next == nil || len(page.Items) == 0 {
			break
		}
		next = *page.Next
	}
	for _, id := range r.kept {
		if !known[id] {
			h.t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	if len(r.kept) == 0 {
		h.t.Error("no event was acknowledged")
	}
	h.t.Logf("%d events acknowledged of %d", len(r.kept), r.n)
}
