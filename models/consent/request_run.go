package consent

import (
	"context"
	"errors"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// clearLease is how long a worker may be busy with a request before another takes it over: removing an entry
// is harmless to repeat.
const clearLease = 5 * time.Minute

// Six tries within a day, then a person takes over (RULES.md, Clear requests).
var clearPauses = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

const clearWithin = 24 * time.Hour

// ClearTries is how often a provider is asked before a person takes over.
const ClearTries = 6

// StillListed is the result of a try after which the provider's list still had the entry, whatever it had
// answered.
const StillListed = "still listed"

// Clearing is an approved request in the hands of a worker.
type Clearing struct {
	Request     ClearRequest
	Suppression models.Suppression
	Connection  models.Connection
}

// TakeClearing gives an approved request to a worker: running from now on. ErrNotYours: there is nothing to
// do.
func (s *Store) TakeClearing(ctx context.Context, requestID string) (c Clearing, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		c = Clearing{}
		var r ClearRequest
		if err := t.Take(&r, "id = ?", requestID).Error; err != nil {
			return notYours(err)
		}
		if r, err = lockRequest(t, r.AccountID, requestID); err != nil {
			return err
		}
		if r.State != RequestApproved || r.DueAt != nil && r.DueAt.After(t.Now) {
			return models.ErrNotYours
		}
		if asked, err := askedAgain(t, &r); asked || err != nil {
			c.Request = r
			return err
		}
		until := t.Now.Add(clearLease)
		if r.State, r.DueAt, r.Tries = RequestRunning, &until, r.Tries+1; r.FirstTryAt == nil {
			r.FirstTryAt = &t.Now
		}
		c.Request = r
		if err := t.
			Take(&c.Suppression, "account_id = ? AND id = ?", r.AccountID,
				r.SuppressionID).Error; err != nil {
			return db.Wrap(err, "suppression")
		}
		if err := t.Take(&c.Connection, "id = ?", c.Suppression.ConnectionID).Error; err != nil {
			return db.Wrap(err, "connection")
		}
		return SaveRequest(t, &c.Request)
	})
	if err == nil && c.Request.State == RequestAsked {
		return c, models.ErrNotYours
	}
	return c, err
}

// askedAgain puts an approved request before somebody else when who approved it has lost the right meanwhile.
func askedAgain(t *db.Tx, r *ClearRequest) (bool, error) {
	lost, err := lostRight(t, *r)
	if err != nil || !lost {
		return false, err
	}
	before := string(r.State)
	r.State, r.DueAt, r.NeedsSecond, r.ActedAt = RequestAsked, nil, true, t.Now
	r.DecidedBy, r.DecidedByName, r.DecidedAt = "", "", nil
	r.Result = LostRight
	RecordRequest(t, models.Itself(r.AccountID), *r, "asked_again", before, LostRight)
	return true, SaveRequest(t, r)
}

// lostRight says whether the person who approved has lost the right to it. The customer's own confirmation
// stays what it is.
func lostRight(t *db.Tx, r ClearRequest) (bool, error) {
	if r.DecidedBy == "" {
		return false, nil
	}
	for _, by := range []models.Actor{{Kind: models.Person}, {Kind: models.OnBehalf, Role: models.Support},
		{Kind: models.APIKey}} {
		by.ID, by.AccountID = r.DecidedBy, r.AccountID
		if err := people.StillMay(t, by, models.Work); err == nil || !errors.Is(err, people.ErrLost) {
			return false, err
		}
	}
	return true, nil
}

// LostRight is why a request is asked again: who approved it has no right to it any more.
const LostRight = "lost_right"

func notYours(err error) error {
	if errors.Is(db.Wrap(err, ""), models.ErrNotFound) {
		return models.ErrNotYours
	}
	return db.Wrap(err, "clear request")
}

// ClearAnswer is what came of asking the provider.
type ClearAnswer struct {
	Result      string // cleared, not_listed, refused, later, by_hand
	Text        string // the provider's words
	After       time.Duration
	ReadBack    bool // the list was read again afterwards
	StillListed bool // and the entry was still on it, whatever the provider had answered
}

