package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// replicaLate is how far behind a replica may be: the beat of the programs that run says how far it is.
const replicaLate = 30 * time.Second

// errLate: the replica answers, and is too far behind.
var errLate = errors.New("the read replica is behind")

// replica is how the read replica does. While it is away or late, the database itself is asked.
type replica struct {
	pool  *sql.DB
	why   atomic.Pointer[error] // it is not asked; nil: it is
	halt  context.CancelFunc
	ended chan struct{}
}

// openReplica opens the read replica; one that does not answer now may do so later.
func (s *DB) openReplica(ctx context.Context, url string) error {
	pool, err := s.openReading(ctx, url, 0)
	if err != nil {
		return err
	}
	if s.Replica, err = gorm.Open(postgres.New(postgres.Config{Conn: pool}),
		&gorm.Config{SkipDefaultTransaction: true, TranslateError: true,
			NowFunc: s.Now, Logger: newStatementLog(s.Log), DisableAutomaticPing: true}); err != nil {
		return fmt.Errorf("models: open: %w", err)
	}
	looking, err := s.openReading(ctx, url, pulseConnections)
	if err != nil {
		return err
	}
	ctx, halt := context.WithCancel(context.WithoutCancel(ctx))
	s.copied = &replica{pool: looking, halt: halt, ended: make(chan struct{})}
	s.closers = append(s.closers, s.copied.stop)
	s.lookAtReplica(ctx)
	go s.watchReplica(ctx)
	return nil
}

func (r *replica) stop() {
	r.halt()
	<-r.ended
}

func (s *DB) watchReplica(ctx context.Context) {
	defer close(s.copied.ended)
	tick := time.NewTicker(pulseEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.lookAtReplica(ctx)
		}
	}
}

// lookAtReplica decides whether the replica is asked from now on.
func (s *DB) lookAtReplica(ctx context.Context) {
	err := s.askReplica(ctx)
	switch was := s.copied.why.Load(); {
	case err != nil:
		if s.copied.why.Store(&err); was == nil {
			s.Log.Warn("the read replica is not asked: the database itself is", "error", err)
		}
	case was != nil:
		s.copied.why.Store(nil)
		s.Log.Info("the read replica is asked again")
	}
}

func (s *DB) askReplica(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pulsePatient)
	defer cancel()
	var beat sql.NullTime
	if err := s.copied.pool.QueryRowContext(ctx, "SELECT MAX(beat_at) FROM instances").Scan(&beat); err != nil {
		return fmt.Errorf("the read replica does not answer: %w", err)
	}
	if beat.Valid && s.Now().Sub(beat.Time) > replicaLate {
		return errLate
	}
	return nil
}

// ReplicaAway says why the read replica is not asked; nil: it is, or there is none.
func (s *DB) ReplicaAway() error {
	if s.copied == nil {
		return nil
	}
	if why := s.copied.why.Load(); why != nil {
		return *why
	}
	return nil
}

// Reporting is a handle for report and dashboard, which may be as late as a replica is. Whatever decides
// something, such as who has signed in, is asked of the database itself.
func (s *DB) Reporting(ctx context.Context) *gorm.DB {
	if s.ReplicaAway() != nil {
		return s.Pages.WithContext(ctx)
	}
	return s.Replica.WithContext(ctx)
}
