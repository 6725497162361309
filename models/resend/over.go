package resend

import (
	"time"

	"undelivered/models"
	"undelivered/models/report"
)

// guardOver is the last: what it is about is over. A person may send it all the same; several at once never
// do.
func (f *facts) guardOver(n models.Notification, late bool) error {
	if late || !n.Over(f.t.Now, f.account.Location()) {
		return nil
	}
	return models.Refusal{
		Guard:  models.GuardOver,
		Values: map[string]string{"at": n.DueAt.Format(time.RFC3339)},
	}
}

// Over says whether what the notification is about is past.
func Over(st report.NotificationDetail, now time.Time) bool {
	return st.Notification.Over(now, st.Zone)
}
