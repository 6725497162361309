package ledger

import (
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// LendAddress gives the customer an address that is not the main one.
func LendAddress(t *db.Tx, c models.Customer, a models.Address) error {
	var known int64
	held := t.Model(&CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID)
	if err := held.Count(&known).Error; err != nil {
		return db.Wrap(err, "addresses of a customer")
	}
	if known == 0 {
		row := CustomerAddress{
			CustomerID: c.ID,
			AddressID:  a.ID,
			AccountID:  c.AccountID,
			Channel:    a.Channel,
			AddedAt:    t.Now,
		}
		if err := t.Create(&row).Error; err != nil {
			return db.Wrap(err, "giving an address")
		}
		return Findable(t, c)
	}
	return db.Wrap(t.Model(&CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID).
		Update("removed_at", nil).Error, "giving an address back")
}

func TakeAddress(t *db.Tx, c models.Customer, a models.Address) error {
	err := t.Model(&CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID).
		Updates(map[string]any{"main": false, "removed_at": t.Now}).Error
	return db.Wrap(err, "taking an address away")
}

// AddressOfCustomer is one address that the customer has now.
func AddressOfCustomer(t *db.Tx, c models.Customer, id string) (models.Address, error) {
	var address models.Address
	err := t.Take(&address, `account_id = ? AND id = ? AND EXISTS (SELECT 1 FROM customer_addresses ca
		WHERE ca.account_id = addresses.account_id AND ca.address_id = addresses.id AND ca.customer_id = ?
			AND ca.removed_at IS NULL)`, c.AccountID, id, c.ID).Error
	return address, db.Wrap(err, "address of a customer")
}

// GiveAddress makes an address the customer's main one of its channel. The one before stays with the
// customer.
func GiveAddress(t *db.Tx, c models.Customer, a models.Address) error {
	row := CustomerAddress{
		CustomerID: c.ID,
		AddressID:  a.ID,
		AccountID:  c.AccountID,
		Channel:    a.Channel,
		Main:       true,
		AddedAt:    t.Now,
	}
	if theirs, known := db.Known[CustomerAddress](t, c.AccountID, ofCustomer(c.ID)); known {
		giveLater(t, row, theirs)
		return Findable(t, c)
	}
	err := t.Model(&CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND channel = ? AND main AND address_id <> ?", c.AccountID,
			c.ID, a.Channel, a.ID).
		Updates(map[string]any{"main": false, "removed_at": t.Now}).Error
	if err != nil {
		return db.Wrap(err, "changing a main address")
	}
	err = t.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "customer_id"}, {Name: "address_id"}},
		DoUpdates: clause.Assignments(map[string]any{"main": true, "removed_at": nil}),
	}).Create(&row).Error
	if err != nil {
		return db.Wrap(err, "giving an address")
	}
	return Findable(t, c)
}

// giveLater does so where the addresses of the customer are known.
func giveLater(t *db.Tx, row CustomerAddress, theirs []CustomerAddress) {
	for _, one := range theirs {
		switch {
		case one.AddressID == row.AddressID:
			row.Label, row.AddedAt = one.Label, one.AddedAt
		case one.Channel == row.Channel && one.Main:
			one.Main, one.RemovedAt = false, &t.Now
			db.Later(t, one.AccountID, one)
		}
	}
	db.Later(t, row.AccountID, row)
}

// Normals are how an address is kept: in its normal form, or as a digest once its customer was erased.
func Normals(t *db.Tx, channel models.Channel, normal string) []string {
	return []string{normal, t.Database.Seal.AddressDigest(channel, normal)}
}

