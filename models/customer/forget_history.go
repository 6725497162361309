package customer

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// historySlice is how many notifications one transaction forgets, with all that belongs to them.
const historySlice = 500

// ForgetHistory removes notifications that nothing has happened to for four hundred days, with their
// attempts, events, notes and rows of the report. The counters follow in the same transaction; the sums of
// what was sent stay, because they name nobody.
func (s *Store) ForgetHistory(ctx context.Context) error {
	before := s.db.Now().Add(-s.db.Limits().KeepHistory)
	for {
		forgotten := 0
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			var old []models.Notification
			// Held: what comes for one of them meanwhile waits, and two instances do not count the same one
			// twice.
			err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "account_id").
				Where("sent_at < ? AND updated_at < ?", before, before).Order("sent_at").Limit(historySlice).
				Find(&old).Error
			if forgotten = len(old); err != nil || forgotten == 0 {
				return db.Wrap(err, "old notifications")
			}
			return forgetNotifications(t, old)
		})
		if err != nil || forgotten < historySlice {
			return err
		}
	}
}

func forgetNotifications(t *db.Tx, old []models.Notification) error {
	ids := map[string][]string{}
	for _, n := range old {
		ids[n.AccountID] = append(ids[n.AccountID], n.ID)
	}
	accounts := slices.Sorted(maps.Keys(ids))
	for _, id := range accounts {
		if _, err := ledger.PlaceOf(t, id); err != nil {
			return err
		}
	}
	for _, id := range accounts {
		if err := forgetOf(t, id, ids[id]); err != nil {
			return err
		}
	}
	return nil
}

// forgetOf forgets notifications of an account.
func forgetOf(t *db.Tx, accountID string, ids []string) error {
	var rows []models.Undelivered
	if err := t.Where("account_id = ? AND id IN ?", accountID, ids).Find(&rows).Error; err != nil {
		return db.Wrap(err, "old rows of the report")
	}
	for _, row := range rows {
		ledger.CountRow(t, row, -1)
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
			return db.Wrap(err, "forgetting notifications")
		}
	}
	return nil
}

// ForgetSlice is how many rows one statement deletes: short statements keep nobody waiting.
const ForgetSlice = 5000
