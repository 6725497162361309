package delivery_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// ordered is a business's own system that takes each callback only at the second try, and keeps in which
// order those about one notification came.
type ordered struct {
	mu    sync.Mutex
	tries map[string]int
	took  map[string][]int64
	wrong []string
	deaf  bool
}

func (o *ordered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var told struct {
		Sequence int64
		Data     struct{ ID string }
	}
	err := json.NewDecoder(r.Body).Decode(&told)
	o.mu.Lock()
	defer o.mu.Unlock()
	about, id := told.Data.ID, r.Header.Get("webhook-id")
	if o.tries[id]++; o.tries[id] < 2 || o.deaf || err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if about != "" {
		if last := o.took[about]; len(last) > 0 && last[len(last)-1] >= told.Sequence {
			o.wrong = append(o.wrong, fmt.Sprintf("%s: %d after %d", about, told.Sequence, last[len(last)-1]))
		}
		o.took[about] = append(o.took[about], told.Sequence)
	}
}

// moved is a notification that fails, is delivered, and fails again, and so on: each is told.
func moved(t *testing.T, s *store.Store, cast *modelstest.Cast, clock *modelstest.Clock, name string,
	times int) {
	t.Helper()
	for i := range times {
		clock.Turn(time.Second)
		e := modelstest.Event(models.Email, name+"@x.example",
			[]models.EventType{models.EventType(models.MailboxError), models.Delivered}[i%2])
		e.OccurredAt, e.DedupeKey, e.Reason = clock.Now(), fmt.Sprint(name,
			i), []string{"mailbox-full", ""}[i%2]
		modelstest.Keep(t, s, cast.Mail, e)
	}
}

func withOrdered(t *testing.T,
	run func(o *ordered, s *store.Store, cast *modelstest.Cast, clock *modelstest.Clock)) {
	t.Helper()
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		o := &ordered{tries: map[string]int{}, took: map[string][]int64{}}
		server := httptest.NewServer(o)
		defer server.Close()
		key := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: cast.Account.ID}
		ask := callback.CallbackAsk{URL: server.URL, Inner: true,
			Types: []string{string(callback.CallUndelivered), string(callback.CallDelivered)}}
		if _, _, err := s.Callback.SetCallbacks(t.Context(), key, ask); err != nil {
			t.Fatal(err)
		}
		run(o, s, cast, clock)
	})
}

// rounds lets two instances work at the same moment, again and again.
func rounds(t *testing.T, s *store.Store, clock *modelstest.Clock, n int, pause time.Duration) {
	t.Helper()
	w := &delivery.Caller{Store: s, Log: slog.New(slog.DiscardHandler), Way: wire.Anywhere()}
	for range n {
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := w.Work(t.Context(), nil); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		clock.Turn(pause)
	}
}

// What is told about one notification is told in the order of its changes, also when each callback is taken
// at the second try only and two instances call at the same moment: a retry of an older one never comes after
// a newer one.
func TestCallbacksKeepTheirOrder(t *testing.T) {
	withOrdered(t, func(o *ordered, s *store.Store, cast *modelstest.Cast, clock *modelstest.Clock) {
		const notifications, changes = 4, 6
		for i := range notifications {
			moved(t, s, cast, clock, fmt.Sprint("jane", i), changes)
		}
		rounds(t, s, clock, 2*notifications*changes, 31*time.Second)
		if len(o.wrong) > 0 {
			t.Errorf("out of order: %v", o.wrong)
		}
		for about, took := range o.took {
			if len(took) != changes || !slices.IsSorted(took) {
				t.Errorf("%s was told %v", about, took)
			}
		}
		if len(o.took) != notifications {
			t.Errorf("%d notifications were told of", len(o.took))
		}
	})
}

// A system that never answers does not have callbacks pile up: after three days those that wait behind the
// first are given up with one try each, and the next change is told as soon as it answers again.
func TestCallbacksToADeadSystemAreGivenUp(t *testing.T) {
	withOrdered(t, func(o *ordered, s *store.Store, cast *modelstest.Cast, clock *modelstest.Clock) {
		o.deaf = true
		moved(t, s, cast, clock, "jane", 6)
		rounds(t, s, clock, 40, 6*time.Hour)
		if due, err := s.Callback.CallbacksDue(t.Context(), nil); err != nil || len(due) > 0 {
			t.Fatalf("%d callbacks are still due after ten days, %v", len(due), err)
		}
		o.deaf = false
		moved(t, s, cast, clock, "omar", 1)
		rounds(t, s, clock, 3, time.Hour)
		if len(o.took) != 1 {
			t.Errorf("the new change was not told: %v", o.took)
		}
	})
}
