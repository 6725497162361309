package models

import (
	"context"
	"slices"
	"time"
)

// CustomerFile is all that the account keeps about one customer, to be given to them.
type CustomerFile struct {
	AsOf          time.Time
	Customer      Customer
	Addresses     []Address
	OptOuts       []OptOut
	Consents      []Consent
	Suppressions  []Suppression
	Requests      []ClearRequest
	Notifications []Notification
	Contents      []Content
	Notes         []Note
	Attempts      []Attempt
	Events        []Event // without raw bodies
	History       []AuditEntry
}

// historyInFile is how many lines of the log a file holds at most.
const historyInFile = 10000

// CustomerHistory are the lines of the log about a customer, their addresses, and the entries and requests about
// these, the newest first. An address that has been taken away is the customer's still.
func (s *Store) CustomerHistory(ctx context.Context, a Actor, customerID string, limit int) ([]AuditEntry, error) {
	if _, err := s.Customer(ctx, a, customerID); err != nil {
		return nil, err
	}
	objects := []string{customerID}
	var others []string
	const addresses = "(SELECT address_id FROM customer_addresses WHERE customer_id = ?)"
	err := s.reading(ctx).Raw(`SELECT address_id FROM customer_addresses WHERE customer_id = ?
		UNION ALL SELECT id FROM suppressions WHERE account_id = ? AND normal IN (SELECT normal FROM addresses WHERE id IN `+addresses+`)
		UNION ALL SELECT id FROM clear_requests WHERE account_id = ? AND address_id IN `+addresses,
		customerID, a.AccountID, customerID, a.AccountID, customerID).Scan(&others).Error
	if err != nil {
		return nil, found(err, "what belongs to a customer")
	}
	return s.ActivityOf(ctx, a, append(objects, others...), limit)
}

// CustomerFile reads everything about one customer, and writes that into the log.
func (s *Store) CustomerFile(ctx context.Context, a Actor, customerID string) (CustomerFile, error) {
	if err := a.need(Work); err != nil {
		return CustomerFile{}, err
	}
	c, err := s.Customer(ctx, a, customerID)
	if err != nil {
		return CustomerFile{}, err
	}
	f, t := CustomerFile{AsOf: s.now(), Customer: c}, s.looking(ctx)
	const addresses = "(SELECT address_id FROM customer_addresses WHERE customer_id = ?)"
	const notifications = "(SELECT id FROM notifications WHERE customer_id = ?)"
	for _, err := range []error{
		t.Where("id IN "+addresses, c.ID).Order("id").Find(&f.Addresses).Error,
		t.Where("address_id IN "+addresses, c.ID).Order("occurred_at").Find(&f.OptOuts).Error,
		t.Where("address_id IN "+addresses, c.ID).Order("given_at").Find(&f.Consents).Error,
		t.Where("address_id IN "+addresses, c.ID).Order("listed_at").Find(&f.Suppressions).Error,
		t.Where("address_id IN "+addresses, c.ID).Order("asked_at").Find(&f.Requests).Error,
		t.Where("customer_id = ?", c.ID).Order("sent_at").Find(&f.Notifications).Error,
		t.Where("notification_id IN "+notifications, c.ID).Order("created_at").Find(&f.Contents).Error,
		t.Where("notification_id IN "+notifications, c.ID).Order("at").Find(&f.Notes).Error,
		t.Where("notification_id IN "+notifications, c.ID).Order("created_at").Find(&f.Attempts).Error,
		t.Omit("raw").Where("notification_id IN "+notifications, c.ID).Order("occurred_at").Find(&f.Events).Error,
	} {
		if err != nil {
			return f, found(err, "all about a customer")
		}
	}
	if f.History, err = s.CustomerHistory(ctx, a, customerID, historyInFile); err != nil {
		return f, err
	}
	slices.Reverse(f.History)
	return f, s.Note(ctx, a, "customer.export", AuditEntry{ObjectKind: "customer", ObjectID: c.ID})
}

// CustomerNotification is one line of a customer's notifications.
type CustomerNotification struct {
	Notification
	Recipient string // of the newest attempt
}

// CustomerNotifications are a customer's newest notifications, and how many there are.
func (s *Store) CustomerNotifications(ctx context.Context, a Actor, customerID string, limit int) (rows []CustomerNotification, total int, err error) {
	if _, err := s.Customer(ctx, a, customerID); err != nil {
		return nil, 0, err
	}
	err = s.reading(ctx).Raw(`SELECT n.*, (SELECT t.recipient FROM attempts t WHERE t.notification_id = n.id ORDER BY t.number DESC LIMIT 1) AS recipient
		FROM notifications n WHERE n.customer_id = ? ORDER BY n.sent_at DESC, n.id DESC LIMIT ?`, customerID, limit).Scan(&rows).Error
	if err != nil {
		return nil, 0, found(err, "notifications of a customer")
	}
	var n int64
	err = s.reading(ctx).Model(&Notification{}).Where("customer_id = ?", customerID).Count(&n).Error
	return rows, int(n), found(err, "notifications of a customer")
}
