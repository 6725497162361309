package models_test

import (
	"testing"
	"time"

	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// A connection that hangs three times in a row is tried by one message at a time, its page can say so, and an
// answer lets all that waits go.
func TestConnectionThatHangs(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		trial := func() time.Duration {
			t.Helper()
			wait, err := s.Connection.Trial(t.Context(), cast.Mail.ID)
			must(err)
			return wait
		}
		for range 2 {
			must(s.Connection.Hung(t.Context(), cast.Mail))
		}
		if wait := trial(); wait != 0 {
			t.Errorf("after two it waits %v already", wait)
		}
		must(s.Connection.Hung(t.Context(), cast.Mail))
		if trial() <= 0 {
			t.Error("after three it does not wait")
		}
		now, err := s.Connection.Connection(t.Context(), cast.Ada, cast.Mail.ID)
		must(err)
		if now.HungAt == nil {
			t.Error("its page cannot say so")
		}
		clock.Turn(10 * time.Minute)
		if first, second := trial(), trial(); first != 0 || second <= 0 {
			t.Errorf("the first waits %v, the second %v", first, second)
		}
		must(s.Connection.Answered(t.Context(), now))
		if wait := trial(); wait != 0 {
			t.Errorf("it has answered, and the next waits %v", wait)
		}
	})
}
