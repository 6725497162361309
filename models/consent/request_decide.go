package consent

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// lockRequest holds a clear request of the account until the transaction ends.
func lockRequest(t *db.Tx, accountID, id string) (ClearRequest, error) {
	var r ClearRequest
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&r, "id = ? AND account_id = ?", id, accountID).
		Error
	return r, db.Wrap(err, "clear request")
}

// decide holds a request that waits for a second person, asks whether this is one who may, and lets act
// change it. Of two people at once the second gets the Conflict that names the first.
func (s *Store) decide(ctx context.Context, a models.Actor, id string,
	act func(*db.Tx, *ClearRequest) error) (r ClearRequest, err error) {
	if err := a.Need(models.Decide); err != nil {
		return r, err
	}
	if a.ID == "" {
		return r, models.ErrForbidden // a decision is somebody's
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if r, err = lockRequest(t, a.AccountID, id); err != nil {
			return err
		}
		if err := people.StillMay(t, a, models.Decide); err != nil {
			return err
		}
		switch {
		case r.State != RequestAsked:
			return models.Conflict{By: r.DecidedByName, Version: r.Version}
		case r.AskedBy == a.ID:
			return models.Invalid{"": models.Problem{Key: "error.own_request"}}
		case r.SupportOnly && a.Role != models.Support:
			return models.Refusal{Guard: models.GuardLiftSupport}
		}
		return act(t, &r)
	})
	if bad := (models.Invalid{}); errors.As(err, &bad) && bad[""].Key != "" {
		err = errors.Join(err, s.db.Note(ctx, a, "request.approve_refused",
			models.AuditEntry{ObjectKind: "request", ObjectID: id, Reason: "own_request"}))
	}
	return r, err
}

// Approve lets a clear request go to the provider, or where none lists the address, lifts our own opt-out at
// once. With offer, what was dropped is marked as ready to be resent once it is done.
func (s *Store) Approve(ctx context.Context, a models.Actor, id, note string,
	offer bool) (ClearRequest, error) {
	return s.decide(ctx, a, id, func(t *db.Tx, r *ClearRequest) error {
		if r.WaitsForCustomer() {
			return models.Invalid{"": models.Problem{Key: "error.customer_waits"}}
		}
		if err := nothingNewer(t, *r); err != nil {
			return err
		}
		r.DecisionNote, r.KeepsBack = models.CleanText(note), !offer
		return approve(t, a, r)
	})
}

