package report

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// NotificationDetail is one notification with all that happened to it: what its page shows.
type NotificationDetail struct {
	Notification models.Notification
	Customer     models.Customer
	Attempts     []models.Attempt // oldest first
	Events       []models.Event   // oldest first, without raw bodies
	Content      models.Content
	Addresses    map[models.Channel]models.Address // the customer's main ones
	OptOuts      []models.OptOut                   // that hold for them now
	Suppressions []models.Suppression              // that hold for them now
	Connections  map[string]models.Connection
	Notes        []models.Note
	Also         []models.Undelivered // others on the report to the same address
	Row          models.Undelivered   // its row of the report; zero when it never failed
	Zone         *time.Location       // of the account
	WindowDays   int                  // of the account
	SoftFailures int                  // so many in a row opt an address out …
	SoftDays     int                  // … over more than so many days
}

// NotificationDetail reads one notification of the account; id may be "ref:…".
func (s *Store) NotificationDetail(ctx context.Context, a models.Actor,
	id string) (NotificationDetail, error) {
	if err := a.Need(models.See); err != nil {
		return NotificationDetail{}, err
	}
	t := s.db.ReadTx(ctx)
	st := NotificationDetail{
		Connections: map[string]models.Connection{},
		Addresses:   map[models.Channel]models.Address{},
	}
	named, value := db.ByIDOrRef(id)
	if err := t.Take(&st.Notification, "account_id = ? AND "+named, a.AccountID, value).Error; err != nil {
		return st, db.Wrap(err, "notification")
	}
	n := st.Notification
	if err := t.Take(&st.Customer, "account_id = ? AND id = ?", n.AccountID, n.CustomerID).Error; err != nil {
		return st, db.Wrap(err, "customer")
	}
	var account models.Account
	if err := t.Take(&account, "id = ?", a.AccountID).Error; err != nil {
		return st, db.Wrap(err, "account")
	}
	st.Zone, st.WindowDays = account.Location(), account.Days()
	st.SoftFailures, st.SoftDays = account.SoftRuleDays(s.db.Limits())
	for _, step := range []error{
		t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("number").
			Find(&st.Attempts).Error,
		t.Omit("raw").
			Where("account_id = ? AND notification_id = ? AND notification_id <> ''", n.AccountID,
				n.ID).Order("occurred_at, id").Limit(500).Find(&st.Events).Error,
		t.Where("account_id = ? AND notification_id = ?", n.AccountID, n.ID).Order("at").
			Find(&st.Notes).Error,
		t.Limit(1).Find(&st.Content, "account_id = ? AND notification_id = ?", n.AccountID, n.ID).Error,
		t.Limit(1).Find(&st.Row, "account_id = ? AND id = ?", n.AccountID, n.ID).Error,
		t.Where("account_id = ? AND address_id = ? AND id <> ? AND left_at IS NULL",
			n.AccountID, n.AddressID, n.ID).Order("failed_at DESC").Limit(5).Find(&st.Also).Error,
	} {
		if step != nil {
			return st, db.Wrap(step, "notification")
		}
	}
	return st, around(t, &st)
}

// around reads the customer's addresses, what holds for them, and the connections by name.
func around(t *db.Tx, st *NotificationDetail) error {
	for _, channel := range []models.Channel{models.Email, models.SMS} {
		address, err := ledger.MainAddress(t, st.Customer.AccountID, st.Customer.ID, channel)
		if err != nil {
			return err
		}
		if address.ID == "" {
			continue
		}
		st.Addresses[channel] = address
		causes, err := ledger.OpenCauses(t, address.AccountID, address.ID)
		if err != nil {
			return err
		}
		listed, err := ledger.OpenSuppressions(t, address, "")
		if err != nil {
			return err
		}
		st.OptOuts, st.Suppressions = append(st.OptOuts, causes...), append(st.Suppressions, listed...)
	}
	var connections []models.Connection
	err := t.Where("account_id = ?", st.Notification.AccountID).Find(&connections).Error
	for _, c := range connections {
		st.Connections[c.ID] = c
	}
	return db.Wrap(err, "connections")
}
