package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// OptInAsk is what a person brings to opt an address in again, or to have a provider's entry cleared.
type OptInAsk struct {
	AddressID string
	RequestID string // of the form: pressing twice does nothing more
	Reason    string // for a failure: confirmed, restored or wrong_report
	Checked   string // and how that was checked
	Agreement Agreement
	TakesStop bool    // the provider of texts takes a record in place of the customer's START
	Lacks     Invalid // what the form found missing by itself: told together with what is missing here
}

// OptInResult is what became of it.
type OptInResult struct {
	Lifted   []Cause
	Requests []ClearRequest
	Link     string // token of the customer's own confirmation, to be handed over by staff
}

// OptIn lifts what holds against an address, as far as the person may (semantics 7.3 and 8.2). What a provider lists,
// and what somebody else has to approve, becomes a clear request. Missing records are Invalid, the rest is a Refusal;
// then nothing is changed.
func (s *Store) OptIn(ctx context.Context, a Actor, ask OptInAsk) (r OptInResult, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		address, err := t.lockAddress(a.AccountID, ask.AddressID)
		if err != nil {
			return err
		}
		_, err = t.once(a, ask.RequestID, asked{"opt_in", ask.AddressID}, func() (string, error) {
			r, err = t.optIn(a, address, ask)
			return "", err
		})
		return err
	})
	return r, s.notRefused(ctx, a, ask.AddressID, err)
}

// AskClear is OptIn for one entry of a provider's list, and the causes that belong to it.
func (s *Store) AskClear(ctx context.Context, a Actor, suppressionID string, ask OptInAsk) (OptInResult, error) {
	entry, err := s.Suppression(ctx, a, suppressionID)
	if err != nil {
		return OptInResult{}, err
	}
	ask.AddressID = entry.AddressID
	return s.OptIn(ctx, a, ask)
}

// notRefused writes a refusal into the log, and says in our words what the database saw first.
func (s *Store) notRefused(ctx context.Context, a Actor, addressID string, err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = Refusal{Guard: GuardLiftAsked}
	}
	if refusal := (Refusal{}); errors.As(err, &refusal) {
		return errors.Join(err, s.Note(ctx, a, "address.opt_in_refused",
			AuditEntry{ObjectKind: "address", ObjectID: addressID, Reason: string(refusal.Guard)}))
	}
	return err
}

func (t *tx) lockAddress(accountID, id string) (Address, error) {
	var address Address
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&address, "id = ? AND account_id = ?", id, accountID).Error
	return address, found(err, "address")
}

func (t *tx) optIn(a Actor, address Address, ask OptInAsk) (OptInResult, error) {
	all, needs, err := t.needs(a, address, ask.TakesStop)
	if err != nil || len(all) == 0 {
		return OptInResult{}, err
	}
	if err := ask.Lacks.and(t.checkAsk(address, ask, needs.Consent, needs.After)); err != nil {
		return OptInResult{}, err
	}
	return t.liftAll(a, address, ask, all, needs.Consent)
}

// liftAll lifts at once what one person may and no provider lists, and asks for the rest.
func (t *tx) liftAll(a Actor, address Address, ask OptInAsk, all []obstacle, consent bool) (r OptInResult, err error) {
	byLink := consent && ask.Agreement.How == HowLink
	record := Consent{}
	if consent && !byLink {
		record = ask.Agreement.consent()
		if err := t.recordConsent(a, address, &record); err != nil {
			return r, err
		}
	}
	for _, o := range all {
		if len(o.entries) == 0 && !o.path.approval && !(byLink && o.path.consent) {
			err = t.lift(a, address, o.open, Lifting{Reason: ask.Reason, Checked: cleanText(ask.Checked), ConsentID: record.ID})
			r.Lifted = append(r.Lifted, o.cause)
		} else {
			err = t.askFor(a, address, ask, o, record, &r)
		}
		if err != nil {
			return r, err
		}
	}
	if len(r.Lifted) == 0 {
		return r, nil
	}
	return r, t.offerDropped(address.AccountID, address.ID)
}
