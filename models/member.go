package models

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"
)

// Member says that a person belongs to an account, or is invited to it.
type Member struct {
	UserID     string `gorm:"primaryKey"`
	AccountID  string `gorm:"primaryKey"`
	Role       Role
	CreatedAt  time.Time
	AcceptedAt *time.Time // nil: invited
	Invitation string     // the id of an invitation: a person's own would tell how long they have been known elsewhere
	Name       string     // as whoever invited them wrote it
	SignedInAt *time.Time // into this account
}

// ID is by what the account names the member: the person, once they have accepted.
func (m Member) ID() string {
	if m.AcceptedAt == nil {
		return m.Invitation
	}
	return m.UserID
}

// asInvited is what an account knows of a person whom it has invited: what it wrote itself.
func (m Member) asInvited(u User) User {
	if m.AcceptedAt != nil {
		return u
	}
	return User{ID: m.Invitation, Email: u.Email, Name: m.Name, CreatedAt: m.CreatedAt}
}

// Seat is an account in which a person may work, and what they are there.
type Seat struct {
	Account Account `gorm:"embedded"`
	Role    Role
}

// seats are the accounts of a person: as a member, and for support staff those that grant access now.
func (s *Store) seats(ctx context.Context, u User) ([]Seat, error) {
	var own []Seat
	err := s.reading(ctx).Table("members").Select("accounts.*, members.role AS role").
		Joins("JOIN accounts ON accounts.id = members.account_id").
		Where("members.user_id = ? AND members.accepted_at IS NOT NULL", u.ID).Order("accounts.name, accounts.id").Scan(&own).Error
	if err != nil || !u.Support {
		return own, found(err, "accounts of a person")
	}
	var granted []Seat
	err = s.reading(ctx).Table("accounts").Select("accounts.*, 'support' AS role").
		Where("id IN (SELECT account_id FROM support_grants WHERE until > ? AND ended_at IS NULL)", s.now()).
		Where("id NOT IN (SELECT account_id FROM members WHERE user_id = ? AND accepted_at IS NOT NULL)", u.ID).
		Order("name, id").Scan(&granted).Error
	return append(own, granted...), found(err, "accounts that grant access")
}

// SwitchAccount moves a session to another account of the person, or with an empty id to support's desk. Support's
// visits are in the log of the account.
func (s *Store) SwitchAccount(ctx context.Context, a Actor, v Visit, accountID string) error {
	v.Session.AccountID = accountID
	seat := v.choose()
	if seat.Account.ID != accountID {
		return ErrNotFound
	}
	return s.inTx(ctx, func(t *tx) error {
		err := t.Model(&Session{}).Where("token_hash = ?", v.Session.TokenHash).Update("account_id", accountID).Error
		if err != nil {
			return found(err, "switching accounts")
		}
		if err := t.arrive(v.User, accountID); err != nil {
			return err
		}
		if seat.Role == Support && accountID != "" {
			v.Seat = seat
			t.record(v.Actor(a.Network, a.RequestID), "support.enter", AuditEntry{ObjectKind: "account", ObjectID: accountID, ObjectName: seat.Account.Name})
		}
		return nil
	})
}

// Colleague is a member of an account as its owner sees them: what they did elsewhere is not in it.
type Colleague struct {
	User    User
	Role    Role
	Pending bool
}

// Invited says whether the person has not accepted yet.
func (c Colleague) Invited() bool { return c.Pending }

// colleagueRow is a member with the person.
type colleagueRow struct {
	User   User   `gorm:"embedded;embeddedPrefix:u_"`
	Member Member `gorm:"embedded;embeddedPrefix:m_"`
}

const colleagueColumns = `users.id AS u_id, users.email AS u_email, users.name AS u_name, users.support AS u_support,
	users.locked_at AS u_locked_at, users.created_at AS u_created_at, members.role AS m_role, members.name AS m_name,
	members.accepted_at AS m_accepted_at, members.invitation AS m_invitation, members.signed_in_at AS m_signed_in_at`

func (r colleagueRow) seen() Colleague {
	u := r.Member.asInvited(r.User)
	u.SignedInAt = r.Member.SignedInAt
	return Colleague{User: u, Role: r.Member.Role, Pending: r.Member.AcceptedAt == nil}
}

// Members are the colleagues who have accepted: whom work may be given to.
func (s *Store) Members(ctx context.Context, a Actor) ([]Colleague, error) {
	all, err := s.Colleagues(ctx, a)
	return slices.DeleteFunc(all, Colleague.Invited), err
}

