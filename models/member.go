package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Member says that a person belongs to an account.
type Member struct {
	UserID    string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Role      Role
	CreatedAt time.Time
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
		Where("members.user_id = ?", u.ID).Order("accounts.name, accounts.id").Scan(&own).Error
	if err != nil || !u.Support {
		return own, found(err, "accounts of a person")
	}
	var granted []Seat
	err = s.reading(ctx).Table("accounts").Select("accounts.*, 'support' AS role").
		Where("id IN (SELECT account_id FROM support_grants WHERE until > ? AND ended_at IS NULL)", s.now()).
		Where("id NOT IN (SELECT account_id FROM members WHERE user_id = ?)", u.ID).
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
		if seat.Role == Support && accountID != "" {
			v.Seat = seat
			t.record(v.Actor(a.Network, a.RequestID), "support.enter", AuditEntry{ObjectKind: "account", ObjectID: accountID, ObjectName: seat.Account.Name})
		}
		return nil
	})
}

// Colleague is a member of an account as its owner sees them.
type Colleague struct {
	User User `gorm:"embedded"`
	Role Role
}

// Invited says whether the person has not chosen a password yet and has never been here.
func (c Colleague) Invited() bool { return c.User.PasswordHash == "" && c.User.SignedInAt == nil }

// Colleagues are the members of the account, by name.
func (s *Store) Colleagues(ctx context.Context, a Actor) ([]Colleague, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	var all []Colleague
	err := s.reading(ctx).Table("members").Select("users.*, members.role AS role").
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.account_id = ?", a.AccountID).Order("users.name, users.id").Scan(&all).Error
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
		t.record(a, "person.role", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, Before: string(m.Role), After: string(r)})
		return t.anOwnerIsLeft(a.AccountID)
	})
}

// RemoveMember takes a person out of the account and signs them out everywhere. What they did stays in the log.
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
		if err := t.signOut(u.ID, ""); err != nil {
			return err
		}
		t.record(a, "person.remove", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, Before: string(m.Role)})
		return t.anOwnerIsLeft(a.AccountID)
	})
}

func (t *tx) member(a Actor, userID string) (m Member, u User, err error) {
	// The account's row is held, so that two owners cannot make each other viewers at once.
	if err := t.holdAccount(a.AccountID); err != nil {
		return m, u, err
	}
	if err := t.Take(&m, "user_id = ? AND account_id = ?", userID, a.AccountID).Error; err != nil {
		return m, u, found(err, "member")
	}
	err = t.Take(&u, "id = ?", userID).Error
	return m, u, found(err, "person")
}

func (t *tx) holdAccount(id string) error {
	var account Account
	return found(t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&account, "id = ?", id).Error, "account")
}

func (t *tx) anOwnerIsLeft(accountID string) error {
	var owners int64
	if err := t.Model(&Member{}).Where("account_id = ? AND role = ?", accountID, Owner).Count(&owners).Error; err != nil {
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
		Where("members.account_id = ? AND members.role = ?", a.AccountID, Owner).Order("members.created_at").Limit(1).Scan(&name).Error
	return name, found(err, "owner")
}

// MayApprove says whether clear requests are the actor's business: support's, and in an account with more than one
// manager theirs, because nobody approves their own.
func (s *Store) MayApprove(ctx context.Context, a Actor) (bool, error) {
	if a.Role == Support || !a.May(Decide) {
		return a.Role == Support, nil
	}
	var deciders int64
	err := s.reading(ctx).Model(&Member{}).Where("account_id = ? AND role IN ?", a.AccountID, []Role{Manager, Owner}).Count(&deciders).Error
	return deciders > 1, found(err, "managers")
}
