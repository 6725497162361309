package intake

import (
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// noteLooseDelivery: a message that nobody registered has arrived. It says nothing of a notification, and
// ends the run of soft failures of its address, where that is known.
func noteLooseDelivery(t *db.Tx, e *models.Event) error {
	if e.Type != models.Delivered || e.Recipient == "" {
		return nil
	}
	account, err := ledger.AccountByID(t, e.AccountID)
	if err != nil {
		return err
	}
	var a models.Address
	_, normal := models.Loosely(e.Channel, e.Recipient, account.Country)
	err = t.Limit(1).
		Find(&a, "account_id = ? AND channel = ? AND normal IN ?", e.AccountID, e.Channel,
			ledger.Normals(t, e.Channel, normal)).
		Error
	if err != nil || a.ID == "" || a.Erased() {
		return db.Wrap(err, "address of a delivery")
	}
	if a.DeliveredAt == nil || a.DeliveredAt.Before(e.OccurredAt) {
		a.DeliveredAt = &e.OccurredAt
	}
	return recountSoft(t, a, e)
}
