package models

import "time"

// Consent is proof that a customer wants messages at an address. It is never changed, only followed by another.
type Consent struct {
	ID             string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	AddressID      string
	Channel        Channel
	Purpose        string // necessary or all
	GivenBy        string
	How            string // in_person, phone, other_email, written_form, web_form, link, text_message
	GivenAt        time.Time
	Words          string
	Evidence       string
	Withdrawal     bool
	RecordedBy     string
	RecordedByName string
	RecordedAt     time.Time
}

// How the evidence of an agreement begins that the product recorded by itself: what follows is an id.
const (
	EvidenceEvent = "event "
	EvidenceLink  = "confirmation link of "
)

// LiftedByCustomer is why an opt-out was lifted by the customer's own message.
const LiftedByCustomer = "the customer's own message"

func (t *tx) recordConsent(by Actor, a Address, c *Consent) error {
	c.ID, c.AccountID, c.AddressID, c.Channel = newID("cns", t.now), a.AccountID, a.ID, a.Channel
	c.RecordedBy, c.RecordedByName, c.RecordedAt = by.ID, by.Name, t.now
	if err := t.Create(c).Error; err != nil {
		return found(err, "recording a consent")
	}
	t.record(by, "consent.record", AuditEntry{ObjectKind: "address", ObjectID: a.ID, After: c.How, Reason: c.Evidence})
	return nil
}

// Lifting is why one cause no longer holds.
type Lifting struct {
	Reason    string
	Checked   string // how it was checked
	ConsentID string
}

// lift ends one cause of an address.
func (t *tx) lift(by Actor, a Address, o OptOut, l Lifting) error {
	done := t.Model(&OptOut{}).Where("account_id = ? AND id = ? AND lifted_at IS NULL", o.AccountID, o.ID).
		Updates(map[string]any{
			"lifted_at": t.now, "lifted_by": by.ID, "lifted_by_name": by.Name,
			"lift_reason": l.Reason, "lift_checked": l.Checked, "consent_id": l.ConsentID})
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "lifting an opt-out")
	}
	t.record(by, "address.opt_in", AuditEntry{ObjectKind: "address", ObjectID: a.ID, ObjectName: string(a.Channel),
		Before: string(o.Cause), Reason: l.Reason})
	return nil
}