// AddressOf finds the account's row for an address, or makes it. Opt-outs belong to the row, so that the same
// address, however it is spelled and whoever has it, stays opted out. An erased address is found by its
// digest.
func AddressOf(t *db.Tx, accountID string, channel models.Channel,
	value, normal string) (models.Address, error) {
	var a models.Address
	if a, known := knownAs(t, accountID, channel, normal); known {
		if a.ID == "" {
			a = models.Address{
				ID:        models.NewID("adr", t.Now),
				AccountID: accountID,
				Channel:   channel,
				Value:     value,
				Normal:    normal,
				CreatedAt: t.Now,
			}
			addressLater(t, a)
		}
		return a, nil
	}
	find := func() error {
		return t.Where("account_id = ? AND channel = ? AND normal IN ?", accountID, channel,
			Normals(t, channel, normal)).
			Order("normal DESC").Limit(1).Find(&a).Error
	}
	if err := find(); err != nil || a.ID != "" {
		return a, db.Wrap(err, "address")
	}
	row := models.Address{
		ID:        models.NewID("adr", t.Now),
		AccountID: accountID,
		Channel:   channel,
		Value:     value,
		Normal:    normal,
		CreatedAt: t.Now,
	}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return a, db.Wrap(err, "adding an address")
	}
	return a, db.Wrap(find(), "address") // another transaction may have been first
}

// knownAs is the account's row for an address where it is known whether there is one.
func knownAs(t *db.Tx, accountID string, channel models.Channel, normal string) (models.Address, bool) {
	var last models.Address
	for _, kept := range Normals(t, channel, normal) {
		a, known := db.KnownOne[models.Address](t, accountID, written(channel, kept))
		if !known {
			return a, false
		}
		if a.Normal > last.Normal {
			last = a
		}
	}
	return last, true
}

// addressLater has a new address written, of which nothing else can be known.
func addressLater(t *db.Tx, a models.Address) {
	db.Later(t, a.AccountID, a)
	db.Learn[models.Attempt](t, nil, ofAddress(a.ID), queuedTo(a.ID))
	db.Learn[outcome](t, nil, ofAddress(a.ID))
	db.Learn[models.Undelivered](t, nil, readyFor(a.ID))
	db.Learn[CustomerAddress](t, nil, ofAddress(a.ID))
	made := db.KeptIn[madeAddresses](t)
	if *made == nil {
		*made = madeAddresses{}
	}
	(*made)[a.ID] = true
}

// madeAddresses are those that a transaction has made and is going to write.
type madeAddresses map[string]bool

// MadeHere says whether an address was made in this transaction: nothing can be known of it anywhere else.
func MadeHere(t *db.Tx, addressID string) bool { return (*db.KeptIn[madeAddresses](t))[addressID] }

// AddressKnownAs is an address of the account by how it is kept; the zero Address: there is none.
func AddressKnownAs(t *db.Tx, accountID string, channel models.Channel,
	kept ...string) (models.Address, error) {
	for _, normal := range kept {
		a, known := db.KnownOne[models.Address](t, accountID, written(channel, normal))
		if !known {
			err := t.Limit(1).
				Find(&a, "account_id = ? AND channel = ? AND normal IN ?", accountID, channel, kept).Error
			return a, db.Wrap(err, "address")
		}
		if a.ID != "" {
			return a, nil
		}
	}
	return models.Address{}, nil
}

// AddressByID is an address of the account; the zero Address: there is none.
func AddressByID(t *db.Tx, accountID, id string) (models.Address, error) {
	if a, known := db.KnownOne[models.Address](t, accountID, byID(id)); known {
		return a, nil
	}
	var a models.Address
	err := t.Limit(1).Find(&a, "account_id = ? AND id = ?", accountID, id).Error
	return a, db.Wrap(err, "address")
}

// SaveAddress stores what has changed of an address: these columns, where it is not held.
func SaveAddress(t *db.Tx, a models.Address, columns ...any) error {
	if known, held := db.KnownOne[models.Address](t, a.AccountID, byID(a.ID)); held && known.ID != "" &&
		db.Later(t, a.AccountID, a) {
		return nil
	}
	return db.Wrap(
		t.Model(&a).Where("account_id = ?", a.AccountID).Select(columns[0], columns[1:]...).Updates(a).Error,
		"address",
	)
}

// NearlyTheSame is how many letters of an address may differ from one with a spam report to be worth a
// warning.
const NearlyTheSame = 2
