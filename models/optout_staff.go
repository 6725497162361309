package models

import "context"

// OptOutByStaff records that a customer said stop, in any reasonable way: at once, and what waits is cancelled.
func (s *Store) OptOutByStaff(ctx context.Context, a Actor, addressID, note string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error { return t.optOutByStaff(a, addressID, note) })
}

func (t *tx) optOutByStaff(a Actor, addressID, note string) error {
	address, err := t.lockAddress(a.AccountID, addressID)
	if err != nil {
		return err
	}
	open, err := t.openCauses(address.AccountID, address.ID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.Cause == CauseStaff {
			return nil // said before; saying it again changes nothing
		}
	}
	withdrawal := Consent{Purpose: "all", GivenBy: "the customer", How: "told_staff", GivenAt: t.now, Withdrawal: true, Evidence: cleanText(note)}
	if err := t.recordConsent(a, address, &withdrawal); err != nil {
		return err
	}
	return t.optOut(a, address, OptOut{Cause: CauseStaff, OccurredAt: t.now, Note: cleanText(note)})
}

// OptOutAsk is what a program says of a customer who wants nothing more by a channel.
type OptOutAsk struct {
	CustomerID string // or "ref:…"
	RequestID  string // the same again does nothing more
	Channel    Channel
	Note       string
}

// OptOutCustomer opts out every address of a channel that the customer has now: who wants no texts wants none at the
// other number either.
func (s *Store) OptOutCustomer(ctx context.Context, a Actor, ask OptOutAsk) error {
	if err := a.need(Work); err != nil {
		return err
	}
	c, err := s.Customer(ctx, a, ask.CustomerID)
	if err != nil {
		return err
	}
	if !ask.Channel.Valid() {
		return Invalid{"channel": {Key: "error.channel"}}
	}
	return s.inTx(ctx, func(t *tx) error {
		what := asked{"opt_out", c.ID + " " + string(ask.Channel) + " " + ask.Note}
		_, err := t.once(a, ask.RequestID, what, func() (string, error) { return "", t.optOutCustomer(a, c.ID, ask) })
		return err
	})
}

func (t *tx) optOutCustomer(a Actor, customerID string, ask OptOutAsk) error {
	var ids []string
	err := t.Model(&customerAddress{}).
		Where("account_id = ? AND customer_id = ? AND channel = ? AND removed_at IS NULL", a.AccountID, customerID, ask.Channel).
		Order("address_id").Pluck("address_id", &ids).Error
	if err != nil {
		return found(err, "addresses of a customer")
	}
	if len(ids) == 0 {
		return Invalid{"channel": {Key: "error.no_such_address"}}
	}
	for _, id := range ids {
		if err := t.optOutByStaff(a, id, ask.Note); err != nil {
			return err
		}
	}
	return nil
}
