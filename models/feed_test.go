package models_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// follower reads an account's events as a program does: from where it stopped.
type follower struct {
	s     *store.Store
	actor models.Actor
	after string
	seen  map[string]bool
}

func (f *follower) read(t *testing.T) {
	t.Helper()
	for {
		events, next, err := f.s.Report.EventFeed(t.Context(), f.actor,
			report.FeedQuery{After: f.after, Limit: 7})
		if err != nil {
			t.Error(err)
		}
		if next == "" {
			return
		}
		f.after = next
		for _, e := range events {
			if f.seen[e.DedupeKey+e.ID] {
				t.Errorf("event %s was read twice", e.ID)
			}
			f.seen[e.DedupeKey+e.ID] = true
		}
	}
}

// An event that is stored later is read later, also when it arrived at an instance whose clock is behind,
// when it is a refusal at hand-over, and when it was read anew.
func TestEventsFollowTheirStoring(t *testing.T) {
	onBoth(t, func(p *play) {
		f := follower{p.s, p.Ada, "", map[string]bool{}}
		n := p.registered("1", atA)
		p.says(n.AttemptID, full, "mailbox-full")
		f.read(t)
		p.clock.Turn(-time.Minute)
		p.says(n.AttemptID, full, "mailbox-full")
		if f.read(t); len(f.seen) != 2 {
			t.Errorf("%d of 2 events were read: one that arrived by a slow clock was skipped", len(f.seen))
		}
		p.clock.Turn(time.Hour)
		resend := p.resend(n.ID)
		p.handOver(resend, models.Receipt{Outcome: models.ReceiptRefused, Reason: "mailbox-full"})
		if f.read(t); len(f.seen) != 3 {
			t.Errorf("%d of 3 events were read: a refusal was skipped", len(f.seen))
		}
		broken := models.Event{Type: models.Unrecognised, Channel: models.Email, DedupeKey: "broken",
			State: models.EventParked, Error: "no JSON"}
		p.must(p.s.Intake.Keep(p.Context(), p.Mail, []models.Event{broken}))
		f.read(t)
		parked, _, err := p.s.Report.EventFeed(p.Context(), p.Ada, report.FeedQuery{})
		p.must(err)
		p.clock.Turn(time.Minute)
		old := parked[len(parked)-1].Event
		again := modelstest.Event(models.Email, "later@x.example", full)
		_, err = p.s.People.GrantSupport(p.Context(), p.Olga, p.clock.Now().Add(time.Hour))
		p.must(err)
		p.must(p.s.Intake.Reread(p.Context(), p.Sam, old, p.Mail, []models.Event{again}))
		if f.read(t); len(f.seen) != 5 {
			t.Errorf("%d of 5 events were read: one that was read anew was skipped", len(f.seen))
		}
	})
}

// Two instances store at once while a program reads on: at the end it has read each event, once.
func TestEventsOfTwoInstances(t *testing.T) {
	if testing.Short() {
		return // it takes PostgreSQL
	}
	url := modelstest.PostgresURL(t)
	var stores []*store.Store
	for i := range 2 {
		ahead := time.Duration(i) * 40 * time.Millisecond
		s, err := store.Open(t.Context(), store.Options{URL: url, Key: modelstest.Key(),
			Now: func() time.Time { return time.Now().Add(ahead) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		stores = append(stores, s)
	}
	c := modelstest.NewCast(t, stores[0])
	f := follower{stores[0], c.Ada, "", map[string]bool{}}
	var left atomic.Int64
	left.Store(8)
	done := make(chan []error)
	go func() {
		done <- together(8, func(i int) error {
			defer left.Add(-1)
			for k := range 25 {
				e := modelstest.Event(models.Email, fmt.Sprintf("p%d-%d@x.example", i, k), models.Delivered)
				if err := stores[i%2].Intake.Keep(context.WithoutCancel(t.Context()), c.Mail,
					[]models.Event{e}); err != nil {
					return err
				}
			}
			return nil
		})
	}()
	for left.Load() > 0 {
		f.read(t)
	}
	for _, err := range <-done {
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.read(t); len(f.seen) != 200 {
		t.Errorf("%d of 200 events were read", len(f.seen))
	}
}
