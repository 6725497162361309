package ledger

import (
	"strings"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// syncRow brings the row of the report in line with the notification, and the counters with the row.
func syncRow(t *db.Tx, n *models.Notification, attempts []models.Attempt) error {
	if _, err := PlaceOf(t, n.AccountID); err != nil {
		return err // before the row is read: a change of zone moves it to another day
	}
	old, known := db.KnownOne[models.Undelivered](t, n.AccountID, byID(n.ID))
	if !known {
		if err := t.Limit(1).Find(&old, "account_id = ? AND id = ?", n.AccountID, n.ID).Error; err != nil {
			return db.Wrap(err, "row of the report")
		}
	}
	if n.FirstFailedAt == nil && old.ID == "" {
		return nil
	}
	if old.ID == "" {
		if err := shareCustomer(t, n.AccountID, n.CustomerID); err != nil {
			return err
		}
	}
	row, err := rowOf(t, n, attempts)
	if err != nil {
		return err
	}
	if old.ID != "" && old.LeftAt != nil && row.LeftAt != nil && old.LeftWhy == row.LeftWhy {
		row.LeftAt = old.LeftAt
	}
	if old.ID != "" {
		CountRow(t, old, -1)
	}
	CountRow(t, row, 1)
	if db.Later(t, row.AccountID, row) {
		return nil
	}
	return db.Wrap(t.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error,
		"saving a row of the report")
}

// shareCustomer keeps edits of a customer away until a new row of the report is there for them to see:
// otherwise the row would keep a name that was changed in between.
func shareCustomer(t *db.Tx, accountID, id string) error {
	if c, shared := db.KnownOne[models.Customer](t, accountID, byID(id)); shared && c.ID != "" {
		return nil
	}
	var c models.Customer
	return db.Wrap(t.Clauses(clause.Locking{Strength: "SHARE"}).Select("id").
		Take(&c, "account_id = ? AND id = ?", accountID, id).Error, "customer")
}

func rowOf(t *db.Tx, n *models.Notification, attempts []models.Attempt) (models.Undelivered, error) {
	c, account, err := customerAndAccount(t, n)
	if err != nil {
		return models.Undelivered{}, err
	}
	failing := failing(n, attempts)
	reason, _ := models.ReasonByID(n.Reason)
	status := n.Status
	if status == "" {
		status = models.NotDelivered
	}
	row := models.Undelivered{
		ID: n.ID, AccountID: n.AccountID, Channel: n.Channel, Status: status, Reason: n.Reason,
		State:    n.State,
		FailedAt: n.DecidedAt, Day: models.DayOf(n.DecidedAt, account.Location()), Title: n.Title,
		Kind: n.Kind, DueAt: n.DueAt,
		CustomerID: n.CustomerID, CustomerRef: c.Ref, CustomerName: c.Name, SortName: c.SortName,
		AddressID: failing.AddressID, Recipient: failing.Recipient,
		Domain:       models.DomainOf(n.Channel, strings.ToLower(failing.Recipient)),
		ConnectionID: failing.ConnectionID, OurSide: reason.OurSide(), Tries: n.Tries, Returned: n.Returned,
		AssignedTo: n.AssignedTo, SnoozedUntil: n.SnoozedUntil, OnHold: n.OnHold, Ready: n.Ready(),
	}
	row.Search = models.SearchText(c.Name, c.Ref, row.Recipient, n.Title)
	if !n.State.OnReport() {
		row.LeftAt, row.LeftWhy = &t.Now, string(n.State)
	}
	if n.State == models.StateCleared {
		row.Outcome = n.Outcome
	}
	return row, hints(t, &row, n)
}

// failing is the attempt that the row is about: the one that failed last, else the newest.
func failing(n *models.Notification, attempts []models.Attempt) models.Attempt {
	if a, ok := models.LastFailure(attempts); ok && n.State != models.StateUnknown {
		return a
	}
	if len(attempts) == 0 {
		return models.Attempt{}
	}
	return attempts[len(attempts)-1]
}

// hints says whether the customer has a new address, and what a mistyped one was probably meant to be.
func hints(t *db.Tx, row *models.Undelivered, n *models.Notification) error {
	main, err := MainAddress(t, n.AccountID, n.CustomerID, n.Channel)
	if err != nil {
		return err
	}
	row.NewAddress = main.ID != "" && main.ID != row.AddressID
	if !row.NewAddress && row.Channel == models.Email && row.Status.Info().Family == models.FixAddress {
		row.Suggestion, err = suggestionFor(t, n.AccountID, row.Recipient)
	}
	return err
}

func customerAndAccount(t *db.Tx, n *models.Notification) (models.Customer, models.Account, error) {
	c, known := db.KnownOne[models.Customer](t, n.AccountID, byID(n.CustomerID))
	if !known || c.ID == "" {
		if err := t.Take(&c, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
			return c, models.Account{}, db.Wrap(err, "customer")
		}
	}
	account, err := PlaceOf(t, n.AccountID)
	return c, account, err
}

// RefreshRows brings the rows of the report of a customer up to date with name and addresses, each held.
func RefreshRows(t *db.Tx, c models.Customer) error {
	var ids []string
	if err := t.Model(&models.Undelivered{}).Where("account_id = ? AND customer_id = ?", c.AccountID, c.ID).
		Order("id").Pluck("id", &ids).Error; err != nil {
		return db.Wrap(err, "rows of a customer")
	}
	for _, id := range ids {
		n, err := LockNotification(t, c.AccountID, id)
		if err != nil {
			return err
		}
		var attempts []models.Attempt
		if err := t.Where("account_id = ? AND notification_id = ?", c.AccountID, id).Order("number").
			Find(&attempts).Error; err != nil {
			return db.Wrap(err, "attempts")
		}
		if err := syncRow(t, &n, attempts); err != nil {
			return err
		}
	}
	return nil
}
