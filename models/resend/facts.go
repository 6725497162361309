package resend

import (
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// facts are what the guards ask about notifications of one account on one channel. They are read together,
// one statement a table whether it is one notification or a page of them, so that a list is told by the
// guards themselves.
type facts struct {
	t        *db.Tx
	attempts map[string][]models.Attempt     // by notification
	main     map[string]models.Address       // by customer
	optOuts  map[string][]models.OptOut      // by address, also those that were lifted
	entries  map[string][]models.Suppression // by normal address, also those that were cleared
	kept     map[string]kept                 // by notification
	asked    map[string][]time.Time          // by address, the resends of the last day
	sending  []models.Connection             // that send, in their order
	hour     []time.Time                     // the resends of the account's last hour, when they are too many
	account  models.Account
	erased   map[string]bool // customers
}

// kept is what is left of a text.
type kept struct{ Plain, HTML bool }

func readFacts(t *db.Tx, accountID string, all []models.Notification,
	channel models.Channel) (*facts, error) {
	f := &facts{
		t:        t,
		attempts: map[string][]models.Attempt{},
		main:     map[string]models.Address{},
		optOuts:  map[string][]models.OptOut{},
		entries:  map[string][]models.Suppression{},
		kept:     map[string]kept{},
		erased:   map[string]bool{},
		asked:    map[string][]time.Time{},
	}
	var ids, customers []string
	for _, n := range all {
		ids, customers = append(ids, n.ID), append(customers, n.CustomerID)
	}
	for _, read := range []func() error{
		func() error { return f.readAttempts(accountID, ids) },
		func() error { return f.readAddresses(accountID, customers, channel) },
		func() error { return f.readErased(accountID, customers) },
		func() error { return f.readKept(accountID, ids) },
		func() error { return f.readHour(accountID) },
		func() error { return db.Wrap(t.Take(&f.account, "id = ?", accountID).Error, "account") },
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	var err error
	f.sending, err = sendingConnections(t, accountID)
	return f, err
}

func (f *facts) readAttempts(accountID string, ids []string) error {
	var all []models.Attempt
	err := f.t.Where("account_id = ? AND notification_id IN ?", accountID, ids).
		Order("notification_id, number").Find(&all).Error
	for _, a := range all {
		f.attempts[a.NotificationID] = append(f.attempts[a.NotificationID], a)
	}
	return db.Wrap(err, "attempts")
}

// readAddresses reads the main addresses, and what holds or has held against them.
func (f *facts) readAddresses(accountID string, customers []string, channel models.Channel) error {
	var all []struct {
		models.Address
		CustomerID string
	}
	err := f.t.Raw(`SELECT a.*, c.customer_id FROM customer_addresses c
		JOIN addresses a ON a.account_id = c.account_id AND a.id = c.address_id
		WHERE c.account_id = ? AND c.customer_id IN ? AND c.channel = ?
			AND c.main`, accountID, customers, channel).
		Scan(&all).Error
	if err != nil || len(all) == 0 {
		return db.Wrap(err, "main addresses")
	}
	var ids, normals []string
	for _, row := range all {
		f.main[row.CustomerID] = row.Address
		ids, normals = append(ids, row.Address.ID), append(normals, row.Address.Normal)
	}
	if err := f.readHeld(accountID, ids, normals); err != nil {
		return err
	}
	return f.readAsked(accountID, ids)
}

func (f *facts) readHeld(accountID string, ids, normals []string) error {
	var optOuts []models.OptOut
	if err := f.t.Where("account_id = ? AND address_id IN ?", accountID,
		ids).Order("occurred_at").Find(&optOuts).Error; err != nil {
		return db.Wrap(err, "opt-outs")
	}
	for _, o := range optOuts {
		f.optOuts[o.AddressID] = append(f.optOuts[o.AddressID], o)
	}
	var entries []models.Suppression
	err := f.t.Where("account_id = ? AND normal IN ?", accountID, normals).Order("listed_at").Find(&entries).
		Error
	for _, entry := range entries {
		f.entries[entry.Normal] = append(f.entries[entry.Normal], entry)
	}
	return db.Wrap(err, "suppressions")
}

func (f *facts) readAsked(accountID string, ids []string) error {
	var all []struct {
		AddressID string
		AskedAt   time.Time
	}
	err := f.resends(accountID, 24*time.Hour).Where("address_id IN ?", ids).Order("asked_at").
		Select("address_id", "asked_at").Find(&all).Error
	for _, row := range all {
		f.asked[row.AddressID] = append(f.asked[row.AddressID], row.AskedAt)
	}
	return db.Wrap(err, "limits")
}

func (f *facts) readErased(accountID string, customers []string) error {
	var ids []string
	err := f.t.Model(&models.Customer{}).
		Where("account_id = ? AND id IN ? AND erased_at IS NOT NULL", accountID, customers).Pluck("id", &ids).
		Error
	for _, id := range ids {
		f.erased[id] = true
	}
	return db.Wrap(err, "erased customers")
}

func (f *facts) readKept(accountID string, ids []string) error {
	var all []struct {
		NotificationID string
		Plain, HTML    bool
	}
	err := f.t.Raw(`SELECT notification_id, text <> '' AS plain, html <> '' AS html FROM contents
		WHERE account_id = ? AND notification_id IN ?`, accountID, ids).Scan(&all).Error
	for _, row := range all {
		f.kept[row.NotificationID] = kept{row.Plain, row.HTML}
	}
	return db.Wrap(err, "texts that are kept")
}

// resends are the account's hand-overs that people asked for, as far back as a limit looks.
func (f *facts) resends(accountID string, within time.Duration) *gorm.DB {
	return f.t.Model(&models.Attempt{}).Where("account_id = ?", accountID).
		Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?", f.t.Now.Add(-within))
}

// readHour reads the account's resends of the last hour, as far as the limit.
func (f *facts) readHour(accountID string) error {
	return db.Wrap(
		f.resends(accountID, time.Hour).Order("asked_at").Limit(f.t.Database.Limits().PerHour).
			Pluck("asked_at", &f.hour).
			Error,
		"limits",
	)
}
