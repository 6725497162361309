package resend

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// BulkGone is where the items of a set stand by now that were sent, and how many were taken back.
type BulkGone struct {
	OnWay     int // handed over or about to be: nothing has been heard yet
	Delivered int
	Back      int // they came back
	Unknown   int // nobody knows whether they were sent
	Undone    int // taken back before they went out
}

// goneAs is where a state counts.
var goneAs = map[models.NotificationState]func(*BulkGone) *int{
	models.StateDelivered: func(g *BulkGone) *int { return &g.Delivered },
	models.StatePresumed:  func(g *BulkGone) *int { return &g.Delivered },
	models.StateCleared:   func(g *BulkGone) *int { return &g.Delivered },
	models.StateFailed:    func(g *BulkGone) *int { return &g.Back },
	models.StateUnknown:   func(g *BulkGone) *int { return &g.Unknown },
}

func (s *Store) bulkGone(ctx context.Context, id string) (g BulkGone, err error) {
	var sums []struct {
		State string
		Now   models.NotificationState
		N     int
	}
	err = s.db.Reading(ctx).
		Raw(`SELECT i.state, n.state AS now, COUNT(*) AS n FROM bulk_items i
			JOIN notifications n ON n.id = i.notification_id
		WHERE i.job_id = ? AND i.state IN ('sent', 'undone') GROUP BY i.state, n.state`, id).
		Scan(&sums).Error
	for _, sum := range sums {
		at := &g.OnWay
		if sum.State == itemUndone {
			at = &g.Undone
		} else if counted := goneAs[sum.Now]; counted != nil {
			at = counted(&g)
		}
		*at += sum.N
	}
	return g, db.Wrap(err, "what became of a set")
}

// bulksShown is for how long a set is named on the report.
const bulksShown = 24 * time.Hour

// RecentBulks are the sets that were confirmed in the account in the last day, the latest first.
func (s *Store) RecentBulks(ctx context.Context, a models.Actor) ([]BulkJob, error) {
	if !a.May(models.Work) {
		return nil, nil
	}
	var jobs []BulkJob
	err := s.db.Reading(ctx).
		Where("account_id = ? AND created_at > ? AND state NOT IN ?", a.AccountID,
			s.db.Now().Add(-bulksShown), []BulkState{BulkChecking}).
		Order("created_at DESC, id DESC").Limit(3).Find(&jobs).Error
	return jobs, db.Wrap(err, "sets of the last day")
}
