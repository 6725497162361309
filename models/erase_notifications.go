package models

// eraseNotifications forgets what was written to and about the customer. The notifications stay, and count, without
// title, without the business's own name of them and without the date that they were about.
func (t *tx) eraseNotifications(e erasure) error {
	all, err := t.notificationsOf(e)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := t.countMerged(n, -1); err != nil { // its domain may be the customer's own
			return err
		}
	}
	const of = "(SELECT id FROM notifications WHERE account_id = ? AND customer_id = ?)"
	mine := []any{e.c.AccountID, e.c.AccountID, e.c.ID}
	err = t.run("erasing notifications", []statement{
		{"DELETE FROM contents WHERE account_id = ? AND notification_id IN " + of, mine},
		{"DELETE FROM notes WHERE account_id = ? AND notification_id IN " + of, mine},
		{"UPDATE events SET " + nobodysEvent + " WHERE account_id = ? AND notification_id <> '' AND notification_id IN " + of, mine},
		{"UPDATE attempts SET recipient = '', diagnostic = '' WHERE account_id = ? AND notification_id IN " + of, mine},
		{"UPDATE bulk_items SET digest = '' WHERE account_id = ? AND notification_id IN " + of, mine},
		{"DELETE FROM callbacks WHERE account_id = ? AND (about = ? OR about IN " + of + ")",
			[]any{e.c.AccountID, e.c.ID, e.c.AccountID, e.c.ID}},
	})
	if err != nil {
		return err
	}
	for _, n := range all {
		changes := map[string]any{"title": titleOf[n.Channel], "ref": t.s.seal.erased("ref", n.Ref), "digest": "", "due_at": nil}
		if err := t.Model(&Notification{}).Where("account_id = ? AND id = ?", n.AccountID, n.ID).
			Updates(changes).Error; err != nil {
			return found(err, "erasing a notification")
		}
	}
	return nil
}

// nobodysEvent leaves of an event what happened and when. The provider's own ids of event and message stay: a copy, or
// what comes late, is known by them, and does not bring the customer back.
const nobodysEvent = "recipient = '', diagnostic = '', raw = NULL, notification_ref = '', error = ''"

func (t *tx) notificationsOf(e erasure) ([]Notification, error) {
	var all []Notification
	err := t.Where("account_id = ? AND customer_id = ?", e.c.AccountID, e.c.ID).Order("id").Find(&all).Error
	return all, found(err, "notifications of a customer")
}

// countErased puts the sums of what was sent where they belong now: to no domain.
func (t *tx) countErased(e erasure) error {
	all, err := t.notificationsOf(e)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := t.countMerged(n, 1); err != nil {
			return err
		}
	}
	return found(t.Exec("DELETE FROM sent_daily WHERE account_id = ? AND sent = 0 AND delivered = 0", e.c.AccountID).Error, "sums of what was sent")
}
