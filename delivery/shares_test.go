package delivery

import (
	"fmt"
	"testing"
	"time"
)

// However many accounts hang with however many messages each, one that comes new finds a place at once; and
// those that wait come again one after the other, never later than the longest wait.
func TestSharesLeaveRoom(t *testing.T) {
	now := time.Now()
	for accounts := 1; accounts <= 12; accounts++ {
		s := newShares()
		for range 500 {
			for a := range accounts {
				name := fmt.Sprint("acc", a)
				if _, wait := s.enter(name, "con of "+name, now); wait < 0 || wait > longestWait {
					t.Fatalf("%s waits %v", name, wait)
				}
			}
		}
		leave, wait := s.enter("new", "con of new", now)
		if leave == nil {
			t.Errorf("%d accounts hang, and another must wait %v", accounts, wait)
		}
	}
}

// A place that is left is free again, and nothing is kept of a connection that nobody uses.
func TestSharesForget(t *testing.T) {
	s := newShares()
	for range 1000 {
		leave, wait := s.enter("a", "c", time.Now())
		if leave == nil {
			t.Fatalf("it waits %v for nobody", wait)
		}
		leave(time.Millisecond)
	}
	if s.used != 0 || len(s.accounts) != 0 || len(s.connections) != 0 {
		t.Errorf("%d in use, %v, %v", s.used, s.accounts, s.connections)
	}
}
