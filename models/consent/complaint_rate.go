package consent

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ComplaintRate is how many customers of an account reported spam in the last seven days, of how many
// messages.
type ComplaintRate struct {
	Complaints int
	Sent       int
}

// Complaints are a warning from a rate on, and stop several at once from three times the rate and a few on.
const (
	ComplaintsWarn   = 0.001
	ComplaintsStop   = 0.003
	complaintsFew    = 3
	complaintsWithin = 7 * 24 * time.Hour
)

// Rate is the share of those sent that were reported.
func (r ComplaintRate) Rate() float64 {
	return float64(r.Complaints) / float64(max(r.Sent, r.Complaints, 1))
}

// Stops says whether several at once are not resent.
func (r ComplaintRate) Stops() bool {
	return r.Complaints >= complaintsFew && r.Rate() >= ComplaintsStop
}

// High says whether the rate is worth a warning.
func (r ComplaintRate) High() bool { return r.Complaints > 0 && r.Rate() >= ComplaintsWarn }

// Complaints counts the messages that were reported as spam in the last seven days.
func Complaints(query *gorm.DB, now time.Time, accountID string) (r ComplaintRate, err error) {
	since := now.Add(-complaintsWithin)
	err = query.Raw(`SELECT
		(SELECT COUNT(*) FROM undelivered WHERE account_id = ? AND status = 'spammed'
			AND reason IN ('complaint', '') AND failed_at > ?) AS complaints,
		(SELECT COALESCE(SUM(sent), 0) FROM sent_daily WHERE account_id = ? AND day >= ?) AS sent`,
		accountID, since, accountID, since.Format(time.DateOnly)).Scan(&r).Error
	return r, db.Wrap(err, "complaints")
}

// GuardComplaints is no. 10: one at a time can still be resent.
func (s *Store) GuardComplaints(ctx context.Context, a models.Actor) error {
	rate, err := Complaints(s.db.Reading(ctx), s.db.Now(), a.AccountID)
	if err == nil && rate.Stops() {
		return models.Refusal{
			Guard:  models.GuardComplaints,
			Values: map[string]string{"rate": fmt.Sprintf("%.1f%%", 100*rate.Rate())},
		}
	}
	return err
}
