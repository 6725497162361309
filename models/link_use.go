package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
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
		if u, _, err = t.takeLink(token, LinkSignIn); err != nil {
			return err
		}
		if err := t.voidLinksOf(u.ID, LinkSignIn); err != nil { // the older ones are as good as used
			return err
		}
		return t.signedIn(a, u)
	})
	return u, err
}

// ChoosePassword uses up the link of a reset or an invitation: the password is set, all sessions end, and its person
// may sign in at once. A reset proves that the mailbox is theirs: its link was mailed, or handed out by whoever runs the
// installation; an invitation may have been shown to an owner. A password that will not do leaves the link as it was.
func (s *Store) ChoosePassword(ctx context.Context, a Actor, token, password string) (u User, proven bool, err error) {
	if err := s.LinkWorks(ctx, token); err != nil {
		return User{}, false, err
	}
	if problem := passwordProblem(password, ""); problem != "" {
		return User{}, false, Invalid{"password": Problem{Key: problem}}
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return User{}, false, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		var link Link
		if u, link, err = t.takeLink(token, LinkReset, LinkInvite); err != nil {
			return err
		}
		if link.Purpose == LinkInvite {
			if fresh, err := t.fresh(u); err != nil || !fresh {
				return errors.Join(err, ErrLink) // somebody is this person already: they sign in and accept
			}
		}
		if problem := passwordProblem(password, u.Email); problem != "" {
			return Invalid{"password": Problem{Key: problem}}
		}
		if link.Purpose == LinkInvite {
			return t.begin(a.person(u), u, link, hash)
		}
		proven = true
		if err := t.setPassword(a.person(u), u, hash, ""); err != nil {
			return err
		}
		return t.signedIn(a, u)
	})
	return u, proven, err
}

// begin makes somebody of an invitation: they have chosen a password and belong to the account that invited them. What
// other accounts offered to the same email stays an offer.
func (t *tx) begin(a Actor, u User, link Link, hash string) error {
	if err := t.accept(a, u, link.AccountID); err != nil {
		return err
	}
	err := t.Model(&User{}).Where("id = ?", u.ID).Updates(map[string]any{"password_hash": hash}).Error
	if err != nil {
		return found(err, "setting a password")
	}
	return t.signedIn(a, u)
}

// takeLink uses a link up: only one of several at once succeeds.
func (t *tx) takeLink(token string, purposes ...Purpose) (u User, link Link, err error) {
	hash := tokenHash(token)
	done := t.Model(&Link{}).Where("token_hash = ? AND purpose IN ? AND used_at IS NULL AND expires_at > ?", hash, purposes, t.now).
		Update("used_at", t.now)
	if done.Error != nil {
		return u, link, found(done.Error, "using a link")
	}
	if done.RowsAffected == 0 {
		return u, link, ErrLink
	}
	if err := t.Take(&link, "token_hash = ?", hash).Error; err != nil {
		return u, link, found(err, "link")
	}
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&u, "locked_at IS NULL AND id = ?", link.UserID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return u, link, ErrLink
	}
	return u, link, found(err, "person of a link")
}
