package consent

import (
	"cmp"
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// RequestCase is all that the person who decides should see.
type RequestCase struct {
	Request    ClearRequest
	Account    models.Account
	Address    AddressState
	Customer   models.Customer
	Entry      SuppressionLine // zero: no provider lists it
	Consent    models.Consent
	Earlier    []ClearRequest      // of the same address, the latest first
	Complaints int                 // opt-outs by a spam report, ever
	Lifted     int                 // of these, lifted in the last twelve months
	Rate       ComplaintRate       // of the account
	CausedBy   models.Notification // zero: not known
	Since      time.Time           // when what is to be lifted began
	OptOut     models.OptOut       // of ours, that belongs to it
}

// RequestCase reads one clear request with what belongs to it.
func (s *Store) RequestCase(ctx context.Context, a models.Actor, id string) (k RequestCase, err error) {
	if k.Request, err = s.ClearRequest(ctx, a, id); err != nil {
		return k, err
	}
	if k.Account, err = s.people.Account(ctx, a); err != nil {
		return k, err
	}
	t := s.db.ReadTx(ctx)
	if err := caseAddress(t, &k); err != nil {
		return k, err
	}
	if id := k.Request.SuppressionID; id != "" {
		if k.Entry, err = s.Suppression(ctx, a, id); err != nil {
			return k, err
		}
		k.Since = k.Entry.ListedAt
	}
	if k.Rate, err = Complaints(s.db.Reading(ctx), s.db.Now(), k.Request.AccountID); err != nil {
		return k, err
	}
	if err := casePast(t, &k); err != nil {
		return k, err
	}
	held := []models.OptOut{k.OptOut}
	if err := s.whyOptedOut(ctx, held); err != nil {
		return k, err
	}
	k.OptOut = held[0]
	cause := cmp.Or(k.Entry.NotificationID, k.OptOut.NotificationID)
	return k, db.Wrap(
		t.Limit(1).Find(&k.CausedBy, "id = ? AND account_id = ?", cause, k.Request.AccountID).Error,
		"what caused it",
	)
}

// caseAddress reads the address of a request, and what stands against it now.
func caseAddress(t *db.Tx, k *RequestCase) (err error) {
	if err := t.Take(&k.Address.Address, "account_id = ? AND id = ?",
		k.Request.AccountID, k.Request.AddressID).Error; err != nil {
		return db.Wrap(err, "address")
	}
	if k.Address.Causes, err = ledger.OpenCauses(t, k.Request.AccountID, k.Request.AddressID); err != nil {
		return err
	}
	k.Address.Listed, err = ledger.OpenSuppressions(t, k.Address.Address, "")
	return err
}

// casePast reads whose address it is, and what has been before: the opt-out, the agreement, spam reports,
// earlier requests.
func casePast(t *db.Tx, k *RequestCase) error {
	r := k.Request
	var complaints, lifted int64
	for _, err := range []error{
		t.Raw(`SELECT c.* FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
			AND ca.customer_id = c.id WHERE ca.account_id = ? AND ca.address_id = ?
			ORDER BY ca.removed_at IS NULL DESC, ca.added_at LIMIT 1`, r.AccountID, r.AddressID).
			Scan(&k.Customer).Error,
		t.Limit(1).Find(&k.Consent, "account_id = ? AND id = ?", r.AccountID, r.ConsentID).Error,
		t.Where("account_id = ? AND address_id = ? AND id <> ?", r.AccountID, r.AddressID, r.ID).
			Order("asked_at DESC").Limit(20).Find(&k.Earlier).Error,
		t.Model(&models.OptOut{}).
			Where("account_id = ? AND address_id = ? AND cause = ?", r.AccountID, r.AddressID,
				models.CauseComplaint).Count(&complaints).Error,
		t.Model(&models.OptOut{}).
			Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at > ?", r.AccountID,
				r.AddressID, models.CauseComplaint, t.Now.AddDate(-1, 0, 0)).Count(&lifted).Error,
		t.Where("account_id = ? AND address_id = ? AND cause IN ?", r.AccountID, r.AddressID,
			append(r.causes(), "")).Order("occurred_at DESC").Limit(1).Find(&k.OptOut).Error,
	} {
		if err != nil {
			return db.Wrap(err, "clear request")
		}
	}
	if k.Complaints, k.Lifted = int(complaints), int(lifted); k.OptOut.ID != "" &&
		k.Entry.NotificationID == "" {
		k.Since = k.OptOut.OccurredAt
	}
	return nil
}
