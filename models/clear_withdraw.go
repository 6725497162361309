package models

import "context"

// WithdrawRequest lets the person who asked take a request back while it waits: for somebody else, or for the customer.
func (s *Store) WithdrawRequest(ctx context.Context, a Actor, id string) (r ClearRequest, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		if r, err = t.lockRequest(a.AccountID, id); err != nil {
			return err
		}
		switch {
		case a.ID == "" || r.AskedBy != a.ID:
			return ErrForbidden
		case r.State != RequestAsked:
			return Conflict{By: r.DecidedByName, Version: r.Version}
		}
		before := string(r.State)
		r.State, r.ActedAt = RequestWithdrawn, t.now
		r.DecidedBy, r.DecidedByName, r.DecidedAt = a.ID, a.Name, &t.now // whoever comes too late is told by whom
		t.recordRequest(a, r, "withdraw", before, "")
		return t.saveRequest(&r)
	})
	return r, err
}
