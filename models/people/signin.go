package people

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// What sign-in answers besides the person.
var (
	// ErrCredentials: the email or the password is not right; never which.
	ErrCredentials = errors.New("the email or the password is not right")
	// ErrThrottled: too many tries; a link by mail still works.
	ErrThrottled = errors.New("too many tries")
)

// evenly is the least time of an answer that must not tell whether there is such a person: longer than what
// is written about one takes.
const evenly = 250 * time.Millisecond

// even waits until as much time has passed as for everybody.
func even(ctx context.Context, since time.Time) {
	left := time.NewTimer(evenly - time.Since(since))
	defer left.Stop()
	select {
	case <-left.C:
	case <-ctx.Done():
	}
}

// SignIn checks an email and a password. Unknown emails take as long, and are throttled in the same way.
func (s *Store) SignIn(ctx context.Context, a models.Actor, email, password string) (models.User, error) {
	began := time.Now()
	u, err := s.signIn(ctx, a, email, password)
	if err != nil {
		even(ctx, began)
	}
	return u, err
}

func (s *Store) signIn(ctx context.Context, a models.Actor, email, password string) (models.User, error) {
	_, normal, _ := models.NormalEmail(email)
	u, err := s.takeTry(ctx, a, normal)
	if err != nil {
		return models.User{}, err
	}
	same, err := s.samePassword(ctx, u.PasswordHash, password)
	if err != nil {
		return models.User{}, err
	}
	if !same || u.LockedAt != nil {
		return models.User{}, s.refuseSignIn(ctx, a, u)
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error { return signedIn(t, a, u) })
	return u, err
}

func (s *Store) refuseSignIn(ctx context.Context, a models.Actor, u models.User) error {
	if u.ID == "" {
		return ErrCredentials
	}
	err := s.db.InTx(ctx, func(t *db.Tx) error { return recordThere(t, a, u, "person.sign_in_failed") })
	if err != nil {
		return err
	}
	return ErrCredentials
}

// signedIn forgets the failed tries and writes the log.
func signedIn(t *db.Tx, a models.Actor, u models.User) error {
	err := t.Model(&models.User{}).Where("id = ?", u.ID).Update("signed_in_at", t.Now).Error
	if err != nil {
		return db.Wrap(err, "signing in")
	}
	if err := forgetTries(t, triesAt(u.Email, a.Network), triesOn(models.TokenHash(a.Device))); err != nil {
		return err
	}
	account, err := landing(t, u)
	if err != nil {
		return err
	}
	if err := arrive(t, u, account); err != nil {
		return err
	}
	return recordThere(t, a.Person(u), u, "person.sign_in")
}

// Vouched is whom the organisation's own sign-in has proven: its own name for them, and the email that it has
// verified.
type Vouched struct{ Issuer, Subject, Email string }

// SignInByName signs in somebody whom the organisation's own sign-in has vouched for. Nobody is added that
// way. People are known by the organisation's name for them, which is bound to the person at the first time:
// an email may be given to somebody else later. proven says whether the email is still the person's own here.
func (s *Store) SignInByName(ctx context.Context, a models.Actor,
	who Vouched) (u models.User, proven bool, err error) {
	if who.Issuer == "" || who.Subject == "" {
		return models.User{}, false, ErrCredentials
	}
	_, normal, _ := models.NormalEmail(who.Email)
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		u = models.User{}
		err := t.Take(&u, "sso_issuer = ? AND sso_subject = ?", who.Issuer, who.Subject).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = bind(t, &u, who, normal)
		}
		if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && u.LockedAt != nil {
			return ErrCredentials
		}
		if err != nil {
			return db.Wrap(err, "person")
		}
		proven = u.Email == normal
		return signedIn(t, a, u)
	})
	return u, proven, err
}

// bind makes the organisation's name for a person theirs, if they have none yet.
func bind(t *db.Tx, u *models.User, who Vouched, email string) error {
	if err := t.Take(u, "email = ? AND sso_subject = '' AND locked_at IS NULL", email).Error; err != nil {
		return err
	}
	done := t.Model(&models.User{}).Where("id = ? AND sso_subject = ''", u.ID).
		Updates(map[string]any{"sso_issuer": who.Issuer, "sso_subject": who.Subject})
	if done.Error == nil && done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return done.Error
}
