package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Purpose is what a link that was mailed is for.
type Purpose string

// The purposes of links.
const (
	LinkSignIn Purpose = "sign_in"
	LinkReset  Purpose = "reset"
	LinkInvite Purpose = "invite"
)

var linkLife = map[Purpose]time.Duration{LinkSignIn: 15 * time.Minute, LinkReset: time.Hour, LinkInvite: 7 * 24 * time.Hour}

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

// AskLink makes a link for whoever has this email. Nobody has it, they are locked, or they had enough links in the
// last hour: no token and no error, so that the answer tells nothing.
func (s *Store) AskLink(ctx context.Context, a Actor, email string, p Purpose) (u User, token string, err error) {
	if p != LinkSignIn && p != LinkReset {
		return User{}, "", ErrForbidden
	}
	_, normal, problem := NormalEmail(email)
	if problem != "" {
		return User{}, "", Invalid{"email": Problem{Key: problem}}
	}
	defer even(ctx, time.Now())
	err = s.inTx(ctx, func(t *tx) error {
		u, token = User{}, ""
		err := t.Take(&u, "email = ? AND locked_at IS NULL", normal).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return nil
		}
		if err != nil {
			return found(err, "person")
		}
		var recent int64
		t.Model(&Link{}).Where("user_id = ? AND purpose = ? AND created_at > ?", u.ID, p, t.now.Add(-time.Hour)).Count(&recent)
		if recent >= linksAtMost {
			return nil
		}
		if token, err = t.addLink(u, p); err != nil {
			return err
		}
		return t.recordThere(a, u, "person.ask_link")
	})
	return u, token, err
}

func (t *tx) addLink(u User, p Purpose) (string, error) {
	token, hash := newToken()
	link := Link{TokenHash: hash, UserID: u.ID, Purpose: p, CreatedAt: t.now, ExpiresAt: t.now.Add(linkLife[p])}
	if err := t.Create(&link).Error; err != nil {
		return "", fmt.Errorf("models: adding a link: %w", err)
	}
	return token, nil
}

// addInvitation makes the link by which a person accepts an account's invitation; those before it are void.
func (t *tx) addInvitation(u User, accountID string) (string, error) {
	if err := t.voidInvitations(u.ID, accountID); err != nil {
		return "", err
	}
	token, hash := newToken()
	link := Link{TokenHash: hash, UserID: u.ID, AccountID: accountID, Purpose: LinkInvite, CreatedAt: t.now, ExpiresAt: t.now.Add(linkLife[LinkInvite])}
	return token, found(t.Create(&link).Error, "adding an invitation")
}

func (t *tx) voidInvitations(userID, accountID string) error {
	return found(t.Model(&Link{}).Where("user_id = ? AND account_id = ? AND purpose = ? AND used_at IS NULL", userID, accountID, LinkInvite).
		Update("used_at", t.now).Error, "voiding invitations")
}

// InviteAgain makes a new link for somebody who has not accepted yet; the links before it are void.
func (s *Store) InviteAgain(ctx context.Context, a Actor, invitation string) (u User, token string, err error) {
	if err := a.need(Configure); err != nil {
		return User{}, "", err
	}
	err = s.inTx(ctx, func(t *tx) error {
		m, person, err := t.member(a, invitation)
		if err != nil {
			return err
		}
		if m.AcceptedAt != nil {
			return ErrForbidden
		}
		u = m.asInvited(person)
		t.record(a, "person.invite", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
		token, err = t.addInvitation(person, a.AccountID)
		return err
	})
	return u, token, err
}

// LinkForCommand makes a one-time link for a person, to be printed at the command line.
func (s *Store) LinkForCommand(ctx context.Context, a Actor, userID string, p Purpose) (token string, err error) {
	if a.Kind != Command {
		return "", ErrForbidden
	}
	err = s.inTx(ctx, func(t *tx) error {
		var u User
		if err := t.Take(&u, "id = ?", userID).Error; err != nil {
			return found(err, "person")
		}
		if token, err = t.addLink(u, p); err != nil {
			return err
		}
		// The organisation's sign-in may know them by another name now.
		if err := t.Model(&User{}).Where("id = ?", u.ID).Updates(map[string]any{"sso_issuer": "", "sso_subject": ""}).Error; err != nil {
			return found(err, "person")
		}
		return t.recordEverywhere(a, u, "person.invite")
	})
	return token, err
}

// voidLinks ends the links by which a person could sign in or choose a password. Invitations of accounts stay: accepting
// them takes the person's own sign-in.
func (t *tx) voidLinks(userID string) error { return t.voidLinksOf(userID, LinkSignIn, LinkReset) }

func (t *tx) voidLinksOf(userID string, purposes ...Purpose) error {
	return found(t.Model(&Link{}).Where("user_id = ? AND purpose IN ? AND used_at IS NULL", userID, purposes).Update("used_at", t.now).Error, "voiding links")
}
