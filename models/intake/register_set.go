package intake

import (
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// loose is an address to which a message failed that nobody has registered.
type loose struct{ AddressID string }

// nothingLoose says whether it is known that no such message went to an address.
func nothingLoose(t *db.Tx, account, addressID string) bool {
	if ledger.MadeHere(t, addressID) {
		return true
	}
	found, known := db.Known[loose](t, account, "to:"+addressID)
	return known && len(found) == 0
}

// registeringAhead knows all that registrations may touch, in a number of statements that does not grow with
// theirs.
func registeringAhead(t *db.Tx, account models.Account, through []models.Connection,
	all []Registration) error {
	a := &asked{account: account.ID, normals: map[models.Channel][]string{}}
	write := func(channel models.Channel, typed string) {
		if typed != "" {
			_, normal := models.Loosely(channel, typed, account.Country)
			a.normals[channel] = append(a.normals[channel], ledger.Normals(t, channel, normal)...)
		}
	}
	for i, r := range all {
		if r.Ref != "" {
			a.notifications = append(a.notifications, refs(t, r.Ref)...)
		}
		a.connections, a.messages, a.headers = with(a.connections, through[i].ID), with(a.messages,
			r.ProviderMessageID), with(a.headers, r.MessageID)
		a.customers = with(a.customers, r.Customer.Ref)
		write(r.Channel, r.To)
		write(models.Email, r.Customer.Email)
		write(models.SMS, r.Customer.Phone)
	}
	a.once()
	return t.ReadAhead(account.ID, func() error {
		ledger.BeginAhead(t)
		consent.BeginAhead(t)
		db.Sets(t, eventKeys)
		db.Sets(t, func(l *loose) []string { return []string{l.AddressID, "to:" + l.AddressID} })
		return a.readRegistered(t)
	}, ledger.WriteAhead, consent.WriteAhead, writeMarks)
}

func (a *asked) readRegistered(t *db.Tx) error {
	named, _, err := a.match(t)
	if err != nil {
		return err
	}
	for _, n := range named {
		a.ids = append(a.ids, n.ID)
	}
	if err := ledger.HoldAhead(t, a.account, a.ids, a.notifications); err != nil {
		return err
	}
	addresses, err := ledger.AddressesAhead(t, a.account, nil, a.normals)
	if err != nil {
		return err
	}
	var ids []string
	for _, one := range addresses {
		ids = append(ids, one.ID)
	}
	customers, err := ledger.CustomersAhead(t, a.account, a.customers)
	if err != nil {
		return err
	}
	if err := ledger.HoldersAhead(t, a.account, set(ids), customers); err != nil {
		return err
	}
	if err := a.readLoose(t, ids); err != nil {
		return err
	}
	return a.readWaiting(t)
}

func (a *asked) readLoose(t *db.Tx, addresses []string) error {
	if len(addresses) == 0 {
		return nil
	}
	var found []loose
	err := t.Raw(`SELECT DISTINCT a.address_id FROM attempts a
		JOIN notifications n ON n.account_id = a.account_id AND n.id = a.notification_id
		WHERE a.account_id = ? AND ? AND n.origin = ?
			AND n.ref = ''`, a.account, t.Among("a.address_id", addresses), models.OriginEvent).
		Scan(&found).Error
	var whole []string
	for _, id := range addresses {
		whole = append(whole, "to:"+id)
	}
	db.Learn(t, found, whole...)
	return db.Wrap(err, "failures reported before")
}
