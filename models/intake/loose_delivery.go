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
	account, err := ledger.PlaceOf(t, e.AccountID)
	if err != nil {
		return err
	}
	_, normal := models.Loosely(e.Channel, e.Recipient, account.Country)
	a, err := ledger.AddressKnownAs(t, e.AccountID, e.Channel, ledger.Normals(t, e.Channel, normal)...)
	if err != nil || a.ID == "" || a.Erased() {
		return err
	}
	if a.DeliveredAt == nil || a.DeliveredAt.Before(e.OccurredAt) {
		a.DeliveredAt = &e.OccurredAt
	}
	return recountSoft(t, a, e)
}
