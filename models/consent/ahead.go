package consent

import (
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// The sets in which rows are known (db.Tx.ReadAhead).
func ofAddressID(id string) string     { return "address:" + id }
func listedAs(normal string) string    { return "normal:" + normal }
func unprovenOf(address string) string { return "unproven:" + address }

// BeginAhead says in which sets the rows of this wing are known.
func BeginAhead(t *db.Tx) {
	db.Sets(t, func(o *models.OptOut) []string { return []string{"id:" + o.ID, ofAddressID(o.AddressID)} })
	db.Sets(t, func(s *models.Suppression) []string {
		return []string{"id:" + s.ID, listedAs(s.Normal)}
	})
	db.Sets(t, func(r *ClearRequest) []string { return []string{"id:" + r.ID, unprovenOf(r.AddressID)} })
}

// WriteAhead writes what has changed.
func WriteAhead(t *db.Tx) error {
	if err := db.Write(t, db.Due[models.OptOut](t), "account_id", "id"); err != nil {
		return err
	}
	return db.Write(t, db.Due[models.Suppression](t), "account_id", "id")
}

// KnowAhead knows what is held against addresses: by us, by providers, and clearings that no delivery has
// proven yet.
func KnowAhead(t *db.Tx, account string, addresses, normals []string) error {
	if len(addresses) > 0 {
		var outs []models.OptOut
		if err := t.Where("account_id = ? AND ?", account,
			t.Among("address_id", addresses)).Find(&outs).Error; err != nil {
			return db.Wrap(err, "opt-outs")
		}
		var cleared []ClearRequest
		err := t.Select("id", "account_id", "address_id").
			Where("account_id = ? AND ? AND state = 'done' AND proven_at IS NULL", account,
				t.Among("address_id", addresses)).
			Find(&cleared).Error
		if err != nil {
			return db.Wrap(err, "clear requests")
		}
		var outKeys, clearKeys []string
		for _, id := range addresses {
			outKeys, clearKeys = append(outKeys, ofAddressID(id)), append(clearKeys, unprovenOf(id))
		}
		db.Learn(t, outs, outKeys...)
		db.Learn(t, cleared, clearKeys...)
	}
	if len(normals) == 0 {
		return nil
	}
	var listed []models.Suppression
	if err := t.Where("account_id = ? AND ?", account,
		t.Among("normal", normals)).Find(&listed).Error; err != nil {
		return db.Wrap(err, "suppressions")
	}
	var keys []string
	for _, normal := range normals {
		keys = append(keys, listedAs(normal))
	}
	db.Learn(t, listed, keys...)
	return nil
}

// knownOptOuts are all opt-outs of an address, lifted ones too, where they are known.
func knownOptOuts(t *db.Tx, a models.Address) ([]models.OptOut, bool) {
	if ledger.MadeHere(t, a.ID) {
		db.Learn[models.OptOut](t, nil, ofAddressID(a.ID))
		db.Learn[ClearRequest](t, nil, unprovenOf(a.ID))
	}
	return db.Known[models.OptOut](t, a.AccountID, ofAddressID(a.ID))
}

// openOptOut is the one of a cause that holds now.
func openOptOut(all []models.OptOut, cause models.Cause) (models.OptOut, bool) {
	for _, o := range all {
		if o.Cause == cause && o.LiftedAt == nil {
			return o, true
		}
	}
	return models.OptOut{}, false
}

// knownEntry is what an entry of a provider's list is compared with, where it is known.
func knownEntry(t *db.Tx, s models.Suppression) (old models.Suppression, known bool) {
	all, known := db.Known[models.Suppression](t, s.AccountID, listedAs(s.Normal))
	for _, one := range all {
		if one.ConnectionID == s.ConnectionID && one.Kind == s.Kind {
			old = one
		}
	}
	return old, known
}
