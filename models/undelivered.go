package models

import (
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// Undelivered is one row of the report: what a page shows, copied together so that it reads one table.
type Undelivered struct {
	ID           string `gorm:"primaryKey"` // of the notification
	AccountID    string `gorm:"primaryKey"`
	Channel      Channel
	Status       Status
	Reason       string
	State        NotificationState
	FailedAt     time.Time
	Day          string // of FailedAt, in the account's zone
	Title        string
	Kind         string
	DueAt        *time.Time
	CustomerID   string
	CustomerRef  string
	CustomerName string
	SortName     string
	AddressID    string
	Recipient    string
	Domain       string
	ConnectionID string
	OurSide      bool // sender or provider has to act
	Tries        int
	Returned     bool
	NewAddress   bool   // the customer has another address now than the one that failed
	Suggestion   string // what the address was probably meant to be
	AssignedTo   string
	SnoozedUntil *time.Time
	OnHold       bool
	Ready        bool // what kept it from going out is cleared: it can be sent again
	Search       string
	LeftAt       *time.Time // nil: on the report and in the number
	LeftWhy      string     // waiting, delivered, presumed, cleared
	Outcome      string     // how it ended, of what was cleared
}

// TableName is the table's name.
func (Undelivered) TableName() string { return "undelivered" }

// syncRow brings the row of the report in line with the notification, and the counters with the row.
func (t *tx) syncRow(n *Notification, attempts []Attempt) error {
	if _, err := t.placeOf(n.AccountID); err != nil {
		return err // before the row is read: a change of zone moves it to another day
	}
	var old Undelivered
	if err := t.Limit(1).Find(&old, "account_id = ? AND id = ?", n.AccountID, n.ID).Error; err != nil {
		return found(err, "row of the report")
	}
	if n.FirstFailedAt == nil && old.ID == "" {
		return nil
	}
	if old.ID == "" {
		if err := t.shareCustomer(n.AccountID, n.CustomerID); err != nil {
			return err
		}
	}
	row, err := t.rowOf(n, attempts)
	if err != nil {
		return err
	}
	if old.ID != "" && old.LeftAt != nil && row.LeftAt != nil && old.LeftWhy == row.LeftWhy {
		row.LeftAt = old.LeftAt
	}
	if old.ID != "" {
		t.countRow(old, -1)
	}
	t.countRow(row, 1)
	return found(t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error, "saving a row of the report")
}

// shareCustomer keeps edits of a customer away until a new row of the report is there for them to see: otherwise the row
// would keep a name that was changed in between.
func (t *tx) shareCustomer(accountID, id string) error {
	var c Customer
	return found(t.Clauses(clause.Locking{Strength: "SHARE"}).Select("id").
		Take(&c, "account_id = ? AND id = ?", accountID, id).Error, "customer")
}

func (t *tx) rowOf(n *Notification, attempts []Attempt) (Undelivered, error) {
	c, account, err := t.customerAndAccount(n)
	if err != nil {
		return Undelivered{}, err
	}
	failing := failing(n, attempts)
	reason, _ := ReasonByID(n.Reason)
	status := n.Status
	if status == "" {
		status = NotDelivered
	}
	row := Undelivered{
		ID: n.ID, AccountID: n.AccountID, Channel: n.Channel, Status: status, Reason: n.Reason, State: n.State,
		FailedAt: n.DecidedAt, Day: dayOf(n.DecidedAt, account.Location()), Title: n.Title, Kind: n.Kind, DueAt: n.DueAt,
		CustomerID: n.CustomerID, CustomerRef: c.Ref, CustomerName: c.Name, SortName: c.SortName,
		AddressID: failing.AddressID, Recipient: failing.Recipient, Domain: domainOf(n.Channel, strings.ToLower(failing.Recipient)),
		ConnectionID: failing.ConnectionID, OurSide: reason.OurSide(), Tries: n.Tries, Returned: n.Returned,
		AssignedTo: n.AssignedTo, SnoozedUntil: n.SnoozedUntil, OnHold: n.OnHold, Ready: n.ready(),
	}
	row.Search = searchText(c.Name, c.Ref, row.Recipient, n.Title)
	if !n.State.OnReport() {
		row.LeftAt, row.LeftWhy = &t.now, string(n.State)
	}
	if n.State == StateCleared {
		row.Outcome = n.Outcome
	}
	return row, t.hints(&row, n)
}

// failing is the attempt that the row is about: the one that failed last, else the newest.
func failing(n *Notification, attempts []Attempt) Attempt {
	if a, ok := lastFailure(attempts); ok && n.State != StateUnknown {
		return a
	}
	if len(attempts) == 0 {
		return Attempt{}
	}
	return attempts[len(attempts)-1]
}

// hints says whether the customer has a new address, and what a mistyped one was probably meant to be.
func (t *tx) hints(row *Undelivered, n *Notification) error {
	main, err := t.mainAddress(n.AccountID, n.CustomerID, n.Channel)
	if err != nil {
		return err
	}
	row.NewAddress = main.ID != "" && main.ID != row.AddressID
	if !row.NewAddress && row.Channel == Email && row.Status.Info().Family == FixAddress {
		row.Suggestion, err = t.suggestionFor(n.AccountID, row.Recipient)
	}
	return err
}

func (t *tx) customerAndAccount(n *Notification) (Customer, Account, error) {
	var c Customer
	if err := t.Take(&c, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
		return c, Account{}, found(err, "customer")
	}
	account, err := t.placeOf(n.AccountID)
	return c, account, err
}

// refreshRows brings the rows of the report of a customer up to date with name and addresses, each held.
func (t *tx) refreshRows(c Customer) error {
	var ids []string
	if err := t.Model(&Undelivered{}).Where("account_id = ? AND customer_id = ?", c.AccountID, c.ID).
		Order("id").Pluck("id", &ids).Error; err != nil {
		return found(err, "rows of a customer")
	}
	for _, id := range ids {
		n, err := t.lockNotification(c.AccountID, id)
		if err != nil {
			return err
		}
		var attempts []Attempt
		if err := t.Where("account_id = ? AND notification_id = ?", c.AccountID, id).Order("number").
			Find(&attempts).Error; err != nil {
			return found(err, "attempts")
		}
		if err := t.syncRow(&n, attempts); err != nil {
			return err
		}
	}
	return nil
}
