package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// Invitation is what an account offers to a person, and what the person must do to accept.
type Invitation struct {
	AccountID string
	Account   string // name
	Role      Role
	Fresh     bool // nobody signs in with the email yet: the link chooses the password
	userID    string
}

// IsFor says whether it is this person who is invited.
func (i Invitation) IsFor(u User) bool { return u.ID != "" && i.userID == u.ID }

// fresh says whether nobody has ever been this person: neither by a password, nor by the organisation's sign-in, nor as
// support. Only then does an invitation choose the password. Whoever has the link of one account must not get what
// another account gave.
func (t *tx) fresh(u User) (bool, error) {
	if u.PasswordHash != "" || u.Support || u.SignedInAt != nil || u.SSOSubject != "" || u.LockedAt != nil {
		return false, nil
	}
	var accepted int64
	err := t.Model(&Member{}).Where("user_id = ? AND accepted_at IS NOT NULL", u.ID).Count(&accepted).Error
	return accepted == 0, found(err, "accounts of a person")
}

const openInvitation = "token_hash = ? AND purpose = ? AND account_id <> '' AND used_at IS NULL AND expires_at > ?"

// InvitationByLink is the invitation that a link carries; ErrLink: none (any more), or it is no invitation.
func (s *Store) InvitationByLink(ctx context.Context, token string) (i Invitation, err error) {
	t := s.looking(ctx)
	var link Link
	err = t.Take(&link, openInvitation, tokenHash(token), LinkInvite, t.now).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, ErrLink
	}
	if err != nil {
		return i, found(err, "invitation")
	}
	var u User
	if err := t.Take(&u, "id = ?", link.UserID).Error; err != nil {
		return i, found(err, "person")
	}
	if i, err = t.invitation(u.ID, link.AccountID); err != nil {
		return i, err
	}
	i.Fresh, err = t.fresh(u)
	return i, err
}

func (t *tx) invitation(userID, accountID string) (i Invitation, err error) {
	all, err := t.invitations(userID)
	for _, i := range all {
		if i.AccountID == accountID {
			return i, err
		}
	}
	return i, errors.Join(err, ErrLink)
}

func (t *tx) invitations(userID string) ([]Invitation, error) {
	var all []Invitation
	err := t.Raw(`SELECT m.account_id, a.name AS account, m.role FROM members m JOIN accounts a ON a.id = m.account_id
		WHERE m.user_id = ? AND m.accepted_at IS NULL ORDER BY a.name, a.id`, userID).Scan(&all).Error
	for i := range all {
		all[i].userID = userID
	}
	return all, found(err, "invitations")
}

// Invitations are those that a person may accept without their links: whose sign-in has proven that the mailbox is
// theirs, by a mailed link or the organisation's word.
func (s *Store) Invitations(ctx context.Context, v Visit) ([]Invitation, error) {
	if v.User.ID == "" || !v.Session.Proven {
		return nil, nil
	}
	return s.looking(ctx).invitations(v.User.ID)
}

// AcceptInvitation makes the visitor a member, by the link of the invitation: both must belong to the same person. With
// an account's id in place of a token, the sign-in itself must have proven the mailbox.
func (s *Store) AcceptInvitation(ctx context.Context, a Actor, v Visit, token, accountID string) error {
	return s.inTx(ctx, func(t *tx) error {
		u, err := t.lockUser(v.User.ID)
		if err != nil {
			return err
		}
		switch {
		case token != "":
			var link Link
			err := t.Take(&link, openInvitation+" AND user_id = ?", tokenHash(token), LinkInvite, t.now, u.ID).Error
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return ErrLink
			}
			if err != nil {
				return found(err, "invitation")
			}
			accountID = link.AccountID
		case !v.Session.Proven:
			return ErrLink
		}
		if err := t.accept(a.person(u), u, accountID); err != nil {
			return err
		}
		err = t.Model(&Session{}).Where("token_hash = ?", v.Session.TokenHash).Update("account_id", accountID).Error
		if err != nil {
			return found(err, "switching accounts")
		}
		return t.arrive(u, accountID)
	})
}

// accept turns an invitation into a membership, once.
func (t *tx) accept(a Actor, u User, accountID string) error {
	done := t.Model(&Member{}).Where("user_id = ? AND account_id = ? AND accepted_at IS NULL", u.ID, accountID).
		Updates(map[string]any{"accepted_at": t.now, "invitation": ""})
	if done.Error != nil {
		return found(done.Error, "accepting an invitation")
	}
	if done.RowsAffected == 0 {
		return ErrLink
	}
	t.record(a.in(accountID), "person.accept", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	return t.voidInvitations(u.ID, accountID)
}

// DeclineInvitation ends an invitation that its person does not want.
func (s *Store) DeclineInvitation(ctx context.Context, a Actor, v Visit, token string) error {
	return s.inTx(ctx, func(t *tx) error {
		var link Link
		err := t.Take(&link, openInvitation+" AND user_id = ?", tokenHash(token), LinkInvite, t.now, v.User.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return ErrLink
		}
		if err != nil {
			return found(err, "invitation")
		}
		var m Member
		if err := t.Take(&m, "user_id = ? AND account_id = ? AND accepted_at IS NULL", link.UserID, link.AccountID).Error; err != nil {
			return found(err, "invitation")
		}
		if err := t.Where("user_id = ? AND account_id = ? AND accepted_at IS NULL", link.UserID, link.AccountID).Delete(&Member{}).Error; err != nil {
			return found(err, "declining an invitation")
		}
		t.record(Actor{Kind: Person, Name: m.Name, AccountID: link.AccountID}, "person.decline",
			AuditEntry{ObjectKind: "person", ObjectID: m.Invitation, ObjectName: m.Name})
		return t.voidInvitations(link.UserID, link.AccountID)
	})
}
