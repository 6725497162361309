package models

import (
	"context"

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
			var ids []string
			// Held: what comes for one of them meanwhile waits, and two instances do not count the same one twice.
			err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Model(&Notification{}).Where("sent_at < ? AND updated_at < ?", before, before).
				Order("sent_at").Limit(historySlice).Pluck("id", &ids).Error
			if forgotten = len(ids); err != nil || forgotten == 0 {
				return found(err, "old notifications")
			}
			return t.forgetNotifications(ids)
		})
		if err != nil || forgotten < historySlice {
			return err
		}
	}
}

func (t *tx) forgetNotifications(ids []string) error {
	var accounts []string
	if err := t.Model(&Notification{}).Distinct().Where("id IN ?", ids).Order("account_id").Pluck("account_id", &accounts).Error; err != nil {
		return found(err, "accounts of old notifications")
	}
	for _, id := range accounts {
		if _, err := t.placeOf(id); err != nil {
			return err
		}
	}
	var rows []Undelivered
	if err := t.Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return found(err, "old rows of the report")
	}
	for _, row := range rows {
		t.countRow(row, -1)
	}
	for _, sql := range []string{
		"DELETE FROM undelivered WHERE id IN ?", "DELETE FROM contents WHERE notification_id IN ?",
		"DELETE FROM notes WHERE notification_id IN ?", "DELETE FROM events WHERE notification_id IN ?",
		"DELETE FROM attempts WHERE notification_id IN ?", "DELETE FROM notifications WHERE id IN ?",
	} {
		if err := t.Exec(sql, ids).Error; err != nil {
			return found(err, "forgetting notifications")
		}
	}
	return nil
}
