package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
)

// What sign-in answers besides the person.
var (
	// ErrCredentials: the email or the password is not right; never which.
	ErrCredentials = errors.New("the email or the password is not right")
	// ErrThrottled: too many tries; a link by mail still works.
	ErrThrottled = errors.New("too many tries")
)

// person is the visitor once it is known who they are.
func (a Actor) person(u User) Actor {
	a.Kind, a.ID, a.Name = Person, u.ID, u.Name
	return a
}

// evenly is the least time of an answer that must not tell whether there is such a person: longer than what is
// written about one takes.
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
func (s *Store) SignIn(ctx context.Context, a Actor, email, password string) (User, error) {
	began := time.Now()
	u, err := s.signIn(ctx, a, email, password)
	if err != nil {
		even(ctx, began)
	}
	return u, err
}

func (s *Store) signIn(ctx context.Context, a Actor, email, password string) (User, error) {
	_, normal, _ := NormalEmail(email)
	u, err := s.takeTry(ctx, a, normal)
	if err != nil {
		return User{}, err
	}
	same, err := s.samePassword(ctx, u.PasswordHash, password)
	if err != nil {
		return User{}, err
	}
	if !same || u.LockedAt != nil {
		return User{}, s.refuseSignIn(ctx, a, u)
	}
	err = s.inTx(ctx, func(t *tx) error { return t.signedIn(a, u) })
	return u, err
}

func (s *Store) refuseSignIn(ctx context.Context, a Actor, u User) error {
	if u.ID == "" {
		return ErrCredentials
	}
	err := s.inTx(ctx, func(t *tx) error { return t.recordThere(a, u, "person.sign_in_failed") })
	if err != nil {
		return err
	}
	return ErrCredentials
}

// signedIn forgets the failed tries and writes the log.
func (t *tx) signedIn(a Actor, u User) error {
	err := t.Model(&User{}).Where("id = ?", u.ID).
		Update("signed_in_at", t.now).Error
	if err != nil {
		return found(err, "signing in")
	}
	if err := t.forgetTries(triesAt(u.Email, a.Network), triesOn(tokenHash(a.Device))); err != nil {
		return err
	}
	account, err := t.landing(u)
	if err != nil {
		return err
	}
	if err := t.arrive(u, account); err != nil {
		return err
	}
	return t.recordThere(a.person(u), u, "person.sign_in")
}

// Vouched is whom the organisation's own sign-in has proven: its own name for them, and the email that it has verified.
type Vouched struct{ Issuer, Subject, Email string }

// SignInByName signs in somebody whom the organisation's own sign-in has vouched for. Nobody is added that way. People
// are known by the organisation's name for them, which is bound to the person at the first time: an email may be given to
// somebody else later. proven says whether the email is still the person's own here.
func (s *Store) SignInByName(ctx context.Context, a Actor, who Vouched) (u User, proven bool, err error) {
	if who.Issuer == "" || who.Subject == "" {
		return User{}, false, ErrCredentials
	}
	_, normal, _ := NormalEmail(who.Email)
	err = s.inTx(ctx, func(t *tx) error {
		u = User{}
		err := t.Take(&u, "sso_issuer = ? AND sso_subject = ?", who.Issuer, who.Subject).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			err = t.bind(&u, who, normal)
		}
		if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && u.LockedAt != nil {
			return ErrCredentials
		}
		if err != nil {
			return found(err, "person")
		}
		proven = u.Email == normal
		return t.signedIn(a, u)
	})
	return u, proven, err
}

// bind makes the organisation's name for a person theirs, if they have none yet.
func (t *tx) bind(u *User, who Vouched, email string) error {
	if err := t.Take(u, "email = ? AND sso_subject = '' AND locked_at IS NULL", email).Error; err != nil {
		return err
	}
	done := t.Model(&User{}).Where("id = ? AND sso_subject = ''", u.ID).Updates(map[string]any{"sso_issuer": who.Issuer, "sso_subject": who.Subject})
	if done.Error == nil && done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return done.Error
}
