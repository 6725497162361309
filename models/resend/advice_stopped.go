package resend

import (
	"cmp"
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// Stopped is what a notification that was never sent was stopped by: our opt-out, or an entry on a provider's
// list.
type Stopped struct {
	Cause          models.Cause // of our opt-out; empty: only the provider's list
	Kind           string
	Since          time.Time
	Suppression    string // the provider's entry; empty: none
	NotificationID string // whose failure caused it; empty: none, or this one
	Title          string
}

// StoppedBy is what stood against the address when a notification was dropped; zero: not known, or it was not
// dropped.
func (s *Store) StoppedBy(ctx context.Context, a models.Actor,
	st report.NotificationDetail) (by Stopped, err error) {
	n := st.Notification
	if err := a.Need(models.See); err != nil || n.Status != models.Dropped || st.Row.AddressID == "" {
		return by, err
	}
	t := s.db.ReadTx(ctx)
	var o models.OptOut
	err = t.Where("address_id = ? AND account_id = ? AND occurred_at <= ? AND (lifted_at IS NULL OR "+
		"lifted_at > ?)",
		st.Row.AddressID, a.AccountID, n.DecidedAt, n.DecidedAt).
		Order("occurred_at").Limit(1).Find(&o).Error
	if err != nil {
		return by, db.Wrap(err, "what stopped a notification")
	}
	var entry models.Suppression
	err = t.Where("address_id = ? AND account_id = ? AND listed_at <= ?", st.Row.AddressID, a.AccountID,
		n.DecidedAt).
		Order("listed_at DESC").Limit(1).Find(&entry).Error
	if err != nil {
		return by, db.Wrap(err, "what stopped a notification")
	}
	by = Stopped{Cause: o.Cause, Kind: entry.Kind, Since: o.OccurredAt, Suppression: entry.ID}
	if by.Cause == "" {
		by.Since = entry.ListedAt
	}
	by.NotificationID = cmp.Or(o.NotificationID, entry.NotificationID)
	if by.NotificationID == n.ID {
		by.NotificationID = ""
	}
	return by, titleOf(t, &by, a.AccountID)
}

func titleOf(t *db.Tx, by *Stopped, accountID string) error {
	if by.NotificationID == "" {
		return nil
	}
	var n models.Notification
	err := t.Select("id", "title").Limit(1).
		Find(&n, "id = ? AND account_id = ?", by.NotificationID, accountID).Error
	by.NotificationID, by.Title = n.ID, n.Title
	return db.Wrap(err, "what caused an opt-out")
}
