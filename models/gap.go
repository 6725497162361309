package models

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"
)

// Gap is a time for which events of a connection may be missing (semantics 3.5).
type Gap struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string `gorm:"primaryKey"`
	ConnectionID string
	Connection   string `gorm:"->"` // its name, where a list asks for it
	FromAt       time.Time
	ToAt         time.Time
	FetchedAt    *time.Time // the provider's own lists have filled it
	Found        int        // events that they gave
	Error        string     // why they could not be asked
	ClosedAt     *time.Time
	ClosedBy     string     // a person, or empty: the provider itself has tried again for longer
	DueAt        *time.Time // when the lists are asked next
	Tries        int
}

// allMissed opens a gap from a time to now for every connection that was there then. The generic one has none: the
// business's own systems are told that their call failed.
func (t *tx) allMissed(from time.Time) error {
	var all []Connection
	err := t.Where("removed_at IS NULL AND provider <> ? AND created_at < ?", GenericProvider, t.now).Find(&all).Error
	if err != nil {
		return found(err, "connections")
	}
	gaps := make([]Gap, 0, len(all))
	for _, c := range all {
		since := from
		if c.CreatedAt.After(since) {
			since = c.CreatedAt
		}
		gaps = append(gaps, t.gap(c, since, t.now))
	}
	if len(gaps) == 0 {
		return nil
	}
	return found(t.CreateInBatches(gaps, 200).Error, "opening gaps")
}

func (t *tx) gap(c Connection, from, to time.Time) Gap {
	return Gap{ID: newID("gap", t.now), AccountID: c.AccountID, ConnectionID: c.ID, FromAt: from, ToAt: to, DueAt: &t.now}
}

// touching is how close two times of errors lie that are one gap.
const touching = 2 * time.Minute

// Missed notes a time in which we answered a connection's provider with an error. It continues the connection's
// newest gap when they touch.
func (s *Store) Missed(ctx context.Context, c Connection, from, to time.Time) error {
	return s.inTx(ctx, func(t *tx) error {
		from, to := instant(from), instant(to)
		continued := t.Model(&Gap{}).
			Where("account_id = ? AND connection_id = ? AND closed_at IS NULL AND fetched_at IS NULL AND from_at <= ? AND to_at >= ?",
				c.AccountID, c.ID, to, from.Add(-touching)).Updates(map[string]any{"to_at": to, "due_at": t.now})
		if continued.Error != nil || continued.RowsAffected > 0 {
			return found(continued.Error, "a gap")
		}
		gap := t.gap(c, from, to)
		return found(t.Create(&gap).Error, "opening a gap")
	})
}

// askAgain are the pauses before a provider's lists are asked once more; after the last the gap stays open.
var askAgain = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// GapsDue takes the gaps to be looked at now. Each is put off first, so that no two workers fill the same one.
func (s *Store) GapsDue(ctx context.Context) ([]Gap, error) {
	var due []Gap
	err := s.inTx(ctx, func(t *tx) error {
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("due_at <= ? AND closed_at IS NULL AND fetched_at IS NULL", t.now).Order("from_at").Limit(sweepSlice).Find(&due).Error
		if err != nil {
			return found(err, "gaps")
		}
		for _, g := range due {
			var next *time.Time
			if g.Tries < len(askAgain) {
				at := t.now.Add(askAgain[g.Tries])
				next = &at
			}
			err := t.Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
				Updates(map[string]any{"due_at": next, "tries": g.Tries + 1}).Error
			if err != nil {
				return found(err, "gaps")
			}
		}
		return nil
	})
	return due, err
}

// GapConnection is the connection of a gap, for the worker that fills it.
func (s *Store) GapConnection(ctx context.Context, g Gap) (Connection, error) {
	var c Connection
	err := s.reading(ctx).Take(&c, "id = ? AND removed_at IS NULL", g.ConnectionID).Error
	return c, found(err, "connection of a gap")
}

// GapFilled notes what asking the provider's lists gave: so many events, or why they could not be asked.
func (s *Store) GapFilled(ctx context.Context, g Gap, events int, problem error) error {
	now := s.now()
	change := map[string]any{"fetched_at": now, "found": events, "error": "", "due_at": nil}
	if problem != nil {
		change = map[string]any{"error": cleanText(problem.Error())}
	}
	return found(s.write.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
		Updates(change).Error, "filling a gap")
}

// GapHarmless closes a gap that was shorter than the provider's own tries.
func (s *Store) GapHarmless(ctx context.Context, g Gap) error {
	change := map[string]any{"closed_at": s.now(), "due_at": nil}
	return found(s.write.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
		Updates(change).Error, "closing a gap")
}

// GapOpen leaves a gap for people to see: its provider has no lists to ask, or we may not ask them.
func (s *Store) GapOpen(ctx context.Context, g Gap, why string) error {
	change := map[string]any{"error": why, "due_at": nil}
	return found(s.write.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
		Updates(change).Error, "a gap")
}

// OpenGaps are the gaps within a window that nothing has filled.
func (s *Store) OpenGaps(ctx context.Context, a Actor, w Window) ([]Gap, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	var gaps []Gap
	err := s.reading(ctx).Raw(`SELECT g.*, c.name AS connection FROM gaps g JOIN connections c ON c.id = g.connection_id
		WHERE g.account_id = ? AND g.closed_at IS NULL AND g.fetched_at IS NULL AND g.to_at >= ? AND g.from_at < ?
		AND c.removed_at IS NULL ORDER BY g.from_at DESC LIMIT 5`, a.AccountID, w.Start, w.End).Scan(&gaps).Error
	return gaps, found(err, "gaps")
}

// CloseGap takes a gap off the report: a person has looked at the provider, or does not mind.
func (s *Store) CloseGap(ctx context.Context, a Actor, id string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		var g Gap
		if err := t.Take(&g, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return found(err, "gap")
		}
		done := t.Model(&Gap{}).Where("account_id = ? AND id = ? AND closed_at IS NULL", a.AccountID, id).
			Updates(map[string]any{"closed_at": t.now, "closed_by": a.ID, "due_at": nil})
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "closing a gap")
		}
		t.record(a, "gap.close", AuditEntry{ObjectKind: "connection", ObjectID: g.ConnectionID,
			Before: fmt.Sprint(g.FromAt.Format(time.RFC3339), " – ", g.ToAt.Format(time.RFC3339))})
		return nil
	})
}
