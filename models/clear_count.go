package models

import "context"

// RequestsFor counts the clear requests that wait for the actor: in the account, or at support's desk in all accounts
// that let support in. What the actor asked for waits for somebody else.
func (s *Store) RequestsFor(ctx context.Context, a Actor) (int, error) {
	accounts := []string{a.AccountID}
	if a.AccountID == "" {
		var err error
		if accounts, err = s.grantedAccounts(ctx, a); err != nil || len(accounts) == 0 {
			return 0, err
		}
	} else if err := a.need(Decide); err != nil {
		return 0, err
	}
	where, values := requestWhere(a, RequestsWaiting)
	var n int64
	err := s.reading(ctx).Table("clear_requests r").Where("r.account_id IN ? AND r.asked_by <> ?", accounts, a.ID).
		Where(where, values...).Count(&n).Error
	return int(n), found(err, "clear requests that wait")
}
