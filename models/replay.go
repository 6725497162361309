package models

import (
	"cmp"
	"context"
)

// lookedAt is one event in an account that lets support in.
func (s *Store) lookedAt(ctx context.Context, a Actor, eventID string) (Look, error) {
	accounts, err := s.grantedAccounts(ctx, a)
	if err != nil {
		return Look{}, err
	}
	var rows []Look
	err = s.reading(ctx).Raw(`SELECT e.*, c.provider, c.name AS connection, a.name AS account FROM events e
		JOIN connections c ON c.id = e.connection_id JOIN accounts a ON a.id = e.account_id
		WHERE e.id = ? AND e.account_id IN ?`, eventID, append(accounts, "")).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Look{}, cmp.Or(found(err, "event"), ErrNotFound)
	}
	return rows[0], nil
}

// LookedAt is one event that support looks at, with the connection that it came by.
func (s *Store) LookedAt(ctx context.Context, a Actor, eventID string) (Event, Connection, error) {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return Event{}, Connection{}, err
	}
	var c Connection
	err = s.reading(ctx).Take(&c, "id = ?", l.ConnectionID).Error
	return l.Event, c, found(err, "connection of an event")
}

// Replay gives a parked event another chance, with as many tries as at first.
func (s *Store) Replay(ctx context.Context, a Actor, eventID string) error {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return err
	}
	defer s.intake.poke()
	return s.inTx(ctx, func(t *tx) error {
		done := t.Model(&Event{}).
			Where("account_id = ? AND id = ? AND state = ?", l.AccountID, eventID, EventParked).
			Updates(map[string]any{"state": EventDue, "tries": 0, "due_at": t.now, "error": ""})
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "replaying an event")
		}
		a.AccountID = l.AccountID
		t.record(a, "event.replay", AuditEntry{ObjectKind: "event", ObjectID: eventID, ObjectName: l.Connection, Before: clipped(l.Error)})
		return nil
	})
}
