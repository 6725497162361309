package delivery

import (
	"sync"
	"time"
)

// Places of hand-overs in one program, and how many of them one connection may have.
const (
	sendPlaces       = 40
	connectionPlaces = 8
)

// Waits of a hand-over that finds no place.
const (
	shortestWait = 50 * time.Millisecond
	longestWait  = 30 * time.Second
)

// shares gives the places of hand-overs out: an account, and a connection, may have at most half as many as
// are free. So one that hangs takes places only as long as others have room, however many hang at once.
type shares struct {
	mu          sync.Mutex
	used        int
	accounts    map[string]int
	connections map[string]*line
}

// line is what is known of one connection's hand-overs.
type line struct {
	used int
	took time.Duration // by one hand-over, on the average
	next time.Time     // when the last of those that wait comes again
}

func newShares() *shares {
	return &shares{accounts: map[string]int{}, connections: map[string]*line{}}
}

// enter gives a place, to be left again, or says how long to wait: those that wait come again one after the
// other, at the pace at which places become free.
func (s *shares) enter(account, connection string,
	now time.Time) (leave func(took time.Duration), wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.connections[connection]
	if at == nil {
		at = &line{}
		s.connections[connection] = at
	}
	fair := max(1, (sendPlaces-s.used)/2)
	if s.used >= sendPlaces || s.accounts[account] >= fair || at.used >= min(fair, connectionPlaces) {
		return nil, at.wait(now)
	}
	s.used++
	s.accounts[account]++
	at.used++
	return func(took time.Duration) { s.leave(account, connection, took) }, 0
}

func (l *line) wait(now time.Time) time.Duration {
	if l.next.Before(now) {
		l.next = now
	}
	l.next = l.next.Add(max(shortestWait, l.took/connectionPlaces))
	if most := now.Add(longestWait); l.next.After(most) {
		l.next = most
	}
	return l.next.Sub(now)
}

func (s *shares) leave(account, connection string, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used--
	if s.accounts[account]--; s.accounts[account] == 0 {
		delete(s.accounts, account)
	}
	at := s.connections[connection]
	at.used--
	at.took = (3*at.took + took) / 4
	if at.used == 0 && at.took < time.Second {
		delete(s.connections, connection)
	}
}
