package models

import (
	"context"
	"errors"
	"slices"
	"time"
)

// clearLease is how long a worker may be busy with a request before another takes it over: removing an entry is
// harmless to repeat.
const clearLease = 5 * time.Minute

// Six tries within a day, then a person takes over (semantics 8.1, C9).
var clearPauses = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

const clearWithin = 24 * time.Hour

// ClearTries is how often a provider is asked before a person takes over.
const ClearTries = 6

// StillListed is the result of a try after which the provider's list still had the entry, whatever it had answered.
const StillListed = "still listed"

// Clearing is an approved request in the hands of a worker.
type Clearing struct {
	Request     ClearRequest
	Suppression Suppression
	Connection  Connection
}

// TakeClearing gives an approved request to a worker: running from now on. ErrNotYours: there is nothing to do.
func (s *Store) TakeClearing(ctx context.Context, requestID string) (c Clearing, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		c = Clearing{}
		var r ClearRequest
		if err := t.Take(&r, "id = ?", requestID).Error; err != nil {
			return notYours(err)
		}
		if r, err = t.lockRequest(r.AccountID, requestID); err != nil {
			return err
		}
		if r.State != RequestApproved || r.DueAt != nil && r.DueAt.After(t.now) {
			return ErrNotYours
		}
		until := t.now.Add(clearLease)
		if r.State, r.DueAt, r.Tries = RequestRunning, &until, r.Tries+1; r.FirstTryAt == nil {
			r.FirstTryAt = &t.now
		}
		c.Request = r
		if err := t.
			Take(&c.Suppression, "account_id = ? AND id = ?", r.AccountID, r.SuppressionID).Error; err != nil {
			return found(err, "suppression")
		}
		if err := t.Take(&c.Connection, "id = ?", c.Suppression.ConnectionID).Error; err != nil {
			return found(err, "connection")
		}
		return t.saveRequest(&c.Request)
	})
	return c, err
}

func notYours(err error) error {
	if errors.Is(found(err, ""), ErrNotFound) {
		return ErrNotYours
	}
	return found(err, "clear request")
}

// ClearAnswer is what came of asking the provider.
type ClearAnswer struct {
	Result      string // cleared, not_listed, refused, later, by_hand
	Text        string // the provider's words
	After       time.Duration
	ReadBack    bool // the list was read again afterwards
	StillListed bool // and the entry was still on it, whatever the provider had answered
}

// FinishClearing records what the provider answered. Only an entry that is gone changes anything about sending.
func (s *Store) FinishClearing(ctx context.Context, c Clearing, answer ClearAnswer) (r ClearRequest, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		if r, err = t.lockRequest(c.Request.AccountID, c.Request.ID); err != nil {
			return err
		}
		if r.State != RequestRunning || r.Tries != c.Request.Tries {
			return ErrNotYours
		}
		if answer.ReadBack {
			r.ReadBackAt = &t.now
		}
		by := Itself(r.AccountID)
		switch {
		case answer.Result == "refused":
			r.State, r.Result, r.DueAt = RequestRefused, cleanText(answer.Text), nil
		case answer.Result == "by_hand":
			r.State, r.Result, r.DueAt = RequestByHand, cleanText(answer.Text), nil
		case answer.Result == "later" || answer.StillListed:
			return t.clearLater(by, &r, answer)
		default:
			return t.done(by, &r, cleanText(answer.Text))
		}
		t.recordRequest(by, r, string(r.State), string(RequestRunning), r.Result)
		return t.saveRequest(&r)
	})
	return r, err
}

// clearLater tries again after a while; after six tries or a day it is left to a person.
func (t *tx) clearLater(by Actor, r *ClearRequest, answer ClearAnswer) error {
	r.State, r.Result = RequestApproved, cleanText(answer.Text)
	if answer.StillListed {
		r.Result = StillListed
	}
	due := t.now.Add(answer.After)
	if r.Tries < ClearTries {
		due = t.now.Add(max(answer.After, clearPauses[r.Tries-1]))
	}
	if r.Tries >= ClearTries || due.After(r.FirstTryAt.Add(clearWithin)) {
		r.State, r.DueAt = RequestByHand, nil
		t.recordRequest(by, *r, "by_hand", string(RequestRunning), r.Result)
		return t.saveRequest(r)
	}
	r.DueAt = &due
	if err := t.saveRequest(r); err != nil {
		return err
	}
	return t.askClearing(*r)
}

// done closes the provider's entry and lifts what belongs to it, as far as nothing newer has happened and no other
// provider still lists the address for it.
func (t *tx) done(by Actor, r *ClearRequest, result string) error {
	before := string(r.State)
	r.State, r.Result, r.DoneAt, r.DueAt, r.ActedAt = RequestDone, result, &t.now, nil, t.now
	if err := t.saveRequest(r); err != nil {
		return err
	}
	t.recordRequest(by, *r, "done", before, result)
	if r.SuppressionID != "" {
		err := t.Model(&Suppression{}).Where("account_id = ? AND id = ?", r.AccountID, r.SuppressionID).
			Update("cleared_at", t.now).Error
		if err != nil {
			return found(err, "closing a suppression")
		}
		t.record(by, "suppression.clear", AuditEntry{ObjectKind: "suppression", ObjectID: r.SuppressionID, Before: r.Kind})
	}
	if err := t.liftOf(by, *r); err != nil || r.KeepsBack {
		return err
	}
	return t.offerDropped(r.AccountID, r.AddressID)
}

func (t *tx) liftOf(by Actor, r ClearRequest) error {
	basis, err := t.basis(r)
	if err != nil {
		return err
	}
	address, err := t.lockAddress(r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	listed, err := t.openSuppressions(address, "")
	if err != nil {
		return err
	}
	open, err := t.openCauses(r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	for _, o := range open {
		still := slices.ContainsFunc(listed, func(s Suppression) bool { return slices.Contains(kindsOfCause[o.Cause], s.Kind) })
		if still || !slices.Contains(r.causes(), o.Cause) || !o.OccurredAt.Before(basis) {
			continue
		}
		if err := t.lift(by, address, o, Lifting{Reason: r.Reason, Checked: r.Checked, ConsentID: r.ConsentID}); err != nil {
			return err
		}
	}
	return nil
}
