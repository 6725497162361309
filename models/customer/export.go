package customer

import (
	"context"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// CustomerFile is all that the account keeps about one customer, to be given to them. What providers sent
// word for word is left out: it says what the events say, and may name other people.
type CustomerFile struct {
	AsOf          time.Time
	Customer      models.Customer
	Addresses     []FiledAddress
	OptOuts       []models.OptOut
	Consents      []models.Consent
	Suppressions  []models.Suppression
	Requests      []consent.ClearRequest
	Notifications []models.Notification
	Contents      []models.Content
	Notes         []models.Note
	Attempts      []models.Attempt
	Events        []models.Event // without raw bodies; those too that belong to no notification
	History       []models.AuditEntry
}

// FiledAddress is an address that a customer has, or had.
type FiledAddress struct {
	models.Address
	State     string `gorm:"-"`
	Main      bool
	Label     string
	AddedAt   time.Time
	RemovedAt *time.Time
}

// historyInFile is how many lines of the log a file holds at most.
const historyInFile = 10000

// CustomerHistory are the lines of the log about a customer, their addresses, and the entries and requests
// about these, the newest first. An address that has been taken away is the customer's still.
func (s *Store) CustomerHistory(ctx context.Context, a models.Actor, customerID string,
	limit int) ([]models.AuditEntry, error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, err
	}
	objects := []string{customerID}
	var others []string
	const addresses = "(SELECT address_id FROM customer_addresses WHERE account_id = ? AND customer_id = ?)"
	err := s.db.Reading(ctx).Raw(`SELECT address_id FROM customer_addresses WHERE account_id = ?
		AND customer_id = ?
		UNION ALL SELECT id FROM suppressions WHERE account_id = ? AND normal IN (SELECT normal FROM addresses
			WHERE account_id = ? AND id IN `+addresses+`)
		UNION ALL SELECT id FROM clear_requests WHERE account_id = ? AND address_id IN `+addresses,
		a.AccountID, customerID, a.AccountID, a.AccountID, a.AccountID, customerID, a.AccountID, a.AccountID,
		customerID).
		Scan(&others).Error
	if err != nil {
		return nil, db.Wrap(err, "what belongs to a customer")
	}
	return s.people.ActivityOf(ctx, a, append(objects, others...), limit)
}

