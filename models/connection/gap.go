package connection

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Gap is a time for which events of a connection may be missing (RULES.md, Gaps).
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

// allMissed opens a gap from a time to now for every connection that was there then. The generic one has
// none: the business's own systems are told that their call failed.
func allMissed(t *db.Tx, from time.Time) error {
	var all []models.Connection
	err := t.Where("removed_at IS NULL AND provider <> ? AND created_at < ?", GenericProvider, t.Now).
		Find(&all).Error
	if err != nil {
		return db.Wrap(err, "connections")
	}
	gaps := make([]Gap, 0, len(all))
	for _, c := range all {
		since := from
		if c.CreatedAt.After(since) {
			since = c.CreatedAt
		}
		gaps = append(gaps, gap(t, c, since, t.Now))
	}
	if len(gaps) == 0 {
		return nil
	}
	return db.Wrap(t.CreateInBatches(gaps, 200).Error, "opening gaps")
}

func gap(t *db.Tx, c models.Connection, from, to time.Time) Gap {
	return Gap{
		ID:           models.NewID("gap", t.Now),
		AccountID:    c.AccountID,
		ConnectionID: c.ID,
		FromAt:       from,
		ToAt:         to,
		DueAt:        &t.Now,
	}
}

// touching is how close two times of errors lie that are one gap.
const touching = 2 * time.Minute

// Missed notes a time in which we answered a connection's provider with an error. It continues the
// connection's newest gap when they touch.
func (s *Store) Missed(ctx context.Context, c models.Connection, from, to time.Time) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		from, to := models.Instant(from), models.Instant(to)
		continued := t.Model(&Gap{}).
			Where("account_id = ? AND connection_id = ? AND closed_at IS NULL AND fetched_at IS NULL AND "+
				"from_at <= ? AND to_at >= ?",
				c.AccountID, c.ID, to, from.Add(-touching)).
			Updates(map[string]any{"to_at": to, "due_at": t.Now})
		if continued.Error != nil || continued.RowsAffected > 0 {
			return db.Wrap(continued.Error, "a gap")
		}
		gap := gap(t, c, from, to)
		return db.Wrap(t.Create(&gap).Error, "opening a gap")
	})
}

// askAgain are the pauses before a provider's lists are asked once more; after the last the gap stays open.
var askAgain = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// GapsDue takes the gaps to be looked at now. Each is put off first, so that no two workers fill the same
// one.
func (s *Store) GapsDue(ctx context.Context) ([]Gap, error) {
	var due []Gap
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		err := t.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("due_at <= ? AND closed_at IS NULL AND fetched_at IS NULL", t.Now).
			Order("from_at").Limit(db.SweepSlice).Find(&due).Error
		if err != nil {
			return db.Wrap(err, "gaps")
		}
		for _, g := range due {
			var next *time.Time
			if g.Tries < len(askAgain) {
				at := t.Now.Add(askAgain[g.Tries])
				next = &at
			}
			err := t.Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
				Updates(map[string]any{"due_at": next, "tries": g.Tries + 1}).Error
			if err != nil {
				return db.Wrap(err, "gaps")
			}
		}
		return nil
	})
	return due, err
}

// GapConnection is the connection of a gap, for the worker that fills it.
func (s *Store) GapConnection(ctx context.Context, g Gap) (models.Connection, error) {
	var c models.Connection
	err := s.db.Reading(ctx).Take(&c, "id = ? AND removed_at IS NULL", g.ConnectionID).Error
	return c, db.Wrap(err, "connection of a gap")
}

// GapFilled notes what asking the provider's lists gave: so many events, or why they could not be asked.
func (s *Store) GapFilled(ctx context.Context, g Gap, events int, problem error) error {
	now := s.db.Now()
	change := map[string]any{"fetched_at": now, "found": events, "error": "", "due_at": nil}
	if problem != nil {
		change = map[string]any{"error": models.CleanText(problem.Error())}
	}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
			Updates(change).Error,
		"filling a gap",
	)
}

// GapHarmless closes a gap that was shorter than the provider's own tries.
func (s *Store) GapHarmless(ctx context.Context, g Gap) error {
	change := map[string]any{"closed_at": s.db.Now(), "due_at": nil}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
			Updates(change).Error,
		"closing a gap",
	)
}

// GapOpen leaves a gap for people to see: its provider has no lists to ask, or we may not ask them.
func (s *Store) GapOpen(ctx context.Context, g Gap, why string) error {
	change := map[string]any{"error": why, "due_at": nil}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&Gap{}).Where("account_id = ? AND id = ?", g.AccountID, g.ID).
			Updates(change).Error,
		"a gap",
	)
}

// OpenGaps are the gaps within a window that nothing has filled.
func (s *Store) OpenGaps(ctx context.Context, a models.Actor, w models.Window) ([]Gap, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var gaps []Gap
	err := s.db.Reading(ctx).
		Raw(`SELECT g.*, c.name AS connection FROM gaps g JOIN connections c ON c.id = g.connection_id
		WHERE g.account_id = ? AND g.closed_at IS NULL AND g.fetched_at IS NULL AND g.to_at >= ?
			AND g.from_at < ?
		AND c.removed_at IS NULL ORDER BY g.from_at DESC LIMIT 5`, a.AccountID, w.Start, w.End).
		Scan(&gaps).Error
	return gaps, db.Wrap(err, "gaps")
}

// CloseGap takes a gap off the report: a person has looked at the provider, or does not mind.
func (s *Store) CloseGap(ctx context.Context, a models.Actor, id string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var g Gap
		if err := t.Take(&g, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return db.Wrap(err, "gap")
		}
		done := t.Model(&Gap{}).Where("account_id = ? AND id = ? AND closed_at IS NULL", a.AccountID, id).
			Updates(map[string]any{"closed_at": t.Now, "closed_by": a.ID, "due_at": nil})
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "closing a gap")
		}
		t.Record(a, "gap.close", models.AuditEntry{ObjectKind: "connection", ObjectID: g.ConnectionID,
			Before: fmt.Sprint(g.FromAt.Format(time.RFC3339), " – ", g.ToAt.Format(time.RFC3339))})
		return nil
	})
}
