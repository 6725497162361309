package customer

import (
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// eraseNotifications forgets what was written to and about the customer. The notifications stay, and count,
// without title, without the business's own name of them and without the date that they were about.
func eraseNotifications(t *db.Tx, e erasure) error {
	all, err := notificationsOf(t, e)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := ledger.CountMerged(t, n, -1); err != nil { // its domain may be the customer's own
			return err
		}
	}
	const of = "(SELECT id FROM notifications WHERE account_id = ? AND customer_id = ?)"
	mine := []any{e.c.AccountID, e.c.AccountID, e.c.ID}
	err = run(t, "erasing notifications", []statement{
		{"DELETE FROM contents WHERE account_id = ? AND notification_id IN " + of, mine},
		{"DELETE FROM notes WHERE account_id = ? AND notification_id IN " + of, mine},
		{
			"UPDATE events SET " + nobodysEvent + " WHERE account_id = ? AND notification_id <> '' AND " +
				"notification_id IN " + of,
			mine,
		},
		{
			"UPDATE attempts SET recipient = '', diagnostic = '' WHERE account_id = ? AND notification_id IN " + of,
			mine,
		},
		{"UPDATE bulk_items SET digest = '' WHERE account_id = ? AND notification_id IN " + of, mine},
		{"DELETE FROM callbacks WHERE account_id = ? AND (about = ? OR about IN " + of + ")",
			[]any{e.c.AccountID, e.c.ID, e.c.AccountID, e.c.ID}},
	})
	if err != nil {
		return err
	}
	for _, n := range all {
		changes := map[string]any{
			"title":  ledger.TitleOf[n.Channel],
			"ref":    t.Database.Seal.Erased("ref", n.Ref),
			"digest": "",
			"due_at": nil,
		}
		if err := t.Model(&models.Notification{}).Where("account_id = ? AND id = ?", n.AccountID, n.ID).
			Updates(changes).Error; err != nil {
			return db.Wrap(err, "erasing a notification")
		}
	}
	return nil
}

// nobodysEvent leaves of an event what happened and when. The provider's own ids of event and message stay: a
// copy, or what comes late, is known by them, and does not bring the customer back.
const nobodysEvent = "recipient = '', diagnostic = '', raw = NULL, notification_ref = '', error = ''"

func notificationsOf(t *db.Tx, e erasure) ([]models.Notification, error) {
	var all []models.Notification
	err := t.Where("account_id = ? AND customer_id = ?", e.c.AccountID, e.c.ID).Order("id").Find(&all).Error
	return all, db.Wrap(err, "notifications of a customer")
}

// countErased puts the sums of what was sent where they belong now: to no domain.
func countErased(t *db.Tx, e erasure) error {
	all, err := notificationsOf(t, e)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := ledger.CountMerged(t, n, 1); err != nil {
			return err
		}
	}
	if err := ledger.WriteSent(t); err != nil {
		return err
	}
	return db.Wrap(
		t.Exec("DELETE FROM sent_daily WHERE account_id = ? AND sent = 0 AND delivered = 0",
			e.c.AccountID).Error,
		"sums of what was sent",
	)
}
