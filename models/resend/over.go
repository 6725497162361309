package resend

import (
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// guardOver is the last: what it is about is over. A person may send it all the same; several at once never
// do.
func guardOver(t *db.Tx, n models.Notification, ask ResendAsk) error {
	if ask.Late || n.DueAt == nil || t.Now.Before(*n.DueAt) || n.Lasts() {
		return nil
	}
	var account models.Account
	if err := t.Take(&account, "id = ?", n.AccountID).Error; err != nil {
		return db.Wrap(err, "account")
	}
	if n.Over(t.Now, account.Location()) {
		return models.Refusal{
			Guard:  models.GuardOver,
			Values: map[string]string{"at": n.DueAt.Format(time.RFC3339)},
		}
	}
	return nil
}

// Over says whether what the notification is about is past.
func Over(st report.NotificationDetail, now time.Time) bool {
	return st.Notification.Over(now, st.Zone)
}
