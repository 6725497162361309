package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"undelivered/models"
)

// Times of the pulse: a database that hangs is known as such within the sum of the two.
const (
	pulseEvery   = time.Second
	pulsePatient = 1500 * time.Millisecond
)

// pulse asks the database again and again, by a connection of its own, so that no request waits for one that
// hangs: who waits when the pulse stops is told at once, who comes later is not let in.
type pulse struct {
	pool *sql.DB
	mu   sync.Mutex
	// gone is closed when the database stops answering; a new one is made when it answers again.
	gone    chan struct{}
	missed  int
	away    error
	full    error
	halt    context.CancelFunc
	beating sync.WaitGroup
}

func startPulse(pool *sql.DB) *pulse {
	ctx, halt := context.WithCancel(context.Background())
	p := &pulse{pool: pool, gone: make(chan struct{}), halt: halt}
	p.beating.Go(func() { p.beat(ctx) })
	return p
}

func (p *pulse) stop() {
	p.halt()
	p.beating.Wait()
}

func (p *pulse) beat(ctx context.Context) {
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			p.note(p.ask(ctx))
		}
	}
}

// ask asks the database something that it must look at its own files for.
func (p *pulse) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pulsePatient)
	defer cancel()
	var beats int
	if err := p.pool.QueryRowContext(ctx, "SELECT COUNT(*) FROM heartbeats").Scan(&beats); err != nil {
		return fmt.Errorf("%w: %w", models.ErrAway, err)
	}
	return nil
}

func (p *pulse) note(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.missed++; err == nil {
		p.missed = 0
	}
	if p.missed == 1 {
		return // one may be a machine that is out of breath
	}
	switch {
	case err != nil && p.away == nil:
		close(p.gone)
	case err == nil && p.away != nil:
		p.gone = make(chan struct{})
	}
	p.away = err
}

// noteWrite keeps whether there was room for the last thing that was written.
func (p *pulse) noteWrite(err error) {
	if err != nil && !Full(err) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.full = err
}

func (p *pulse) state() (gone <-chan struct{}, away, full error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone, p.away, p.full
}

// While is a context for as long as the database answers; ErrAway is the cause when it ends by that. It is
// over at once where the database does not answer.
func (s *DB) While(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	gone, away, _ := s.pulse.state()
	if away != nil {
		cancel(away)
		return ctx, func() { cancel(nil) }
	}
	go func() {
		select {
		case <-gone:
			cancel(models.ErrAway)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// Ready says whether the database answers now, and has room for what comes in.
func (s *DB) Ready(ctx context.Context) error {
	if err := s.pulse.ask(ctx); err != nil {
		return err
	}
	_, _, full := s.pulse.state()
	return full
}
