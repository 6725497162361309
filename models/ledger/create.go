package ledger

import (
	"cmp"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Unnamed is called a customer of whom only the digest of an address is known.
const Unnamed = "Customer of an erased address"

// TitleOf names what we know nothing more of.
var TitleOf = map[models.Channel]string{models.Email: "Email", models.SMS: "Text message"}

// HoldConnection keeps registering and discovering one message apart: registrations share it, a discovery
// owns it.
func HoldConnection(t *db.Tx, id, strength string) error {
	var c models.Connection
	err := t.Clauses(clause.Locking{Strength: strength}).Select("id").Take(&c, "id = ?", id).Error
	return db.Wrap(err, "connection")
}

func AccountByID(t *db.Tx, id string) (models.Account, error) {
	var account models.Account
	err := t.Take(&account, "id = ?", id).Error
	return account, db.Wrap(err, "account")
}

// CustomerWith is the customer who has an address, or a new one who is named after it. Who was erased has
// nothing any more: what is sent to the address after that is somebody's of whom nothing is known, and who
// can be erased too.
func CustomerWith(t *db.Tx, account models.Account, a models.Address) (models.Customer, error) {
	var c models.Customer
	err := t.Raw(`SELECT c.* FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND c.erased_at IS NULL
			ORDER BY ca.main DESC, ca.added_at DESC LIMIT 1`, account.ID, a.ID).Scan(&c).Error
	if err != nil || c.ID != "" {
		return c, db.Wrap(err, "customer of an address")
	}
	c = models.Customer{Name: cmp.Or(a.Value, Unnamed)}
	if err := CreateCustomer(t, account, &c); err != nil {
		return c, err
	}
	return c, GiveAddress(t, c, a)
}

func CreateCustomer(t *db.Tx, account models.Account, c *models.Customer) error {
	c.ID, c.AccountID, c.SortName, c.Version = models.NewID("cus", t.Now), account.ID, SortName(c.Name), 1
	c.CreatedAt, c.UpdatedAt = t.Now, t.Now
	if err := t.Create(c).Error; err != nil {
		return db.Wrap(err, "adding a customer")
	}
	return Findable(t, *c)
}

// CreateNotification stores a notification with its first attempt and content, and counts it as sent.
func CreateNotification(t *db.Tx, n *models.Notification, a *models.Attempt, c *models.Content) error {
	if err := t.Create(n).Error; err != nil {
		return db.Wrap(err, "adding a notification")
	}
	if err := t.Create(a).Error; err != nil {
		return db.Wrap(err, "adding an attempt")
	}
	if c != nil {
		c.NotificationID, c.AccountID, c.CreatedAt = n.ID, n.AccountID, n.SentAt
		if err := t.Create(c).Error; err != nil {
			return db.Wrap(err, "keeping the content")
		}
	}
	return countSent(t, *n, 1, 0)
}
