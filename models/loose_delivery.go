package models

// noteLooseDelivery: a message that nobody registered has arrived. It says nothing of a notification, and ends the run of
// soft failures of its address, where that is known.
func (t *tx) noteLooseDelivery(e *Event) error {
	if e.Type != Delivered || e.Recipient == "" {
		return nil
	}
	account, err := t.accountByID(e.AccountID)
	if err != nil {
		return err
	}
	var a Address
	_, normal := loosely(e.Channel, e.Recipient, account.Country)
	err = t.Limit(1).Find(&a, "account_id = ? AND channel = ? AND normal IN ?", e.AccountID, e.Channel, t.normals(e.Channel, normal)).Error
	if err != nil || a.ID == "" || a.Erased() {
		return found(err, "address of a delivery")
	}
	if a.DeliveredAt == nil || a.DeliveredAt.Before(e.OccurredAt) {
		a.DeliveredAt = &e.OccurredAt
	}
	return t.recountSoft(a, e)
}
