package models

import (
	"cmp"

	"gorm.io/gorm/clause"
)

// discover makes a notification of a failure that nobody registered: a message of a system that we do not know yet.
// When the business registers it later, the two become one (Register).
func (t *tx) discover(e *Event) (Attempt, error) {
	if err := t.holdConnection(e.ConnectionID, "UPDATE"); err != nil {
		return Attempt{}, err
	}
	if attempt, err := t.match(e); err != nil || attempt.ID != "" {
		return attempt, err // another instance was first
	}
	account, err := t.accountByID(e.AccountID)
	if err != nil {
		return Attempt{}, err
	}
	value, normal := loosely(e.Channel, e.Recipient, account.Country)
	address, err := t.addressOf(e.AccountID, e.Channel, value, normal)
	if err != nil {
		return Attempt{}, err
	}
	customer, err := t.customerWith(account, address)
	if err != nil {
		return Attempt{}, err
	}
	n := Notification{
		ID: newID("ntf", t.now), AccountID: e.AccountID, Origin: OriginEvent, CustomerID: customer.ID, Channel: e.Channel,
		Title: titleOf[e.Channel], ConnectionID: e.ConnectionID, State: StatePending, DecidedAt: e.OccurredAt, AddressID: address.ID,
		Tries: 1, Version: 1, SentAt: e.OccurredAt, CreatedAt: t.now, UpdatedAt: t.now,
	}
	attempt := Attempt{
		ID: newID("att", t.now), NotificationID: n.ID, AccountID: n.AccountID, Channel: n.Channel, ConnectionID: e.ConnectionID,
		AddressID: address.ID, Recipient: address.Value, OwnState: AttemptAccepted, OwnAt: e.OccurredAt, Outcome: AttemptAccepted,
		DecidedAt: e.OccurredAt, ProviderMessageID: e.ProviderMessageID, MessageID: e.MessageID, AskedAt: e.OccurredAt, CreatedAt: e.OccurredAt,
	}
	if err := t.createNotification(&n, &attempt, nil); err != nil {
		return attempt, err
	}
	return attempt, t.rematchRegistered(Notification{AccountID: n.AccountID, Ref: e.NotificationRef}, attempt)
}

// unnamed is called a customer of whom only the digest of an address is known.
const unnamed = "Customer of an erased address"

// titleOf names what we know nothing more of.
var titleOf = map[Channel]string{Email: "Email", SMS: "Text message"}

// holdConnection keeps registering and discovering one message apart: registrations share it, a discovery owns it.
func (t *tx) holdConnection(id, strength string) error {
	var c Connection
	err := t.Clauses(clause.Locking{Strength: strength}).Select("id").Take(&c, "id = ?", id).Error
	return found(err, "connection")
}

func (t *tx) accountByID(id string) (Account, error) {
	var account Account
	err := t.Take(&account, "id = ?", id).Error
	return account, found(err, "account")
}

// customerWith is the customer who has an address, or a new one who is named after it. Who was erased has nothing any
// more: what is sent to the address after that is somebody's of whom nothing is known, and who can be erased too.
func (t *tx) customerWith(account Account, a Address) (Customer, error) {
	var c Customer
	err := t.Raw(`SELECT c.* FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND c.erased_at IS NULL
			ORDER BY ca.main DESC, ca.added_at DESC LIMIT 1`, account.ID, a.ID).Scan(&c).Error
	if err != nil || c.ID != "" {
		return c, found(err, "customer of an address")
	}
	c = Customer{Name: cmp.Or(a.Value, unnamed)}
	if err := t.createCustomer(account, &c); err != nil {
		return c, err
	}
	return c, t.giveAddress(c, a)
}

func (t *tx) createCustomer(account Account, c *Customer) error {
	c.ID, c.AccountID, c.SortName, c.Version = newID("cus", t.now), account.ID, sortName(c.Name), 1
	c.CreatedAt, c.UpdatedAt = t.now, t.now
	if err := t.Create(c).Error; err != nil {
		return found(err, "adding a customer")
	}
	return t.findable(*c)
}

// createNotification stores a notification with its first attempt and content, and counts it as sent.
func (t *tx) createNotification(n *Notification, a *Attempt, c *Content) error {
	if err := t.Create(n).Error; err != nil {
		return found(err, "adding a notification")
	}
	if err := t.Create(a).Error; err != nil {
		return found(err, "adding an attempt")
	}
	if c != nil {
		c.NotificationID, c.AccountID, c.CreatedAt = n.ID, n.AccountID, n.SentAt
		if err := t.Create(c).Error; err != nil {
			return found(err, "keeping the content")
		}
	}
	return t.countSent(*n, 1, 0)
}
