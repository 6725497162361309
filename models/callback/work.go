package callback

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Call is one callback with where it goes.
type Call struct {
	Callback
	URL    string
	Secret string
	// The secret before, as long as it signs too; empty: there is none.
	OldSecret      string
	OldSecretUntil *time.Time
}

// callPauses are the pauses between the tries of a callback; after the last it is given up.
var callPauses = []time.Duration{
	30 * time.Second,
	2 * time.Minute,
	10 * time.Minute,
	30 * time.Minute,
	time.Hour,
	3 * time.Hour,
	6 * time.Hour,
	12 * time.Hour,
	24 * time.Hour,
}

// How many callbacks one look takes, how long one may be in hand (a worker that dies leaves it to the next),
// and when one that was not taken is given up, however few its tries: those behind it have waited as long.
const (
	callSlice  = 100
	callLease  = 2 * time.Minute
	callOldest = 72 * time.Hour
)

// inTurn says that no earlier callback about the same thing is still to be told, or in somebody's hands: a
// retry never comes after a newer one.
const inTurn = `NOT EXISTS (SELECT 1 FROM callbacks e WHERE e.account_id = callbacks.account_id
	AND e.about = callbacks.about
	AND e.sequence < callbacks.sequence AND e.due_at IS NOT NULL)`

// CallbacksDue are callbacks whose time and turn have come, the oldest first, without those of some accounts.
func (s *Store) CallbacksDue(ctx context.Context, without []string) ([]Call, error) {
	var due []Call
	q := s.db.Main.WithContext(ctx).Table("callbacks").
		Select("callbacks.*, callback_endpoints.url, callback_endpoints.secret_sealed AS secret, "+
			"callback_endpoints.old_secret_sealed AS old_secret, callback_endpoints.old_secret_until").
		Joins("JOIN callback_endpoints ON callback_endpoints.account_id = callbacks.account_id").
		Where("due_at <= ? AND "+inTurn, s.db.Now())
	if len(without) > 0 {
		q = q.Where("callbacks.account_id NOT IN ?", without)
	}
	err := q.Order("due_at, callbacks.sequence, callbacks.id").Limit(callSlice).Scan(&due).Error
	return due, db.Wrap(err, "callbacks")
}

// TakeCall takes a callback into one's hands and opens its secrets; false: somebody else has it.
func (s *Store) TakeCall(ctx context.Context, c *Call) (bool, error) {
	secret, err := s.db.Seal.Open(c.Secret)
	if err != nil {
		return false, err
	}
	if c.OldSecret, err = s.oldSecret(c.OldSecret, c.OldSecretUntil); err != nil {
		return false, err
	}
	done := s.db.Main.WithContext(ctx).Model(&Callback{}).
		Where("account_id = ? AND id = ? AND due_at = ?", c.AccountID, c.ID, c.DueAt).
		Updates(map[string]any{"due_at": s.db.Now().Add(callLease), "tries": c.Tries + 1})
	c.Secret, c.Tries = string(secret), c.Tries+1
	return done.RowsAffected == 1, db.Wrap(done.Error, "taking a callback")
}

// CallTold ends a callback that was taken.
func (s *Store) CallTold(ctx context.Context, c Call) error {
	return db.Wrap(s.db.Main.WithContext(ctx).
		Exec("DELETE FROM callbacks WHERE account_id = ? AND id = ?", c.AccountID, c.ID).
		Error, "ending a callback")
}

// CallFailed sets the next try of a callback, or gives it up.
func (s *Store) CallFailed(ctx context.Context, c Call, cause error) error {
	change := map[string]any{"error": models.CleanText(cause.Error()), "due_at": nil}
	if c.Tries <= len(callPauses) && s.db.Now().Sub(c.CreatedAt) < callOldest {
		change["due_at"] = s.db.Now().Add(callPauses[c.Tries-1])
	}
	return db.Wrap(s.db.Main.WithContext(ctx).Model(&Callback{}).
		Where("account_id = ? AND id = ?", c.AccountID, c.ID).Updates(change).Error, "putting a callback off")
}
