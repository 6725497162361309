package intake

import (
	"context"
	"hash/fnv"
	"slices"
	"sync"
	"sync/atomic"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/internal/db"
)

// Sizes of the intake: what may wait, and what is written in one transaction.
const (
	intakeQueue = 4096
	intakeBatch = 1000
	pgWriters   = 3
)

// intake is the batch writer: it takes what has queued during the previous commit, stores it in one
// transaction, and answers only then. It needs no timer, so that a lone event does not wait.
type intake struct {
	s         *Store
	doors     []chan delivery
	wake      chan struct{} // asks the applier to look
	halt      context.CancelFunc
	writers   sync.WaitGroup
	applier   sync.WaitGroup
	mu        sync.RWMutex
	closed    bool
	waiting   atomic.Int64 // deliveries that are not stored yet
	rushUntil atomic.Int64 // reports come in a rush until then, in microseconds

	sharing sync.Mutex
	shares  map[string]int // deliveries of each account that wait
}

type delivery struct {
	from   *models.Connection
	events []models.Event
	proof  *Token // that counts once; nil: the signature covers the events
	err    error  // why this one is not stored, while others are
	stored chan error
}

func startIntake(s *Store) *intake {
	writers := 1
	if s.db.Kind == migrations.Postgres {
		writers = pgWriters
	}
	ctx, halt := context.WithCancel(context.Background())
	in := &intake{s: s, wake: make(chan struct{}, 1), halt: halt, shares: map[string]int{}}
	for range writers {
		door := make(chan delivery, intakeQueue)
		in.doors = append(in.doors, door)
		in.writers.Go(func() { in.write(door) })
	}
	in.applier.Go(func() { in.applyForEver(ctx) })
	return in
}

// stop stores what was handed in, and lets the slice being applied finish.
func (in *intake) stop() {
	in.mu.Lock()
	closed := in.closed
	in.closed = true
	in.mu.Unlock()
	if closed {
		return
	}
	for _, door := range in.doors {
		close(door)
	}
	in.writers.Wait()
	in.halt()
	in.applier.Wait()
}

// Keep stores verified events of a connection, all or none, and returns when they are stored for good. Copies
// are counted and otherwise ignored. ErrBusy: the queue is full; ErrChanged: the token that named the
// connection does not open it so any more; any error: nothing may be acknowledged.
func (s *Store) Keep(ctx context.Context, c models.Connection, events []models.Event) error {
	return s.keep(ctx, delivery{from: &c, events: events})
}

func (s *Store) keep(ctx context.Context, d delivery) error {
	if len(d.events) == 0 { // a verified request that held nothing to keep
		return s.db.InTx(ctx, func(t *db.Tx) error { return hear(t, []delivery{d}) })
	}
	now := s.db.Now()
	for i := range d.events {
		d.events[i].Prepare(*d.from, now)
	}
	inOrder(d.events)
	for _, part := range d.slices() {
		if err := s.await(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

// inOrder gives the events of one post ids that grow in its order: of two changes at one instant the one that
// is told last has its effect last.
func inOrder(events []models.Event) {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	slices.Sort(ids)
	for i := range events {
		events[i].ID = ids[i]
	}
}

// await hands one part in and waits until it is stored for good.
func (s *Store) await(ctx context.Context, d delivery) error {
	s.intake.waiting.Add(1)
	defer s.intake.waiting.Add(-1)
	if s.intake.enter(d.from.AccountID); s.intake.share(d.from.AccountID) > intakeShare {
		s.intake.exit(d.from.AccountID)
		return models.ErrBusy
	}
	defer s.intake.exit(d.from.AccountID)
	d.stored = make(chan error, 1)
	if err := s.intake.offer(d.from.AccountID, d); err != nil {
		return err
	}
	select {
	case err := <-d.stored:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (in *intake) offer(accountID string, d delivery) error {
	in.mu.RLock()
	defer in.mu.RUnlock()
	if in.closed {
		return models.ErrBusy
	}
	h := fnv.New32a()
	h.Write([]byte(accountID))
	select {
	case in.doors[int(h.Sum32())%len(in.doors)] <- d:
		return nil
	default:
		return models.ErrBusy
	}
}

func tryTake(door chan delivery) (delivery, bool) {
	select {
	case d, open := <-door:
		return d, open
	default:
		return delivery{}, false
	}
}

func (in *intake) poke() {
	select {
	case in.wake <- struct{}{}:
	default:
	}
}
