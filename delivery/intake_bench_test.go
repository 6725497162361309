package delivery

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// knocking is how many providers' servers post at once.
const knocking = 16

// BenchmarkIntake measures events a second through the whole intake, on both databases: token, proof,
// reading, storing for good before the answer, and with it applying to notifications that nobody had
// registered. Batches are Brevo's, and the single posts Mailgun's, whose proof is kept as well.
func BenchmarkIntake(b *testing.B) {
	for name, open := range map[string]func(testing.TB,
		store.Options) *store.Store{"sqlite": modelstest.SQLite, "postgres": modelstest.Postgres} {
		for provider, batch := range map[string]int{"mailgun": 1, "brevo": 25} {
			b.Run(name+"/"+provider,
				func(b *testing.B) { benchmarkIntake(b, open(b, store.Options{}), provider, batch) })
		}
	}
}

func benchmarkIntake(b *testing.B, s *store.Store, provider string, batch int) {
	cast := modelstest.NewCast(b, s)
	c, token, err := s.Connection.AddConnection(b.Context(), models.AtCommandLine(cast.Account.ID),
		models.Connection{Provider: provider, Name: provider, Channels: "email"},
		map[string]string{"signing_key": "k3y"})
	if err != nil {
		b.Fatal(err)
	}
	r := &Receiver{Store: s, Log: modelstest.Log(b)}
	var n atomic.Int64
	post := func() {
		request := wire.Request{Method: http.MethodPost, URL: "/", Query: url.Values{},
			Header: http.Header{}, Body: []byte(posted(provider, n.Add(1), batch))}
		if reply := r.Receive(b.Context(), HookRequest{Provider: c.Provider, Token: token,
			Request: request}); reply.Status != http.StatusOK {
			b.Errorf("answered %d", reply.Status)
		}
	}
	var stored, applied time.Duration
	for b.Loop() {
		start := time.Now()
		var all sync.WaitGroup
		for range knocking {
			all.Go(post)
		}
		all.Wait()
		stored += time.Since(start)
		modelstest.Settle(b, s)
		applied += time.Since(start)
	}
	events := float64(n.Load()) * float64(batch)
	b.ReportMetric(events/stored.Seconds(), "stored/s")
	b.ReportMetric(events/applied.Seconds(), "applied/s")
}

// posted is a request with so many bounces, none of which was there before.
func posted(provider string, n int64, batch int) string {
	if provider == "mailgun" {
		return mailgun(time.Now(), fmt.Sprint("t", n),
			bounced(fmt.Sprint("e", n), fmt.Sprintf("c%d@x.example", n)))
	}
	events := make([]string, batch)
	for i := range events {
		events[i] = fmt.Sprintf(
			`{"event":"hard_bounce","email":"c%d-%d@x.example","message-id":"<m%d-%d@x>","ts_event":%d,"reason":"550 5.1.1 user unknown"}`,
			n,
			i,
			n,
			i,
			time.Now().Unix(),
		)
	}
	return "[" + strings.Join(events, ",") + "]"
}
