package intake

import (
	"cmp"
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Reread puts what a kept report says, now that it could be read, in its place: the events that came of it,
// with the time of its arrival. When it says nothing it stays as history. Only what had no effect so far can
// be read anew.
func (s *Store) Reread(ctx context.Context, a models.Actor, old models.Event, c models.Connection,
	events []models.Event) error {
	known, err := s.lookedAt(ctx, a, old.ID)
	if err != nil {
		return err
	}
	old.AccountID = known.AccountID
	defer s.intake.poke()
	return s.db.InTx(ctx, func(t *db.Tx) error {
		where := t.Where("account_id = ? AND id = ? AND type = ? AND state IN ?", old.AccountID, old.ID,
			models.Unrecognised, []models.EventState{models.EventParked, models.EventIgnored})
		done := where.Delete(&models.Event{})
		if len(events) == 0 {
			done = where.Model(&models.Event{}).
				Updates(map[string]any{"state": models.EventIgnored, "error": ""})
		}
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "reading an event anew")
		}
		if err := keepReread(t, old, c, events); err != nil {
			return err
		}
		a.AccountID = old.AccountID
		t.Record(a, "event.replay", models.AuditEntry{
			ObjectKind: "event",
			ObjectID:   old.ID,
			ObjectName: c.Name,
			Before:     clipped(old.Error),
		})
		return nil
	})
}

// keepReread stores the events with the arrival of the old one. One that is there already, by a copy that
// could be read at once, stays as it is.
func keepReread(t *db.Tx, old models.Event, c models.Connection, events []models.Event) error {
	for i := range events {
		e := &events[i]
		// the same event: what its bytes alone do not say is known
		if old.State == models.EventIgnored && len(events) == 1 {
			e.AttemptRef, e.ProviderMessageID = cmp.Or(e.AttemptRef, old.AttemptRef), cmp.Or(
				e.ProviderMessageID,
				old.ProviderMessageID,
			)
		}
		e.Prepare(c, old.ReceivedAt)
		e.ID, e.Copies = models.NewID("evt", t.Now), old.Copies
	}
	if len(events) == 0 {
		return nil
	}
	rows := fold([]delivery{{events: events}})
	if err := TakePlaces(t, rows); err != nil {
		return err
	}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, 200).Error; err != nil {
		return fmt.Errorf("models: storing events: %w", err)
	}
	return nil
}
