package models

import "gorm.io/gorm/clause"

// lendAddress gives the customer an address that is not the main one.
func (t *tx) lendAddress(c Customer, a Address) error {
	var known int64
	held := t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID)
	if err := held.Count(&known).Error; err != nil {
		return found(err, "addresses of a customer")
	}
	if known == 0 {
		row := customerAddress{CustomerID: c.ID, AddressID: a.ID, AccountID: c.AccountID, Channel: a.Channel, AddedAt: t.now}
		if err := t.Create(&row).Error; err != nil {
			return found(err, "giving an address")
		}
		return t.findable(c)
	}
	return found(t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID).
		Update("removed_at", nil).Error, "giving an address back")
}

func (t *tx) takeAddress(c Customer, a Address) error {
	err := t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND address_id = ?", c.AccountID, c.ID, a.ID).
		Updates(map[string]any{"main": false, "removed_at": t.now}).Error
	return found(err, "taking an address away")
}

// addressOfCustomer is one address that the customer has now.
func (t *tx) addressOfCustomer(c Customer, id string) (Address, error) {
	var address Address
	err := t.Take(&address, `account_id = ? AND id = ? AND EXISTS (SELECT 1 FROM customer_addresses ca
		WHERE ca.account_id = addresses.account_id AND ca.address_id = addresses.id AND ca.customer_id = ?
			AND ca.removed_at IS NULL)`, c.AccountID, id, c.ID).Error
	return address, found(err, "address of a customer")
}

// giveAddress makes an address the customer's main one of its channel. The one before stays with the customer.
func (t *tx) giveAddress(c Customer, a Address) error {
	err := t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND channel = ? AND main AND address_id <> ?", c.AccountID, c.ID, a.Channel, a.ID).
		Updates(map[string]any{"main": false, "removed_at": t.now}).Error
	if err != nil {
		return found(err, "changing a main address")
	}
	row := customerAddress{CustomerID: c.ID, AddressID: a.ID, AccountID: c.AccountID, Channel: a.Channel, Main: true, AddedAt: t.now}
	err = t.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "account_id"}, {Name: "customer_id"}, {Name: "address_id"}},
		DoUpdates: clause.Assignments(map[string]any{"main": true, "removed_at": nil}),
	}).Create(&row).Error
	if err != nil {
		return found(err, "giving an address")
	}
	return t.findable(c)
}
