package resend

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// bulkSlice is how many notifications of a set are held in memory at a time.
const bulkSlice = 200

// eachOfSet hands the notifications of a set to each, slice by slice in the order in which they are worked
// off.
func (s *Store) eachOfSet(ctx context.Context, scope report.ReportScope,
	each func([]models.Notification) error) error {
	for {
		where, values := scope.BulkWhere()
		var keys []struct {
			ID       string
			FailedAt time.Time
		}
		err := s.db.Reading(ctx).
			Raw("SELECT id, failed_at FROM undelivered WHERE "+where+" ORDER BY failed_at DESC, id DESC"+db.UpTo(bulkSlice), values...).
			Scan(&keys).Error
		if err != nil || len(keys) == 0 {
			return db.Wrap(err, "a slice of a set")
		}
		ids := make([]string, len(keys))
		for i, k := range keys {
			ids[i] = k.ID
		}
		all, err := s.notificationsOf(ctx, scope.Account, ids)
		if err != nil {
			return err
		}
		if err := each(all); err != nil || len(keys) < bulkSlice {
			return err
		}
		last := keys[len(keys)-1]
		scope.From = &db.Place{At: last.FailedAt.UTC(), ID: last.ID}
	}
}

// notificationsOf reads notifications in the order of their ids.
func (s *Store) notificationsOf(ctx context.Context, accountID string,
	ids []string) ([]models.Notification, error) {
	var unordered []models.Notification
	if err := s.db.Reading(ctx).Find(&unordered, "account_id = ? AND id IN ?", accountID,
		ids).Error; err != nil {
		return nil, db.Wrap(err, "notifications of a set")
	}
	byID := make(map[string]models.Notification, len(unordered))
	for _, n := range unordered {
		byID[n.ID] = n
	}
	all := make([]models.Notification, 0, len(ids))
	for _, id := range ids {
		if n, ok := byID[id]; ok {
			all = append(all, n)
		}
	}
	return all, nil
}
