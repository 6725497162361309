package people

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Invitation is what an account offers to a person, and what the person must do to accept.
type Invitation struct {
	AccountID string
	Account   string // name
	Role      models.Role
	Fresh     bool // nobody signs in with the email yet: the link chooses the password
	userID    string
}

// IsFor says whether it is this person who is invited.
func (i Invitation) IsFor(u models.User) bool { return u.ID != "" && i.userID == u.ID }

// fresh says whether nobody has ever been this person: neither by a password, nor by the organisation's
// sign-in, nor as support. Only then does an invitation choose the password. Whoever has the link of one
// account must not get what another account gave.
func fresh(t *db.Tx, u models.User) (bool, error) {
	if u.PasswordHash != "" || u.Support || u.SignedInAt != nil || u.SSOSubject != "" || u.LockedAt != nil {
		return false, nil
	}
	var accepted int64
	err := t.Model(&Member{}).Where("user_id = ? AND accepted_at IS NOT NULL", u.ID).Count(&accepted).Error
	return accepted == 0, db.Wrap(err, "accounts of a person")
}

const openInvitation = "token_hash = ? AND purpose = ? AND account_id <> '' AND used_at IS NULL AND " +
	"expires_at > ?"

// InvitationByLink is the invitation that a link carries; ErrLink: none (any more), or it is no invitation.
func (s *Store) InvitationByLink(ctx context.Context, token string) (i Invitation, err error) {
	t := s.db.ReadTx(ctx)
	var link Link
	err = t.Take(&link, openInvitation, models.TokenHash(token), LinkInvite, t.Now).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return i, ErrLink
	}
	if err != nil {
		return i, db.Wrap(err, "invitation")
	}
	var u models.User
	if err := t.Take(&u, "id = ?", link.UserID).Error; err != nil {
		return i, db.Wrap(err, "person")
	}
	if i, err = invitation(t, u.ID, link.AccountID); err != nil {
		return i, err
	}
	i.Fresh, err = fresh(t, u)
	return i, err
}

func invitation(t *db.Tx, userID, accountID string) (i Invitation, err error) {
	all, err := invitations(t, userID)
	for _, i := range all {
		if i.AccountID == accountID {
			return i, err
		}
	}
	return i, errors.Join(err, ErrLink)
}

func invitations(t *db.Tx, userID string) ([]Invitation, error) {
	var all []Invitation
	err := t.Raw(`SELECT m.account_id, a.name AS account, m.role FROM members m
		JOIN accounts a ON a.id = m.account_id
		WHERE m.user_id = ? AND m.accepted_at IS NULL ORDER BY a.name, a.id`, userID).
		Scan(&all).Error
	for i := range all {
		all[i].userID = userID
	}
	return all, db.Wrap(err, "invitations")
}

// Invitations are those that a person may accept without their links: whose sign-in has proven that the
// mailbox is theirs, by a mailed link or the organisation's word.
func (s *Store) Invitations(ctx context.Context, v Visit) ([]Invitation, error) {
	if v.User.ID == "" || !v.Session.Proven {
		return nil, nil
	}
	return invitations(s.db.ReadTx(ctx), v.User.ID)
}

// AcceptInvitation makes the visitor a member, by the link of the invitation: both must belong to the same
// person. With an account's id in place of a token, the sign-in itself must have proven the mailbox.
func (s *Store) AcceptInvitation(ctx context.Context, a models.Actor, v Visit,
	token, accountID string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		u, err := lockUser(t, v.User.ID)
		if err != nil {
			return err
		}
		switch {
		case token != "":
			var link Link
			err := t.Take(&link, openInvitation+" AND user_id = ?", models.TokenHash(token), LinkInvite,
				t.Now, u.ID).Error
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return ErrLink
			}
			if err != nil {
				return db.Wrap(err, "invitation")
			}
			accountID = link.AccountID
		case !v.Session.Proven:
			return ErrLink
		}
		if err := accept(t, a.Person(u), u, accountID); err != nil {
			return err
		}
		err = t.Model(&Session{}).Where("token_hash = ?", v.Session.TokenHash).
			Update("account_id", accountID).Error
		if err != nil {
			return db.Wrap(err, "switching accounts")
		}
		return arrive(t, u, accountID)
	})
}

// accept turns an invitation into a membership, once.
func accept(t *db.Tx, a models.Actor, u models.User, accountID string) error {
	done := t.Model(&Member{}).
		Where("user_id = ? AND account_id = ? AND accepted_at IS NULL", u.ID, accountID).
		Updates(map[string]any{"accepted_at": t.Now, "invitation": ""})
	if done.Error != nil {
		return db.Wrap(done.Error, "accepting an invitation")
	}
	if done.RowsAffected == 0 {
		return ErrLink
	}
	t.Record(a.In(accountID), "person.accept",
		models.AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	return voidInvitations(t, u.ID, accountID)
}

// DeclineInvitation ends an invitation that its person does not want.
func (s *Store) DeclineInvitation(ctx context.Context, a models.Actor, v Visit, token string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var link Link
		err := t.Take(&link, openInvitation+" AND user_id = ?", models.TokenHash(token), LinkInvite, t.Now,
			v.User.ID).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return ErrLink
		}
		if err != nil {
			return db.Wrap(err, "invitation")
		}
		var m Member
		if err := t.Take(&m, "user_id = ? AND account_id = ? AND accepted_at IS NULL", link.UserID,
			link.AccountID).Error; err != nil {
			return db.Wrap(err, "invitation")
		}
		if err := t.Where("user_id = ? AND account_id = ? AND accepted_at IS NULL", link.UserID,
			link.AccountID).Delete(&Member{}).Error; err != nil {
			return db.Wrap(err, "declining an invitation")
		}
		t.Record(models.Actor{Kind: models.Person, Name: m.Name, AccountID: link.AccountID}, "person.decline",
			models.AuditEntry{ObjectKind: "person", ObjectID: m.Invitation, ObjectName: m.Name})
		return voidInvitations(t, link.UserID, link.AccountID)
	})
}
