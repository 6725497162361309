package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// LinkWorks says whether a link could be used now; ErrLink when not.
func (s *Store) LinkWorks(ctx context.Context, token string) error {
	var n int64
	err := s.reading(ctx).Model(&Link{}).Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", tokenHash(token), s.now()).
		Count(&n).Error
	if err == nil && n == 0 {
		return ErrLink
	}
	return found(err, "link")
}

// SignInByLink uses a link up and signs its person in.
func (s *Store) SignInByLink(ctx context.Context, a Actor, token string) (u User, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		if u, err = t.takeLink(token, LinkSignIn); err != nil {
			return err
		}
		return t.signedIn(a, u)
	})
	return u, err
}

// ChoosePassword uses up the link of a reset or an invitation: the password is set, all sessions end, and its person
// may sign in at once. A password that will not do leaves the link as it was.
func (s *Store) ChoosePassword(ctx context.Context, a Actor, token, password string) (u User, err error) {
	if err := s.LinkWorks(ctx, token); err != nil {
		return User{}, err
	}
	if problem := passwordProblem(password, ""); problem != "" {
		return User{}, Invalid{"password": Problem{Key: problem}}
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return User{}, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		if u, err = t.takeLink(token, LinkReset, LinkInvite); err != nil {
			return err
		}
		if problem := passwordProblem(password, u.Email); problem != "" {
			return Invalid{"password": Problem{Key: problem}}
		}
		if err := t.setPassword(a.person(u), u, hash, ""); err != nil {
			return err
		}
		return t.signedIn(a, u)
	})
	return u, err
}

// takeLink uses a link up: only one of several at once succeeds.
func (t *tx) takeLink(token string, purposes ...Purpose) (User, error) {
	var u User
	hash := tokenHash(token)
	done := t.Model(&Link{}).Where("token_hash = ? AND purpose IN ? AND used_at IS NULL AND expires_at > ?", hash, purposes, t.now).
		Update("used_at", t.now)
	if done.Error != nil {
		return u, found(done.Error, "using a link")
	}
	if done.RowsAffected == 0 {
		return u, ErrLink
	}
	err := t.Take(&u, "locked_at IS NULL AND id = (SELECT user_id FROM sign_in_links WHERE token_hash = ?)", hash).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return u, ErrLink
	}
	return u, found(err, "person of a link")
}