// FinishClearing records what the provider answered. Only an entry that is gone changes anything about
// sending.
func (s *Store) FinishClearing(ctx context.Context, c Clearing,
	answer ClearAnswer) (r ClearRequest, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if r, err = lockRequest(t, c.Request.AccountID, c.Request.ID); err != nil {
			return err
		}
		if r.State != RequestRunning || r.Tries != c.Request.Tries {
			return models.ErrNotYours
		}
		if answer.ReadBack {
			r.ReadBackAt = &t.Now
		}
		by := models.Itself(r.AccountID)
		switch {
		case answer.Result == "refused":
			r.State, r.Result, r.DueAt = RequestRefused, models.CleanText(answer.Text), nil
		case answer.Result == "by_hand":
			r.State, r.Result, r.DueAt = RequestByHand, models.CleanText(answer.Text), nil
		case answer.Result == "later" || answer.StillListed:
			return clearLater(t, by, &r, answer)
		default:
			return done(t, by, &r, models.CleanText(answer.Text))
		}
		RecordRequest(t, by, r, string(r.State), string(RequestRunning), r.Result)
		return SaveRequest(t, &r)
	})
	return r, err
}

// clearLater tries again after a while; after six tries or a day it is left to a person.
func clearLater(t *db.Tx, by models.Actor, r *ClearRequest, answer ClearAnswer) error {
	r.State, r.Result = RequestApproved, models.CleanText(answer.Text)
	if answer.StillListed {
		r.Result = StillListed
	}
	due := t.Now.Add(answer.After)
	if r.Tries < ClearTries {
		due = t.Now.Add(max(answer.After, clearPauses[r.Tries-1]))
	}
	if r.Tries >= ClearTries || due.After(r.FirstTryAt.Add(clearWithin)) {
		r.State, r.DueAt = RequestByHand, nil
		RecordRequest(t, by, *r, "by_hand", string(RequestRunning), r.Result)
		return SaveRequest(t, r)
	}
	r.DueAt = &due
	if err := SaveRequest(t, r); err != nil {
		return err
	}
	return askClearing(t, *r)
}

// done closes the provider's entry and lifts what belongs to it, as far as nothing newer has happened and no
// other provider still lists the address for it.
func done(t *db.Tx, by models.Actor, r *ClearRequest, result string) error {
	before := string(r.State)
	r.State, r.Result, r.DoneAt, r.DueAt, r.ActedAt = RequestDone, result, &t.Now, nil, t.Now
	if err := SaveRequest(t, r); err != nil {
		return err
	}
	RecordRequest(t, by, *r, "done", before, result)
	if r.SuppressionID != "" {
		err := t.Model(&models.Suppression{}).
			Where("account_id = ? AND id = ?", r.AccountID, r.SuppressionID).Update("cleared_at", t.Now).Error
		if err != nil {
			return db.Wrap(err, "closing a suppression")
		}
		t.Record(by, "suppression.clear",
			models.AuditEntry{ObjectKind: "suppression", ObjectID: r.SuppressionID, Before: r.Kind})
	}
	if err := liftOf(t, by, *r); err != nil || r.KeepsBack {
		return err
	}
	return markReady(t, r.AccountID, r.AddressID)
}

func liftOf(t *db.Tx, by models.Actor, r ClearRequest) error {
	basis, err := basis(t, r)
	if err != nil {
		return err
	}
	address, err := lockAddress(t, r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	listed, err := ledger.OpenSuppressions(t, address, "")
	if err != nil {
		return err
	}
	open, err := ledger.OpenCauses(t, r.AccountID, r.AddressID)
	if err != nil {
		return err
	}
	for _, o := range open {
		still := slices.ContainsFunc(listed,
			func(s models.Suppression) bool { return slices.Contains(models.KindsOfCause[o.Cause], s.Kind) })
		if still || !slices.Contains(r.causes(), o.Cause) || !o.OccurredAt.Before(basis) {
			continue
		}
		if err := Lift(t, by, address, o, Lifting{Reason: r.Reason, Checked: r.Checked,
			ConsentID: r.ConsentID}); err != nil {
			return err
		}
	}
	return nil
}
