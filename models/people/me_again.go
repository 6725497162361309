package people

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// askedFor is how long a password that was asked for again counts.
const askedFor = 10 * time.Minute

// triesInside are the tries of somebody who is signed in: nobody else's count towards them.
func triesInside(u models.User) string { return "inside " + u.ID }

// AskedAgain says whether the person of a visit has lately proven again who they are, or has nothing to prove
// it by: who comes by the organisation's sign-in alone has no password here, and a sign-in of the last
// minutes is proof enough.
func (s *Store) AskedAgain(v Visit) bool {
	since := v.Session.CreatedAt
	if v.Session.AskedAt != nil {
		since = *v.Session.AskedAt
	}
	return v.User.PasswordHash == "" || s.db.Now().Sub(since) < askedFor
}

// ProveAgain takes the password of somebody who is signed in, before a grave act. Wrong ones are counted.
func (s *Store) ProveAgain(ctx context.Context, a models.Actor, v Visit, password string) error {
	if err := s.db.InTx(ctx, func(t *db.Tx) error {
		return countTry(t, triesInside(v.User),
			triesAtMost)
	}); err != nil {
		return err
	}
	same, err := s.samePassword(ctx, v.User.PasswordHash, password)
	if err != nil {
		return err
	}
	if !same {
		return models.Invalid{"password": {Key: "error.password_wrong"}}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := forgetTries(t, triesInside(v.User)); err != nil {
			return err
		}
		return db.Wrap(
			t.Model(&Session{}).Where("token_hash = ? AND user_id = ?", v.Session.TokenHash, a.ID).
				Update("asked_at", t.Now).
				Error,
			"asking again",
		)
	})
}
