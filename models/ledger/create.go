package ledger

import (
	"cmp"
	"slices"

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
	if (*db.KeptIn[heldConnections](t))[id+strength] {
		return nil
	}
	var c models.Connection
	err := t.Clauses(clause.Locking{Strength: strength}).Select("id").Take(&c, "id = ?", id).Error
	if err != nil {
		return db.Wrap(err, "connection")
	}
	return t.Unlearn() // what was known before the wait may be out of date
}

// heldConnections are those that a transaction holds, with how strongly.
type heldConnections map[string]bool

// HoldConnections holds several, always in the same order.
func HoldConnections(t *db.Tx, ids []string, strength string) error {
	var rows []models.Connection
	if err := t.Clauses(clause.Locking{Strength: strength}).Select("id").Where(t.Among("id",
		ids)).Order("id").Find(&rows).Error; err != nil {
		return db.Wrap(err, "connections")
	}
	held := db.KeptIn[heldConnections](t)
	if *held == nil {
		*held = heldConnections{}
	}
	for _, c := range rows {
		(*held)[c.ID+strength] = true
	}
	return nil
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
	if c, known := knownHolder(t, account.ID, a.ID); known {
		if c.ID != "" {
			return c, nil
		}
		return newHolder(t, account, a)
	}
	err := t.Raw(`SELECT c.* FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND c.erased_at IS NULL
			ORDER BY ca.main DESC, ca.added_at DESC LIMIT 1`, account.ID, a.ID).Scan(&c).Error
	if err != nil || c.ID != "" {
		return c, db.Wrap(err, "customer of an address")
	}
	return newHolder(t, account, a)
}

func newHolder(t *db.Tx, account models.Account, a models.Address) (models.Customer, error) {
	c := models.Customer{Name: cmp.Or(a.Value, Unnamed)}
	if err := CreateCustomer(t, account, &c); err != nil {
		return c, err
	}
	return c, GiveAddress(t, c, a)
}

// holders are the customers who have an address, or have had it, and are not erased; main ones first, then
// the newest.
func holders(t *db.Tx, accountID, addressID string) (all []models.Customer, known bool) {
	rows, known := db.Known[CustomerAddress](t, accountID, ofAddress(addressID))
	slices.SortStableFunc(rows, func(a, b CustomerAddress) int {
		if a.Main != b.Main {
			return map[bool]int{true: -1, false: 1}[a.Main]
		}
		return b.AddedAt.Compare(a.AddedAt)
	})
	for _, h := range rows {
		c, there := db.KnownOne[models.Customer](t, accountID, byID(h.CustomerID))
		if known = known && there; c.ErasedAt == nil && c.ID != "" {
			all = append(all, c)
		}
	}
	return all, known
}

// CustomerCalled is the customer by the business's own name for them, else of an address by their name; the
// zero Customer: there is none.
func CustomerCalled(t *db.Tx, accountID, ref, name string, to models.Address) (c models.Customer, err error) {
	if ref != "" {
		if c, known := db.KnownOne[models.Customer](t, accountID, withRef(ref)); known {
			return c, nil
		}
		err = t.Limit(1).Find(&c, "account_id = ? AND ref = ? AND ref <> ''", accountID, ref).Error
		return c, db.Wrap(err, "customer")
	}
	if all, known := holders(t, accountID, to.ID); known {
		for _, one := range all {
			if one.SortName == SortName(name) {
				return one, nil
			}
		}
		return c, nil
	}
	err = t.Raw(`SELECT c.* FROM customers c
		JOIN customer_addresses ca ON ca.account_id = c.account_id AND ca.customer_id = c.id
		WHERE ca.account_id = ? AND ca.address_id = ? AND c.sort_name = ?
			AND c.erased_at IS NULL LIMIT 1`, accountID, to.ID, SortName(name)).Scan(&c).Error
	return c, db.Wrap(err, "customer")
}

func knownHolder(t *db.Tx, accountID, addressID string) (c models.Customer, known bool) {
	all, known := holders(t, accountID, addressID)
	if len(all) > 0 {
		c = all[0]
	}
	return c, known
}

func CreateCustomer(t *db.Tx, account models.Account, c *models.Customer) error {
	c.ID, c.AccountID, c.SortName, c.Version = models.NewID("cus", t.Now), account.ID, SortName(c.Name), 1
	c.CreatedAt, c.UpdatedAt = t.Now, t.Now
	if db.Later(t, c.AccountID, *c) {
		db.Learn[CustomerAddress](t, nil, ofCustomer(c.ID))
	} else if err := t.Create(c).Error; err != nil {
		return db.Wrap(err, "adding a customer")
	}
	return Findable(t, *c)
}

// CreateNotification stores a notification with its first attempt and content, and counts it as sent.
func CreateNotification(t *db.Tx, n *models.Notification, a *models.Attempt, c *models.Content) error {
	if db.Later(t, n.AccountID, *n) {
		db.Learn[models.Attempt](t, nil, ofNotification(n.ID))
		db.Learn[models.Event](t, nil, ofNotification(n.ID))
		db.Learn[models.Undelivered](t, nil, byID(n.ID))
	} else if err := t.Create(n).Error; err != nil {
		return db.Wrap(err, "adding a notification")
	}
	if !db.Later(t, a.AccountID, *a) {
		if err := t.Create(a).Error; err != nil {
			return db.Wrap(err, "adding an attempt")
		}
	}
	if c != nil {
		c.NotificationID, c.AccountID, c.CreatedAt = n.ID, n.AccountID, n.SentAt
		if !db.Later(t, c.AccountID, *c) {
			if err := t.Create(c).Error; err != nil {
				return db.Wrap(err, "keeping the content")
			}
		}
	}
	return countSent(t, *n, 1, 0)
}