// Colleagues are the members of the account, and who is invited, by name.
func (s *Store) Colleagues(ctx context.Context, a Actor) ([]Colleague, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	var rows []colleagueRow
	err := s.reading(ctx).Table("members").Select(colleagueColumns).
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.account_id = ?", a.AccountID).Scan(&rows).Error
	all := make([]Colleague, len(rows))
	for i, row := range rows {
		all[i] = row.seen()
	}
	slices.SortFunc(all, func(x, y Colleague) int {
		return cmp.Or(cmp.Compare(x.User.Name, y.User.Name), cmp.Compare(x.User.ID, y.User.ID))
	})
	return all, found(err, "members")
}

// Colleague is one member of the account.
func (s *Store) Colleague(ctx context.Context, a Actor, userID string) (Colleague, error) {
	all, err := s.Colleagues(ctx, a)
	if err != nil {
		return Colleague{}, err
	}
	for _, c := range all {
		if c.User.ID == userID {
			return c, nil
		}
	}
	return Colleague{}, ErrNotFound
}

// SetRole changes what a member may do. The last owner stays one.
func (s *Store) SetRole(ctx context.Context, a Actor, userID string, r Role) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		m, u, err := t.member(a, userID)
		if err != nil || m.Role == r {
			return err
		}
		if !r.ofAccount() {
			return Invalid{"role": Problem{Key: "error.role"}}
		}
		if err := t.Model(&Member{}).Where("user_id = ? AND account_id = ?", u.ID, a.AccountID).Update("role", r).Error; err != nil {
			return found(err, "changing a role")
		}
		u = m.asInvited(u)
		t.record(a, "person.role", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, Before: string(m.Role), After: string(r)})
		return t.anOwnerIsLeft(a.AccountID)
	})
}

// RemoveMember takes from a person what the account gave: the membership, its invitation, and their sessions in it.
// What they did stays in the log.
func (s *Store) RemoveMember(ctx context.Context, a Actor, userID string) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		m, u, err := t.member(a, userID)
		if err != nil {
			return err
		}
		if err := t.Where("user_id = ? AND account_id = ?", u.ID, a.AccountID).Delete(&Member{}).Error; err != nil {
			return found(err, "removing a member")
		}
		if err := t.leave(u, a.AccountID); err != nil {
			return err
		}
		u = m.asInvited(u)
		t.record(a, "person.remove", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, Before: string(m.Role)})
		return t.anOwnerIsLeft(a.AccountID)
	})
}

func (t *tx) member(a Actor, userID string) (m Member, u User, err error) {
	// The account's row is held, so that two owners cannot make each other viewers at once.
	if err := t.holdAccount(a.AccountID); err != nil {
		return m, u, err
	}
	err = t.Take(&m, "account_id = ? AND (user_id = ? AND accepted_at IS NOT NULL OR invitation = ? AND accepted_at IS NULL AND invitation <> '')",
		a.AccountID, userID, userID).Error
	if err != nil {
		return m, u, found(err, "member")
	}
	err = t.Take(&u, "id = ?", m.UserID).Error
	return m, u, found(err, "person")
}

func (t *tx) holdAccount(id string) error {
	var account Account
	return found(t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&account, "id = ?", id).Error, "account")
}

func (t *tx) anOwnerIsLeft(accountID string) error {
	var owners int64
	if err := t.Model(&Member{}).Where("account_id = ? AND role = ? AND accepted_at IS NOT NULL", accountID, Owner).Count(&owners).Error; err != nil {
		return found(err, "owners")
	}
	if owners == 0 {
		return Invalid{"role": Problem{Key: "error.last_owner"}}
	}
	return nil
}

// OwnerName is somebody who can give access; empty when the account has no owner.
func (s *Store) OwnerName(ctx context.Context, a Actor) (string, error) {
	var name string
	err := s.reading(ctx).Table("members").Select("users.name").Joins("JOIN users ON users.id = members.user_id").
		Where("members.account_id = ? AND members.role = ? AND members.accepted_at IS NOT NULL", a.AccountID, Owner).Order("members.created_at").Limit(1).Scan(&name).Error
	return name, found(err, "owner")
}

// MayApprove says whether clear requests are the actor's business: support's, and in an account with more than one
// manager theirs, because nobody approves their own.
func (s *Store) MayApprove(ctx context.Context, a Actor) (bool, error) {
	if a.Role == Support || !a.May(Decide) {
		return a.Role == Support, nil
	}
	var deciders int64
	err := s.reading(ctx).Model(&Member{}).Where("account_id = ? AND role IN ? AND accepted_at IS NOT NULL", a.AccountID, []Role{Manager, Owner}).Count(&deciders).Error
	return deciders > 1, found(err, "managers")
}
