package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// OptOutByStaff records that a customer said stop, in any reasonable way: at once, and what waits is
// cancelled.
func (s *Store) OptOutByStaff(ctx context.Context, a models.Actor, addressID, note string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error { return optOutByStaff(t, a, addressID, note) })
}

func optOutByStaff(t *db.Tx, a models.Actor, addressID, note string) error {
	address, err := lockAddress(t, a.AccountID, addressID)
	if err != nil {
		return err
	}
	open, err := ledger.OpenCauses(t, address.AccountID, address.ID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.Cause == models.CauseStaff {
			return nil // said before; saying it again changes nothing
		}
	}
	withdrawal := models.Consent{
		Purpose:    "all",
		GivenBy:    "the customer",
		How:        "told_staff",
		GivenAt:    t.Now,
		Withdrawal: true,
		Evidence:   models.CleanText(note),
	}
	if err := recordConsent(t, a, address, &withdrawal); err != nil {
		return err
	}
	return OptOut(t, a, address,
		models.OptOut{Cause: models.CauseStaff, OccurredAt: t.Now, Note: models.CleanText(note)})
}

// OptOutAsk is what a program says of a customer who wants nothing more by a channel.
type OptOutAsk struct {
	CustomerID string // or "ref:…"
	RequestID  string // the same again does nothing more
	Channel    models.Channel
	Note       string
}

// OptOutCustomer opts out every address of a channel that the customer has now: who wants no texts wants none
// at the other number either.
func (s *Store) OptOutCustomer(ctx context.Context, a models.Actor, ask OptOutAsk) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	c, err := s.ledger.Customer(ctx, a, ask.CustomerID)
	if err != nil {
		return err
	}
	if !ask.Channel.Valid() {
		return models.Invalid{"channel": {Key: "error.channel"}}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		what := db.IdempotentRequest{
			Action: "opt_out",
			What:   c.ID + " " + string(ask.Channel) + " " + ask.Note,
		}
		_, err := t.Idempotent(a, ask.RequestID, what,
			func() (string, error) { return "", optOutCustomer(t, a, c.ID, ask) })
		return err
	})
}

func optOutCustomer(t *db.Tx, a models.Actor, customerID string, ask OptOutAsk) error {
	var ids []string
	err := t.Model(&ledger.CustomerAddress{}).
		Where("account_id = ? AND customer_id = ? AND channel = ? AND removed_at IS NULL", a.AccountID,
			customerID, ask.Channel).
		Order("address_id").Pluck("address_id", &ids).Error
	if err != nil {
		return db.Wrap(err, "addresses of a customer")
	}
	if len(ids) == 0 {
		return models.Invalid{"channel": {Key: "error.no_such_address"}}
	}
	for _, id := range ids {
		if err := optOutByStaff(t, a, id, ask.Note); err != nil {
			return err
		}
	}
	return nil
}
