package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// lockRequest holds a clear request of the account until the transaction ends.
func (t *tx) lockRequest(accountID, id string) (ClearRequest, error) {
	var r ClearRequest
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&r, "id = ? AND account_id = ?", id, accountID).Error
	return r, found(err, "clear request")
}

// decide holds a request that waits for a second person, asks whether this is one who may, and lets act change it.
// Of two people at once the second gets the Conflict that names the first.
func (s *Store) decide(ctx context.Context, a Actor, id string, act func(*tx, *ClearRequest) error) (r ClearRequest, err error) {
	if err := a.need(Decide); err != nil {
		return r, err
	}
	if a.ID == "" {
		return r, ErrForbidden // a decision is somebody's
	}
	err = s.inTx(ctx, func(t *tx) error {
		if r, err = t.lockRequest(a.AccountID, id); err != nil {
			return err
		}
		switch {
		case r.State != RequestAsked:
			return Conflict{By: r.DecidedByName, Version: r.Version}
		case r.AskedBy == a.ID:
			return Invalid{"": Problem{Key: "error.own_request"}}
		case r.SupportOnly && a.Role != Support:
			return Refusal{Guard: GuardLiftSupport}
		}
		return act(t, &r)
	})
	if bad := (Invalid{}); errors.As(err, &bad) && bad[""].Key != "" {
		err = errors.Join(err, s.Note(ctx, a, "request.approve_refused", AuditEntry{ObjectKind: "request", ObjectID: id, Reason: "own_request"}))
	}
	return r, err
}

// Approve lets a clear request go to the provider, or where none lists the address, lifts our own opt-out at once.
// With offer, what was dropped is marked as ready to be resent once it is done.
func (s *Store) Approve(ctx context.Context, a Actor, id, note string, offer bool) (ClearRequest, error) {
	return s.decide(ctx, a, id, func(t *tx, r *ClearRequest) error {
		if r.WaitsForCustomer() {
			return Invalid{"": Problem{Key: "error.customer_waits"}}
		}
		if err := t.nothingNewer(*r); err != nil {
			return err
		}
		r.DecisionNote, r.KeepsBack = cleanText(note), !offer
		return t.approve(a, r)
	})
}

// nothingNewer refuses an approval when the customer has complained or left again since the agreement.
func (t *tx) nothingNewer(r ClearRequest) error {
	basis, err := t.basis(r)
	if err != nil {
		return err
	}
	open, err := t.openCauses(r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if liftRules[o.Cause].consent && !o.OccurredAt.Before(basis) {
			return Refusal{GuardLiftNewer, map[string]string{"cause": string(o.Cause), "at": o.OccurredAt.Format(time.RFC3339)}}
		}
	}
	return nil
}

// basis is the instant up to which a request speaks for the customer: the agreement, else the asking.
func (t *tx) basis(r ClearRequest) (time.Time, error) {
	if r.ConsentID == "" {
		return r.AskedAt, nil
	}
	var c Consent
	err := t.Take(&c, "account_id = ? AND id = ?", r.AccountID, r.ConsentID).Error
	return c.GivenAt, found(err, "consent")
}

// approve records who approved, and sends the request on its way.
func (t *tx) approve(by Actor, r *ClearRequest) error {
	before := string(r.State)
	r.State, r.ActedAt = RequestApproved, t.now
	r.DecidedBy, r.DecidedByName, r.DecidedAt, r.DueAt = by.ID, by.Name, &t.now, &t.now
	t.recordRequest(by, *r, "approve", before, r.DecisionNote)
	if r.SuppressionID == "" {
		return t.done(by, r, "")
	}
	if err := t.saveRequest(r); err != nil {
		return err
	}
	return t.askClearing(*r)
}

// Decline ends a request; the one who asked reads why.
func (s *Store) Decline(ctx context.Context, a Actor, id, why string) (ClearRequest, error) {
	if tooShort(why) {
		return ClearRequest{}, Invalid{"note": Problem{Key: "error.decline_reason"}}
	}
	return s.decide(ctx, a, id, func(t *tx, r *ClearRequest) error {
		r.State, r.ActedAt, r.DecisionNote = RequestDeclined, t.now, cleanText(why)
		r.DecidedBy, r.DecidedByName, r.DecidedAt = a.ID, a.Name, &t.now
		t.recordRequest(a, *r, "decline", string(RequestAsked), r.DecisionNote)
		return t.saveRequest(r)
	})
}

// AskBack asks the one who asked a question; the request goes on waiting.
func (s *Store) AskBack(ctx context.Context, a Actor, id, question string) (ClearRequest, error) {
	if tooShort(question) {
		return ClearRequest{}, Invalid{"note": Problem{Key: "error.note_missing"}}
	}
	return s.decide(ctx, a, id, func(t *tx, r *ClearRequest) error {
		r.Question, r.QuestionBy, r.QuestionByID, r.Answer, r.ActedAt = cleanText(question), a.Name, a.ID, "", t.now
		t.recordRequest(a, *r, "question", string(r.State), r.Question)
		return t.saveRequest(r)
	})
}

// AnswerQuestion answers the question about a request of the account.
func (s *Store) AnswerQuestion(ctx context.Context, a Actor, id, answer string) (r ClearRequest, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	if answer = cleanText(answer); answer == "" {
		return r, Invalid{"note": Problem{Key: "error.required"}}
	}
	err = s.inTx(ctx, func(t *tx) error {
		if r, err = t.lockRequest(a.AccountID, id); err != nil {
			return err
		}
		if r.State != RequestAsked || r.Question == "" {
			return Conflict{By: r.DecidedByName, Version: r.Version}
		}
		r.Answer, r.ActedAt = answer, t.now
		t.recordRequest(a, r, "answer", string(r.State), answer)
		return t.saveRequest(&r)
	})
	return r, err
}

// ReportByHand says how a request ended that a person settled with the provider's support.
func (s *Store) ReportByHand(ctx context.Context, a Actor, id string, cleared bool, note string) (r ClearRequest, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	if a.Kind == APIKey {
		return r, ErrForbidden
	}
	err = s.inTx(ctx, func(t *tx) error {
		if r, err = t.lockRequest(a.AccountID, id); err != nil {
			return err
		}
		if r.State != RequestByHand {
			return Conflict{By: r.DecidedByName, Version: r.Version}
		}
		if cleared {
			return t.done(a, &r, cleanText(note))
		}
		r.State, r.Result, r.ActedAt = RequestRefused, cleanText(note), t.now
		t.recordRequest(a, r, "refused", string(RequestByHand), r.Result)
		return t.saveRequest(&r)
	})
	return r, err
}
