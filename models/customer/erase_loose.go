package customer

import (
	"bytes"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// looseSlice is how many reports without a notification are looked through at once: their bodies may be
// large.
const looseSlice = 200

// eraseLoose forgets whom reports are about that belong to no notification: those that name the address, and
// those that nothing could be made of and whose body does. What is not applied yet is looked at when it is
// (hideErased).
func eraseLoose(t *db.Tx, e erasure) error {
	if len(e.mine) == 0 {
		return nil
	}
	const loose = "account_id = ? AND notification_id = '' AND state <> 'due'"
	err := t.Exec("UPDATE events SET "+nobodysEvent+" WHERE "+loose+" AND LOWER(recipient) IN ?",
		e.c.AccountID, e.spell).Error
	if err != nil {
		return db.Wrap(err, "erasing reports")
	}
	for after := ""; ; {
		var some []models.Event
		err := t.Select("id", "raw").
			Where(loose+" AND LOWER(recipient) = '' AND raw IS NOT NULL AND id > ?", e.c.AccountID, after).
			Order("id").Limit(looseSlice).Find(&some).Error
		if err != nil || len(some) == 0 {
			return db.Wrap(err, "reports that nothing could be made of")
		}
		for _, one := range some {
			if after = one.ID; !e.inBody(one.Raw) {
				continue
			}
			if err := t.Exec("UPDATE events SET "+nobodysEvent+" WHERE account_id = ? AND id = ?",
				e.c.AccountID, one.ID).Error; err != nil {
				return db.Wrap(err, "erasing a report")
			}
		}
	}
}

func (e erasure) inBody(raw []byte) bool {
	lower := bytes.ToLower(raw)
	for _, spelling := range e.spell {
		if bytes.Contains(lower, []byte(spelling)) {
			return true
		}
	}
	return false
}

// HideErased forgets whom a report is about that comes after its customer was erased.
func HideErased(t *db.Tx, e *models.Event) error {
	e.Recipient, e.Diagnostic, e.NotificationRef, e.Raw = "", "", "", nil
	return db.Wrap(t.Exec("UPDATE events SET "+nobodysEvent+" WHERE account_id = ? AND id = ?",
		e.AccountID, e.ID).Error, "forgetting whom a report is about")
}

// ErasedAddress is the digest's row of an erased address; the zero Address: it was not erased.
func ErasedAddress(t *db.Tx, accountID string, channel models.Channel,
	recipient string) (models.Address, error) {
	if recipient == "" {
		return models.Address{}, nil
	}
	account, err := ledger.PlaceOf(t, accountID)
	if err != nil {
		return models.Address{}, err
	}
	_, normal := models.Loosely(channel, recipient, account.Country)
	return ledger.AddressKnownAs(t, accountID, channel, t.Database.Seal.AddressDigest(channel, normal))
}

// identifying are texts that tell who somebody is, in lower case.
func identifying(texts ...string) []string {
	var all []string
	for _, text := range texts {
		if text = strings.ToLower(strings.TrimSpace(text)); text != "" {
			all = append(all, text)
		}
	}
	return all
}