// nothingNewer refuses an approval when the customer has complained or left again since the agreement.
func nothingNewer(t *db.Tx, r ClearRequest) error {
	basis, err := basis(t, r)
	if err != nil {
		return err
	}
	open, err := ledger.OpenCauses(t, r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	for _, o := range open {
		if models.LiftRules[o.Cause].Consent && !o.OccurredAt.Before(basis) {
			return models.Refusal{
				Guard:  models.GuardLiftNewer,
				Values: map[string]string{"cause": string(o.Cause), "at": o.OccurredAt.Format(time.RFC3339)},
			}
		}
	}
	return nil
}

// basis is the instant up to which a request speaks for the customer: the agreement, else the asking.
func basis(t *db.Tx, r ClearRequest) (time.Time, error) {
	if r.ConsentID == "" {
		return r.AskedAt, nil
	}
	var c models.Consent
	err := t.Take(&c, "account_id = ? AND id = ?", r.AccountID, r.ConsentID).Error
	return c.GivenAt, db.Wrap(err, "consent")
}

// approve records who approved, and sends the request on its way.
func approve(t *db.Tx, by models.Actor, r *ClearRequest) error {
	before := string(r.State)
	r.State, r.ActedAt = RequestApproved, t.Now
	r.DecidedBy, r.DecidedByName, r.DecidedAt, r.DueAt = by.ID, by.Name, &t.Now, &t.Now
	RecordRequest(t, by, *r, "approve", before, r.DecisionNote)
	if r.SuppressionID == "" {
		return done(t, by, r, "")
	}
	if err := SaveRequest(t, r); err != nil {
		return err
	}
	return askClearing(t, *r)
}

// Decline ends a request; the one who asked reads why.
func (s *Store) Decline(ctx context.Context, a models.Actor, id, why string) (ClearRequest, error) {
	if tooShort(why) {
		return ClearRequest{}, models.Invalid{"note": models.Problem{Key: "error.decline_reason"}}
	}
	return s.decide(ctx, a, id, func(t *db.Tx, r *ClearRequest) error {
		r.State, r.ActedAt, r.DecisionNote = RequestDeclined, t.Now, models.CleanText(why)
		r.DecidedBy, r.DecidedByName, r.DecidedAt = a.ID, a.Name, &t.Now
		RecordRequest(t, a, *r, "decline", string(RequestAsked), r.DecisionNote)
		return SaveRequest(t, r)
	})
}

// AskQuestion asks the one who asked a question; the request goes on waiting.
func (s *Store) AskQuestion(ctx context.Context, a models.Actor, id, question string) (ClearRequest, error) {
	if tooShort(question) {
		return ClearRequest{}, models.Invalid{"note": models.Problem{Key: "error.note_missing"}}
	}
	return s.decide(ctx, a, id, func(t *db.Tx, r *ClearRequest) error {
		r.Question, r.QuestionBy, r.QuestionByID, r.Answer, r.ActedAt = models.CleanText(
			question,
		), a.Name, a.ID, "", t.Now
		RecordRequest(t, a, *r, "question", string(r.State), r.Question)
		return SaveRequest(t, r)
	})
}

// AnswerQuestion answers the question about a request of the account.
func (s *Store) AnswerQuestion(ctx context.Context, a models.Actor,
	id, answer string) (r ClearRequest, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	if answer = models.CleanText(answer); answer == "" {
		return r, models.Invalid{"note": models.Problem{Key: "error.required"}}
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if r, err = lockRequest(t, a.AccountID, id); err != nil {
			return err
		}
		if err := people.StillMay(t, a, models.Work); err != nil {
			return err
		}
		if r.State != RequestAsked || r.Question == "" {
			return models.Conflict{By: r.DecidedByName, Version: r.Version}
		}
		r.Answer, r.ActedAt = answer, t.Now
		RecordRequest(t, a, r, "answer", string(r.State), answer)
		return SaveRequest(t, &r)
	})
	return r, err
}

// SettleByHand says how a request ended that a person settled with the provider's support.
func (s *Store) SettleByHand(ctx context.Context, a models.Actor, id string, cleared bool,
	note string) (r ClearRequest, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	if a.Kind == models.APIKey {
		return r, models.ErrForbidden
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if r, err = lockRequest(t, a.AccountID, id); err != nil {
			return err
		}
		if err := people.StillMay(t, a, models.Work); err != nil {
			return err
		}
		if r.State != RequestByHand {
			return models.Conflict{By: r.DecidedByName, Version: r.Version}
		}
		if cleared {
			return done(t, a, &r, models.CleanText(note))
		}
		r.State, r.Result, r.ActedAt = RequestRefused, models.CleanText(note), t.Now
		RecordRequest(t, a, r, "refused", string(RequestByHand), r.Result)
		return SaveRequest(t, &r)
	})
	return r, err
}

// WithdrawRequest lets the person who asked take a request back while it waits: for somebody else, or for the
// customer.
func (s *Store) WithdrawRequest(ctx context.Context, a models.Actor, id string) (r ClearRequest, err error) {
	if err := a.Need(models.Work); err != nil {
		return r, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if r, err = lockRequest(t, a.AccountID, id); err != nil {
			return err
		}
		switch {
		case a.ID == "" || r.AskedBy != a.ID:
			return models.ErrForbidden
		case r.State != RequestAsked:
			return models.Conflict{By: r.DecidedByName, Version: r.Version}
		}
		before := string(r.State)
		r.State, r.ActedAt = RequestWithdrawn, t.Now
		// whoever comes too late is told by whom
		r.DecidedBy, r.DecidedByName, r.DecidedAt = a.ID, a.Name, &t.Now
		RecordRequest(t, a, r, "withdraw", before, "")
		return SaveRequest(t, &r)
	})
	return r, err
}
