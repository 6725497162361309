package models

import "context"

// OptOutByStaff records that a customer said stop, in any reasonable way: at once, and what waits is cancelled.
func (s *Store) OptOutByStaff(ctx context.Context, a Actor, addressID, note string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		address, err := t.lockAddress(a.AccountID, addressID)
		if err != nil {
			return err
		}
		open, err := t.openCauses(address.ID)
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
	})
}