// CustomerFile reads everything about one customer, and writes that into the log.
func (s *Store) CustomerFile(ctx context.Context, a models.Actor, customerID string) (CustomerFile, error) {
	if err := a.Need(models.Work); err != nil {
		return CustomerFile{}, err
	}
	c, err := s.ledger.Customer(ctx, a, customerID)
	if err != nil {
		return CustomerFile{}, err
	}
	f, t := CustomerFile{AsOf: s.db.Now(), Customer: c}, s.db.ReadTx(ctx)
	if err := fileAddresses(t, &f); err != nil {
		return f, err
	}
	const addresses = "(SELECT address_id FROM customer_addresses WHERE account_id = ? AND customer_id = ?)"
	const notifications = "(SELECT id FROM notifications WHERE account_id = ? AND customer_id = ?)"
	for _, err := range []error{
		t.Where("account_id = ? AND address_id IN "+addresses, c.AccountID, c.AccountID, c.ID).
			Order("given_at").Find(&f.Consents).Error,
		t.Where("account_id = ? AND address_id IN "+addresses, c.AccountID, c.AccountID, c.ID).
			Order("asked_at").Find(&f.Requests).Error,
		t.Where("account_id = ? AND customer_id = ?", c.AccountID, c.ID).Order("sent_at").
			Find(&f.Notifications).Error,
		t.Where("account_id = ? AND notification_id IN "+notifications, c.AccountID, c.AccountID, c.ID).
			Order("created_at").Find(&f.Contents).Error,
		t.Where("account_id = ? AND notification_id IN "+notifications, c.AccountID, c.AccountID, c.ID).
			Order("at").Find(&f.Notes).Error,
		t.Where("account_id = ? AND notification_id IN "+notifications, c.AccountID, c.AccountID, c.ID).
			Order("created_at").Find(&f.Attempts).Error,
		t.Omit("raw").
			Where("account_id = ? AND notification_id <> '' AND notification_id IN "+notifications,
				c.AccountID, c.AccountID, c.ID).Order("occurred_at").Find(&f.Events).Error,
		fileLoose(t, &f),
	} {
		if err != nil {
			return f, db.Wrap(err, "all about a customer")
		}
	}
	if err := s.fileHistory(ctx, a, &f); err != nil {
		return f, err
	}
	return f, s.db.Note(ctx, a, "customer.export", models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
}

// fileAddresses are all addresses that the customer has or had, and what is known against each.
func fileAddresses(t *db.Tx, f *CustomerFile) error {
	err := t.Raw(`SELECT a.*, ca.main, ca.label, ca.added_at, ca.removed_at FROM addresses a
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
		WHERE ca.account_id = ? AND ca.customer_id = ? ORDER BY a.id`, f.Customer.AccountID, f.Customer.ID).
		Scan(&f.Addresses).Error
	if err != nil {
		return db.Wrap(err, "addresses of a customer")
	}
	ids, normals := []string{""}, []string{""}
	for _, one := range f.Addresses {
		ids, normals = append(ids, one.ID), append(normals, one.Normal)
	}
	if err := t.Where("account_id = ? AND address_id IN ?", f.Customer.AccountID, ids).Order("occurred_at").
		Find(&f.OptOuts).Error; err != nil {
		return db.Wrap(err, "opt-outs of a customer")
	}
	err = t.Where("account_id = ? AND normal IN ?", f.Customer.AccountID, normals).Order("listed_at").
		Find(&f.Suppressions).Error
	for i, one := range f.Addresses {
		now := consent.AddressState{Address: one.Address}
		now.Add(
			slices.DeleteFunc(slices.Clone(f.OptOuts),
				func(o models.OptOut) bool { return o.LiftedAt != nil }),
			slices.DeleteFunc(slices.Clone(f.Suppressions),
				func(s models.Suppression) bool { return s.ClearedAt != nil }),
		)
		f.Addresses[i].State = now.State()
	}
	return db.Wrap(err, "suppressions of a customer")
}

// fileLoose adds the events that name an address of the customer and belong to no notification.
func fileLoose(t *db.Tx, f *CustomerFile) error {
	spell := []string{}
	for _, one := range f.Addresses {
		if !one.Erased() {
			spell = append(spell, spellings(one.Address)...)
		}
	}
	if len(spell) == 0 {
		return nil
	}
	var loose []models.Event
	err := t.Omit("raw").
		Where("account_id = ? AND notification_id = '' AND state <> 'due' AND LOWER(recipient) IN ?",
			f.Customer.AccountID, spell).
		Order("occurred_at").Find(&loose).Error
	f.Events = append(f.Events, loose...)
	return err
}

// fileHistory are the lines of the log about the customer and about each of their notifications, the oldest
// first.
func (s *Store) fileHistory(ctx context.Context, a models.Actor, f *CustomerFile) (err error) {
	if f.History, err = s.CustomerHistory(ctx, a, f.Customer.ID, historyInFile); err != nil {
		return err
	}
	ids := make([]string, len(f.Notifications))
	for i, n := range f.Notifications {
		ids[i] = n.ID
	}
	for some := range slices.Chunk(ids, 1000) {
		lines, err := s.people.ActivityOf(ctx, a, some, historyInFile)
		if err != nil {
			return err
		}
		f.History = append(f.History, lines...)
	}
	slices.SortFunc(f.History, func(a, b models.AuditEntry) int { return a.Seq - b.Seq })
	return nil
}

// CustomerNotification is one line of a customer's notifications.
type CustomerNotification struct {
	models.Notification
	Recipient string // of the newest attempt that was not cancelled
}

// CustomerNotifications are a customer's newest notifications, and how many there are.
func (s *Store) CustomerNotifications(ctx context.Context, a models.Actor, customerID string,
	limit int) (rows []CustomerNotification, total int, err error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, 0, err
	}
	err = s.db.Reading(ctx).Raw(`SELECT n.*, (SELECT t.recipient FROM attempts t
		WHERE t.account_id = n.account_id AND t.notification_id = n.id ORDER BY t.outcome = 'cancelled',
			t.number DESC LIMIT 1) AS recipient
		FROM notifications n WHERE n.account_id = ? AND n.customer_id = ?
			ORDER BY n.sent_at DESC, n.id DESC LIMIT ?`, a.AccountID, customerID, limit).Scan(&rows).Error
	if err != nil {
		return nil, 0, db.Wrap(err, "notifications of a customer")
	}
	var n int64
	err = s.db.Reading(ctx).Model(&models.Notification{}).
		Where("account_id = ? AND customer_id = ?", a.AccountID, customerID).Count(&n).Error
	return rows, int(n), db.Wrap(err, "notifications of a customer")
}
