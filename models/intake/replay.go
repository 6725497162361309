package intake

import (
	"cmp"
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// lookedAt is one event in an account that lets support in.
func (s *Store) lookedAt(ctx context.Context, a models.Actor, eventID string) (Unexplained, error) {
	accounts, err := s.people.GrantedAccounts(ctx, a)
	if err != nil {
		return Unexplained{}, err
	}
	var rows []Unexplained
	err = s.db.Reading(ctx).Raw(`SELECT e.*, c.provider, c.name AS connection, a.name AS account FROM events e
		JOIN connections c ON c.id = e.connection_id JOIN accounts a ON a.id = e.account_id
		WHERE e.id = ? AND e.account_id IN ?`, eventID, append(accounts, "")).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Unexplained{}, cmp.Or(db.Wrap(err, "event"), models.ErrNotFound)
	}
	return rows[0], nil
}

// LookedAt is one event that support looks at, with the connection that it came by.
func (s *Store) LookedAt(ctx context.Context, a models.Actor,
	eventID string) (models.Event, models.Connection, error) {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return models.Event{}, models.Connection{}, err
	}
	var c models.Connection
	err = s.db.Reading(ctx).Take(&c, "id = ?", l.ConnectionID).Error
	return l.Event, c, db.Wrap(err, "connection of an event")
}

// Replay gives a parked event another chance, with as many tries as at first.
func (s *Store) Replay(ctx context.Context, a models.Actor, eventID string) error {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return err
	}
	defer s.intake.poke()
	return s.db.InTx(ctx, func(t *db.Tx) error {
		done := t.Model(&models.Event{}).
			Where("account_id = ? AND id = ? AND state = ?", l.AccountID, eventID, models.EventParked).
			Updates(map[string]any{"state": models.EventDue, "tries": 0, "due_at": t.Now, "error": ""})
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "replaying an event")
		}
		a.AccountID = l.AccountID
		t.Record(a, "event.replay", models.AuditEntry{
			ObjectKind: "event",
			ObjectID:   eventID,
			ObjectName: l.Connection,
			Before:     clipped(l.Error),
		})
		return nil
	})
}
