package people

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Purpose is what a link that was mailed is for.
type Purpose string

// The purposes of links.
const (
	LinkSignIn Purpose = "sign_in"
	LinkReset  Purpose = "reset"
	LinkInvite Purpose = "invite"
)

var linkLife = map[Purpose]time.Duration{
	LinkSignIn: 15 * time.Minute,
	LinkReset:  time.Hour,
	LinkInvite: 7 * 24 * time.Hour,
}

// linksAtMost is how many links of a kind a person gets in an hour: nobody's mailbox is filled through us.
const linksAtMost = 3

// Link lets a person in once, or lets them choose a password. The table holds only the digest of its token.
type Link struct {
	TokenHash string `gorm:"primaryKey"`
	UserID    string
	AccountID string // of an invitation: what it is an invitation to
	Purpose   Purpose
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// TableName is the table's name.
func (Link) TableName() string { return "sign_in_links" }

// ErrLink says that a link has been used, is too old, or never was one.
var ErrLink = errors.New("this link has been used or is too old")

// AskLink makes a link for whoever has this email. Nobody has it, they are locked, or they had enough links
// in the last hour: no token and no error, so that the answer tells nothing.
func (s *Store) AskLink(ctx context.Context, a models.Actor, email string,
	p Purpose) (u models.User, token string, err error) {
	if p != LinkSignIn && p != LinkReset {
		return models.User{}, "", models.ErrForbidden
	}
	_, normal, problem := models.NormalEmail(email)
	if problem != "" {
		return models.User{}, "", models.Invalid{"email": models.Problem{Key: problem}}
	}
	defer even(ctx, time.Now())
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		u, token = models.User{}, ""
		err := t.Take(&u, "email = ? AND locked_at IS NULL", normal).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return db.Wrap(err, "person")
		}
		var recent int64
		t.Model(&Link{}).
			Where("user_id = ? AND purpose = ? AND created_at > ?", u.ID, p, t.Now.Add(-time.Hour)).
			Count(&recent)
		if recent >= linksAtMost {
			return nil
		}
		if token, err = addLink(t, u, p); err != nil {
			return err
		}
		return recordThere(t, a, u, "person.ask_link")
	})
	return u, token, err
}

func addLink(t *db.Tx, u models.User, p Purpose) (string, error) {
	token, hash := db.NewToken()
	link := Link{
		TokenHash: hash,
		UserID:    u.ID,
		Purpose:   p,
		CreatedAt: t.Now,
		ExpiresAt: t.Now.Add(linkLife[p]),
	}
	if err := t.Create(&link).Error; err != nil {
		return "", fmt.Errorf("models: adding a link: %w", err)
	}
	return token, nil
}

// addInvitation makes the link by which a person accepts an account's invitation; those before it are void.
func addInvitation(t *db.Tx, u models.User, accountID string) (string, error) {
	if err := voidInvitations(t, u.ID, accountID); err != nil {
		return "", err
	}
	token, hash := db.NewToken()
	link := Link{
		TokenHash: hash,
		UserID:    u.ID,
		AccountID: accountID,
		Purpose:   LinkInvite,
		CreatedAt: t.Now,
		ExpiresAt: t.Now.Add(linkLife[LinkInvite]),
	}
	return token, db.Wrap(t.Create(&link).Error, "adding an invitation")
}

func voidInvitations(t *db.Tx, userID, accountID string) error {
	return db.Wrap(
		t.Model(&Link{}).
			Where("user_id = ? AND account_id = ? AND purpose = ? AND used_at IS NULL", userID, accountID,
				LinkInvite).
			Update("used_at", t.Now).
			Error,
		"voiding invitations",
	)
}

// InviteAgain makes a new link for somebody who has not accepted yet; the links before it are void.
func (s *Store) InviteAgain(ctx context.Context, a models.Actor,
	invitation string) (u models.User, token string, err error) {
	if err := a.Need(models.Configure); err != nil {
		return models.User{}, "", err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		m, person, err := member(t, a, invitation)
		if err != nil {
			return err
		}
		if m.AcceptedAt != nil {
			return models.ErrForbidden
		}
		u = m.asInvited(person)
		t.Record(a, "person.invite",
			models.AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
		token, err = addInvitation(t, person, a.AccountID)
		return err
	})
	return u, token, err
}

// LinkForCommand makes a one-time link for a person, to be printed at the command line.
func (s *Store) LinkForCommand(ctx context.Context, a models.Actor, userID string,
	p Purpose) (token string, err error) {
	if a.Kind != models.Command {
		return "", models.ErrForbidden
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		var u models.User
		if err := t.Take(&u, "id = ?", userID).Error; err != nil {
			return db.Wrap(err, "person")
		}
		if token, err = addLink(t, u, p); err != nil {
			return err
		}
		// The organisation's sign-in may know them by another name now.
		if err := t.Model(&models.User{}).Where("id = ?",
			u.ID).Updates(map[string]any{"sso_issuer": "", "sso_subject": ""}).Error; err != nil {
			return db.Wrap(err, "person")
		}
		return recordEverywhere(t, a, u, "person.invite")
	})
	return token, err
}

