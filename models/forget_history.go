package models

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm/clause"
)

// historySlice is how many notifications one transaction forgets, with all that belongs to them.
const historySlice = 500

// forgetHistory removes notifications that nothing has happened to for four hundred days, with their attempts, events,
// notes and rows of the report. The counters follow in the same transaction; the sums of what was sent stay, because
// they name nobody.
func (s *Store) forgetHistory(ctx context.Context) error {
	before := s.now().Add(-s.limits.KeepHistory)
	for {
		forgotten := 0
		err := s.inTx(ctx, func(t *tx) error {
			var old []Notification
			// Held: what comes for one of them meanwhile waits, and two instances do not count the same one twice.
			err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "account_id").
				Where("sent_at < ? AND updated_at < ?", before, before).Order("sent_at").Limit(historySlice).
				Find(&old).Error
			if forgotten = len(old); err != nil || forgotten == 0 {
				return found(err, "old notifications")
			}
			return t.forgetNotifications(old)
		})
		if err != nil || forgotten < historySlice {
			return err
		}
	}
}

func (t *tx) forgetNotifications(old []Notification) error {
	ids := map[string][]string{}
	for _, n := range old {
		ids[n.AccountID] = append(ids[n.AccountID], n.ID)
	}
	accounts := slices.Sorted(maps.Keys(ids))
	for _, id := range accounts {
		if _, err := t.placeOf(id); err != nil {
			return err
		}
	}
	for _, id := range accounts {
		if err := t.forgetOf(id, ids[id]); err != nil {
			return err
		}
	}
	return nil
}

// forgetOf forgets notifications of an account.
func (t *tx) forgetOf(accountID string, ids []string) error {
	var rows []Undelivered
	if err := t.Where("account_id = ? AND id IN ?", accountID, ids).Find(&rows).Error; err != nil {
		return found(err, "old rows of the report")
	}
	for _, row := range rows {
		t.countRow(row, -1)
	}
	for _, sql := range []string{
		"DELETE FROM undelivered WHERE account_id = ? AND id IN ?",
		"DELETE FROM contents WHERE account_id = ? AND notification_id IN ?",
		"DELETE FROM notes WHERE account_id = ? AND notification_id IN ?",
		"DELETE FROM events WHERE account_id = ? AND notification_id IN ?",
		"DELETE FROM attempts WHERE account_id = ? AND notification_id IN ?",
		"DELETE FROM notifications WHERE account_id = ? AND id IN ?",
	} {
		if err := t.Exec(sql, accountID, ids).Error; err != nil {
			return found(err, "forgetting notifications")
		}
	}
	return nil
}
