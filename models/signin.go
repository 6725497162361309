package models

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"gorm.io/gorm"
)

// How often a password may be wrong before its person has to wait, and how long.
const (
	triesAtMost = 5
	triesPause  = 15 * time.Minute
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
	u, err := s.takeTry(ctx, normal)
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

// takeTry counts the try before the password is looked at, so that many at once get no more tries than one by one.
func (s *Store) takeTry(ctx context.Context, email string) (u User, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		err := t.Take(&u, "email = ?", email).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return s.strangers.take(email, t.now)
		}
		if err != nil {
			return found(err, "person")
		}
		return t.countTry(u)
	})
	return u, err
}

// countTry has its own condition: the row decides, not what was read before.
func (t *tx) countTry(u User) error {
	done := t.Model(&User{}).Where("id = ? AND (throttled_until IS NULL OR throttled_until <= ?)", u.ID, t.now).
		Updates(map[string]any{"throttled_until": nil,
			"failed_sign_ins": t.raw("CASE WHEN failed_sign_ins >= ? THEN 1 ELSE failed_sign_ins + 1 END", triesAtMost)})
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrThrottled
	}
	if done.Error != nil {
		return found(done.Error, "counting a try")
	}
	return found(t.Model(&User{}).Where("id = ? AND failed_sign_ins >= ?", u.ID, triesAtMost).
		Update("throttled_until", t.now.Add(triesPause)).Error, "counting a try")
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
		Updates(map[string]any{"signed_in_at": t.now, "failed_sign_ins": 0, "throttled_until": nil}).Error
	if err != nil {
		return found(err, "signing in")
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

// strangers counts tries of emails that nobody has, so that being throttled does not tell who exists.
type strangers struct {
	mu    sync.Mutex
	tries map[string]tries
}

type tries struct {
	n     int
	until time.Time
}

// strangersAtMost bounds the memory; beyond it the oldest knowledge goes.
const strangersAtMost = 10_000

func (s *strangers) take(email string, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tries[email]
	switch {
	case t.n >= triesAtMost && now.Before(t.until):
		return ErrThrottled
	case t.n >= triesAtMost:
		t.n = 0
	}
	t.n, t.until = t.n+1, now.Add(triesPause)
	if len(s.tries) >= strangersAtMost {
		maps.DeleteFunc(s.tries, func(_ string, t tries) bool { return now.After(t.until) })
	}
	if len(s.tries) >= strangersAtMost {
		clear(s.tries)
	}
	s.tries[email] = t
	return nil
}
