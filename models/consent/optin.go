package consent

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// OptInAsk is what a person brings to opt an address in again, or to have a provider's entry cleared.
type OptInAsk struct {
	AddressID string
	RequestID string // of the form: pressing twice does nothing more
	Reason    string // for a failure: confirmed, restored or wrong_report
	Checked   string // and how that was checked
	Agreement Agreement
	TakesStop bool           // the provider of texts takes a record in place of the customer's START
	Lacks     models.Invalid // what the form found missing by itself: told together with what is missing here
}

// OptInResult is what became of it.
type OptInResult struct {
	Lifted   []models.Cause
	Requests []ClearRequest
	Link     string // token of the customer's own confirmation, to be handed over by staff
}

// OptIn lifts what holds against an address, as far as the person may (RULES.md, Causes). What a provider
// lists, and what somebody else has to approve, becomes a clear request. Missing records are Invalid, the
// rest is a Refusal; then nothing is changed.
func (s *Store) OptIn(ctx context.Context, a models.Actor, ask OptInAsk) (r OptInResult, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		address, err := lockAddress(t, a.AccountID, ask.AddressID)
		if err != nil {
			return err
		}
		_, err = t.Idempotent(
			a,
			ask.RequestID,
			db.IdempotentRequest{Action: "opt_in", What: ask.AddressID},
			func() (string, error) {
				r, err = optIn(t, a, address, ask)
				return "", err
			},
		)
		return err
	})
	return r, s.notRefused(ctx, a, ask.AddressID, err)
}

// AskClear is OptIn for one entry of a provider's list, and the causes that belong to it.
func (s *Store) AskClear(ctx context.Context, a models.Actor, suppressionID string,
	ask OptInAsk) (OptInResult, error) {
	entry, err := s.Suppression(ctx, a, suppressionID)
	if err != nil {
		return OptInResult{}, err
	}
	ask.AddressID = entry.AddressID
	return s.OptIn(ctx, a, ask)
}

// notRefused writes a refusal into the log, and says in our words what the database saw first.
func (s *Store) notRefused(ctx context.Context, a models.Actor, addressID string, err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = models.Refusal{Guard: models.GuardLiftAsked}
	}
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return errors.Join(err, s.db.Note(ctx, a, "address.opt_in_refused",
			models.AuditEntry{ObjectKind: "address", ObjectID: addressID, Reason: string(refusal.Guard)}))
	}
	return err
}

func lockAddress(t *db.Tx, accountID, id string) (models.Address, error) {
	var address models.Address
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
		Take(&address, "id = ? AND account_id = ?", id, accountID).Error
	return address, db.Wrap(err, "address")
}

func optIn(t *db.Tx, a models.Actor, address models.Address, ask OptInAsk) (OptInResult, error) {
	all, needs, err := Needs(t, a, address, ask.TakesStop)
	if err != nil || len(all) == 0 {
		return OptInResult{}, err
	}
	if err := ask.Lacks.And(checkAsk(t, address, ask, needs.Consent, needs.After)); err != nil {
		return OptInResult{}, err
	}
	return liftAll(t, a, address, ask, all, needs.Consent)
}

// liftAll lifts at once what one person may and no provider lists, and asks for the rest.
func liftAll(t *db.Tx, a models.Actor, address models.Address, ask OptInAsk, all []obstacle,
	consent bool) (r OptInResult, err error) {
	byLink := consent && ask.Agreement.How == HowLink
	record := models.Consent{}
	if consent && !byLink {
		record = ask.Agreement.consent()
		if err := recordConsent(t, a, address, &record); err != nil {
			return r, err
		}
	}
	for _, o := range all {
		if len(o.entries) == 0 && !o.path.Approval && !(byLink && o.path.Consent) {
			err = Lift(t, a, address, o.open,
				Lifting{Reason: ask.Reason, Checked: models.CleanText(ask.Checked), ConsentID: record.ID})
			r.Lifted = append(r.Lifted, o.cause)
		} else {
			err = askFor(t, a, address, ask, o, record, &r)
		}
		if err != nil {
			return r, err
		}
	}
	if len(r.Lifted) == 0 {
		return r, nil
	}
	return r, markReady(t, address.AccountID, address.ID)
}
