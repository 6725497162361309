package consent

import (
	"strings"
	"undelivered/models"
	"undelivered/models/internal/db"
)

func recordConsent(t *db.Tx, by models.Actor, a models.Address, c *models.Consent) error {
	c.ID, c.AccountID, c.AddressID, c.Channel = models.NewID("cns", t.Now), a.AccountID, a.ID, a.Channel
	c.RecordedBy, c.RecordedByName, c.RecordedAt = by.ID, by.Name, t.Now
	if err := t.Create(c).Error; err != nil {
		return db.Wrap(err, "recording a consent")
	}
	t.Record(by, "consent.record",
		models.AuditEntry{ObjectKind: "address", ObjectID: a.ID, After: c.How, Reason: c.Evidence})
	return nil
}

// Lifting is why one cause no longer holds.
type Lifting struct {
	Reason    string
	Checked   string // how it was checked
	ConsentID string
}

// Lift ends one cause of an address.
func Lift(t *db.Tx, by models.Actor, a models.Address, o models.OptOut, l Lifting) error {
	done := t.Model(&models.OptOut{}).
		Where("account_id = ? AND id = ? AND lifted_at IS NULL", o.AccountID, o.ID).Updates(map[string]any{
		"lifted_at": t.Now, "lifted_by": by.ID, "lifted_by_name": by.Name,
		"lift_reason": l.Reason, "lift_checked": l.Checked, "consent_id": l.ConsentID})
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "lifting an opt-out")
	}
	t.Record(
		by,
		"address.opt_in",
		models.AuditEntry{ObjectKind: "address", ObjectID: a.ID, ObjectName: string(a.Channel),
			Before: string(o.Cause), Reason: strings.Trim(l.Reason+": "+l.Checked, ": ")},
	)
	return nil
}
