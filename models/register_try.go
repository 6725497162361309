package models

import (
	"context"
	"errors"
)

// errUndo rolls a trial back.
var errUndo = errors.New("models: only tried")

// TryRegister says what Register would answer, and changes nothing.
func (s *Store) TryRegister(ctx context.Context, a Actor, all []Registration) ([]Registered, error) {
	account, err := s.registering(ctx, a, all)
	if err != nil {
		return nil, err
	}
	var results []Registered
	err = s.inTx(ctx, func(t *tx) error {
		if results, err = t.registerAll(a, account, all); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return results, err
}

// registering checks who registers and what, and returns the account.
func (s *Store) registering(ctx context.Context, a Actor, all []Registration) (Account, error) {
	if err := a.need(Register); err != nil {
		return Account{}, err
	}
	account, err := s.Account(ctx, a)
	if err != nil {
		return Account{}, err
	}
	bad := Invalid{}
	for i := range all {
		all[i].check(i, len(all) == 1, account, s.now(), bad)
	}
	return account, bad.Err()
}