// voidLinks ends the links by which a person could sign in or choose a password. Invitations of accounts
// stay: accepting them takes the person's own sign-in.
func voidLinks(t *db.Tx, userID string) error { return voidLinksOf(t, userID, LinkSignIn, LinkReset) }

func voidLinksOf(t *db.Tx, userID string, purposes ...Purpose) error {
	return db.Wrap(
		t.Model(&Link{}).Where("user_id = ? AND purpose IN ? AND used_at IS NULL", userID, purposes).
			Update("used_at", t.Now).
			Error,
		"voiding links",
	)
}

// LinkWorks says whether a link could be used now; ErrLink when not.
func (s *Store) LinkWorks(ctx context.Context, token string) error {
	var n int64
	err := s.db.Reading(ctx).Model(&Link{}).
		Where("token_hash = ? AND used_at IS NULL AND expires_at > ?", models.TokenHash(token), s.db.Now()).
		Count(&n).Error
	if err == nil && n == 0 {
		return ErrLink
	}
	return db.Wrap(err, "link")
}

// SignInByLink uses a link up and signs its person in.
func (s *Store) SignInByLink(ctx context.Context, a models.Actor, token string) (u models.User, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if u, _, err = takeLink(t, token, LinkSignIn); err != nil {
			return err
		}
		if err := voidLinksOf(t, u.ID, LinkSignIn); err != nil { // the older ones are as good as used
			return err
		}
		return signedIn(t, a, u)
	})
	return u, err
}

// ChoosePassword uses up the link of a reset or an invitation: the password is set, all sessions end, and its
// person may sign in at once. A reset proves that the mailbox is theirs: its link was mailed, or handed out
// by whoever runs the installation; an invitation may have been shown to an owner. A password that will not
// do leaves the link as it was.
func (s *Store) ChoosePassword(ctx context.Context, a models.Actor,
	token, password string) (u models.User, proven bool, err error) {
	if err := s.LinkWorks(ctx, token); err != nil {
		return models.User{}, false, err
	}
	if problem := passwordProblem(password, ""); problem != "" {
		return models.User{}, false, models.Invalid{"password": models.Problem{Key: problem}}
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return models.User{}, false, err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		var link Link
		if u, link, err = takeLink(t, token, LinkReset, LinkInvite); err != nil {
			return err
		}
		if link.Purpose == LinkInvite {
			if fresh, err := fresh(t, u); err != nil || !fresh {
				return errors.Join(err, ErrLink) // somebody is this person already: they sign in and accept
			}
		}
		if problem := passwordProblem(password, u.Email); problem != "" {
			return models.Invalid{"password": models.Problem{Key: problem}}
		}
		if link.Purpose == LinkInvite {
			return begin(t, a.Person(u), u, link, hash)
		}
		proven = true
		if err := setPassword(t, a.Person(u), u, hash, ""); err != nil {
			return err
		}
		return signedIn(t, a, u)
	})
	return u, proven, err
}

// begin makes somebody of an invitation: they have chosen a password and belong to the account that invited
// them. What other accounts offered to the same email stays an offer.
func begin(t *db.Tx, a models.Actor, u models.User, link Link, hash string) error {
	if err := accept(t, a, u, link.AccountID); err != nil {
		return err
	}
	err := t.Model(&models.User{}).Where("id = ?", u.ID).Updates(map[string]any{"password_hash": hash}).Error
	if err != nil {
		return db.Wrap(err, "setting a password")
	}
	return signedIn(t, a, u)
}

// takeLink uses a link up: only one of several at once succeeds.
func takeLink(t *db.Tx, token string, purposes ...Purpose) (u models.User, link Link, err error) {
	hash := models.TokenHash(token)
	done := t.Model(&Link{}).
		Where("token_hash = ? AND purpose IN ? AND used_at IS NULL AND expires_at > ?", hash, purposes,
			t.Now).
		Update("used_at", t.Now)
	if done.Error != nil {
		return u, link, db.Wrap(done.Error, "using a link")
	}
	if done.RowsAffected == 0 {
		return u, link, ErrLink
	}
	if err := t.Take(&link, "token_hash = ?", hash).Error; err != nil {
		return u, link, db.Wrap(err, "link")
	}
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&u, "locked_at IS NULL AND id = ?", link.UserID).
		Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return u, link, ErrLink
	}
	return u, link, db.Wrap(err, "person of a link")
}
