package ledger

import (
	"undelivered/models"
	"undelivered/models/internal/db"
)

// stopReason is the reason for an original that is stopped: the real cause where one holds for the address.
func stopReason(t *db.Tx, a models.Attempt, why string) (string, error) {
	causes := []string{why}
	switch why {
	case "opted_out":
		open, err := OpenCauses(t, a.AccountID, a.AddressID)
		if err != nil {
			return "", err
		}
		for _, o := range open {
			causes = append([]string{string(o.Cause)}, causes...) // the newest comes first
		}
	case "suppressed":
		var address models.Address
		if err := t.Take(&address, "account_id = ? AND id = ?", a.AccountID, a.AddressID).Error; err != nil {
			return "", db.Wrap(err, "address")
		}
		listed, err := OpenSuppressions(t, address, a.ConnectionID)
		if err != nil {
			return "", err
		}
		for _, s := range listed {
			causes = append([]string{"suppressed:" + s.Kind}, causes...)
		}
	case "bad_address":
		_, _, problem := models.Normalise(a.Channel, a.Recipient, "ZZ")
		causes = append([]string{problem}, causes...)
	}
	for _, cause := range causes {
		if reason := models.StopReasons[a.Channel][cause]; reason != "" {
			return reason, nil
		}
	}
	return map[models.Channel]string{models.Email: "provider-unreachable",
		models.SMS: "sms-unknown-error"}[a.Channel], nil
}

// OpenCauses are the causes that hold for an address now.
func OpenCauses(t *db.Tx, accountID, addressID string) ([]models.OptOut, error) {
	var open []models.OptOut
	err := t.Where("account_id = ? AND address_id = ? AND lifted_at IS NULL", accountID, addressID).
		Order("occurred_at").Find(&open).Error
	return open, db.Wrap(err, "opt-outs")
}

// OpenSuppressions are the entries that providers keep for an address, at one connection or (empty) at all.
func OpenSuppressions(t *db.Tx, a models.Address, connectionID string) ([]models.Suppression, error) {
	q := t.Where("account_id = ? AND normal = ? AND cleared_at IS NULL", a.AccountID, a.Normal)
	if connectionID != "" {
		q = q.Where("connection_id = ?", connectionID)
	}
	var open []models.Suppression
	return open, db.Wrap(q.Order("listed_at").Find(&open).Error, "suppressions")
}
