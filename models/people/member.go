package people

import (
	"cmp"
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Member says that a person belongs to an account, or is invited to it.
type Member struct {
	UserID     string `gorm:"primaryKey"`
	AccountID  string `gorm:"primaryKey"`
	Role       models.Role
	CreatedAt  time.Time
	AcceptedAt *time.Time // nil: invited
	// the id of an invitation: a person's own would tell how long they have been known elsewhere
	Invitation string
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
func (m Member) asInvited(u models.User) models.User {
	if m.AcceptedAt != nil {
		return u
	}
	return models.User{ID: m.Invitation, Email: u.Email, Name: m.Name, CreatedAt: m.CreatedAt}
}

// Seat is an account in which a person may work, and what they are there.
type Seat struct {
	Account models.Account `gorm:"embedded"`
	Role    models.Role
}

// seats are the accounts of a person: as a member, and for support staff those that grant access now.
func (s *Store) seats(ctx context.Context, u models.User) ([]Seat, error) {
	var own []Seat
	err := s.db.Reading(ctx).Table("members").Select("accounts.*, members.role AS role").
		Joins("JOIN accounts ON accounts.id = members.account_id").
		Where("members.user_id = ? AND members.accepted_at IS NOT NULL", u.ID).
		Order("accounts.name, accounts.id").Scan(&own).Error
	if err != nil || !u.Support {
		return own, db.Wrap(err, "accounts of a person")
	}
	var granted []Seat
	err = s.db.Reading(ctx).Table("accounts").Select("accounts.*, 'support' AS role").
		Where("id IN (SELECT account_id FROM support_grants WHERE until > ? AND ended_at IS NULL)",
			s.db.Now()).
		Where("id NOT IN (SELECT account_id FROM members WHERE user_id = ? AND accepted_at IS NOT NULL)",
			u.ID).
		Order("name, id").Scan(&granted).Error
	return append(own, granted...), db.Wrap(err, "accounts that grant access")
}

// SwitchAccount moves a session to another account of the person, or with an empty id to support's desk.
// Support's visits are in the log of the account.
func (s *Store) SwitchAccount(ctx context.Context, a models.Actor, v Visit, accountID string) error {
	v.Session.AccountID = accountID
	seat := v.choose()
	if seat.Account.ID != accountID {
		return models.ErrNotFound
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		err := t.Model(&Session{}).Where("token_hash = ?", v.Session.TokenHash).
			Update("account_id", accountID).Error
		if err != nil {
			return db.Wrap(err, "switching accounts")
		}
		if err := arrive(t, v.User, accountID); err != nil {
			return err
		}
		if seat.Role == models.Support && accountID != "" {
			v.Seat = seat
			t.Record(v.Actor(a.Network, a.RequestID), "support.enter",
				models.AuditEntry{ObjectKind: "account", ObjectID: accountID, ObjectName: seat.Account.Name})
		}
		return nil
	})
}

// Colleague is a member of an account as its owner sees them: what they did elsewhere is not in it.
type Colleague struct {
	User    models.User
	Role    models.Role
	Pending bool
}

// Invited says whether the person has not accepted yet.
func (c Colleague) Invited() bool { return c.Pending }

// colleagueRow is a member with the person.
type colleagueRow struct {
	User   models.User `gorm:"embedded;embeddedPrefix:u_"`
	Member Member      `gorm:"embedded;embeddedPrefix:m_"`
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
func (s *Store) Members(ctx context.Context, a models.Actor) ([]Colleague, error) {
	all, err := s.Colleagues(ctx, a)
	return slices.DeleteFunc(all, Colleague.Invited), err
}

// Colleagues are the members of the account, and who is invited, by name.
func (s *Store) Colleagues(ctx context.Context, a models.Actor) ([]Colleague, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var rows []colleagueRow
	err := s.db.Reading(ctx).Table("members").Select(colleagueColumns).
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.account_id = ?", a.AccountID).Scan(&rows).Error
	all := make([]Colleague, len(rows))
	for i, row := range rows {
		all[i] = row.seen()
	}
	slices.SortFunc(all, func(x, y Colleague) int {
		return cmp.Or(cmp.Compare(x.User.Name, y.User.Name), cmp.Compare(x.User.ID, y.User.ID))
	})
	return all, db.Wrap(err, "members")
}

// Colleague is one member of the account.
func (s *Store) Colleague(ctx context.Context, a models.Actor, userID string) (Colleague, error) {
	all, err := s.Colleagues(ctx, a)
	if err != nil {
		return Colleague{}, err
	}
	for _, c := range all {
		if c.User.ID == userID {
			return c, nil
		}
	}
	return Colleague{}, models.ErrNotFound
}

// SetRole changes what a member may do. The last owner stays one.
func (s *Store) SetRole(ctx context.Context, a models.Actor, userID string, r models.Role) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		m, u, err := member(t, a, userID)
		if err != nil || m.Role == r {
			return err
		}
		if !r.OfAccount() {
			return models.Invalid{"role": models.Problem{Key: "error.role"}}
		}
		if err := t.Model(&Member{}).Where("user_id = ? AND account_id = ?", u.ID, a.AccountID).Update("role",
			r).Error; err != nil {
			return db.Wrap(err, "changing a role")
		}
		u = m.asInvited(u)
		t.Record(a, "person.role", models.AuditEntry{
			ObjectKind: "person",
			ObjectID:   u.ID,
			ObjectName: u.Name,
			Before:     string(m.Role),
			After:      string(r),
		})
		return anOwnerIsLeft(t, a.AccountID)
	})
}

// RemoveMember takes from a person what the account gave: the membership, its invitation, and their sessions
// in it. What they did stays in the log.
func (s *Store) RemoveMember(ctx context.Context, a models.Actor, userID string) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		m, u, err := member(t, a, userID)
		if err != nil {
			return err
		}
		if err := t.Where("user_id = ? AND account_id = ?", u.ID,
			a.AccountID).Delete(&Member{}).Error; err != nil {
			return db.Wrap(err, "removing a member")
		}
		if err := leave(t, u, a.AccountID); err != nil {
			return err
		}
		u = m.asInvited(u)
		t.Record(a, "person.remove", models.AuditEntry{
			ObjectKind: "person",
			ObjectID:   u.ID,
			ObjectName: u.Name,
			Before:     string(m.Role),
		})
		return anOwnerIsLeft(t, a.AccountID)
	})
}

func member(t *db.Tx, a models.Actor, userID string) (m Member, u models.User, err error) {
	// The account's row is held, so that two owners cannot make each other viewers at once.
	if err := HoldAccount(t, a.AccountID); err != nil {
		return m, u, err
	}
	err = t.Take(
		&m,
		"account_id = ? AND (user_id = ? AND accepted_at IS NOT NULL OR invitation = ? AND accepted_at IS "+
			"NULL AND invitation <> '')",
		a.AccountID,
		userID,
		userID,
	).Error
	if err != nil {
		return m, u, db.Wrap(err, "member")
	}
	err = t.Take(&u, "id = ?", m.UserID).Error
	return m, u, db.Wrap(err, "person")
}

func HoldAccount(t *db.Tx, id string) error {
	var account models.Account
	return db.Wrap(t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&account, "id = ?", id).Error,
		"account")
}

func anOwnerIsLeft(t *db.Tx, accountID string) error {
	var owners int64
	if err := t.Model(&Member{}).Where("account_id = ? AND role = ? AND accepted_at IS NOT NULL", accountID,
		models.Owner).Count(&owners).Error; err != nil {
		return db.Wrap(err, "owners")
	}
	if owners == 0 {
		return models.Invalid{"role": models.Problem{Key: "error.last_owner"}}
	}
	return nil
}

// OwnerName is somebody who can give access; empty when the account has no owner.
func (s *Store) OwnerName(ctx context.Context, a models.Actor) (string, error) {
	var name string
	err := s.db.Reading(ctx).Table("members").Select("users.name").
		Joins("JOIN users ON users.id = members.user_id").
		Where("members.account_id = ? AND members.role = ? AND members.accepted_at IS NOT NULL", a.AccountID,
			models.Owner).
		Order("members.created_at").Limit(1).Scan(&name).Error
	return name, db.Wrap(err, "owner")
}

// MayApprove says whether clear requests are the actor's business: support's, and in an account with more
// than one manager theirs, because nobody approves their own.
func (s *Store) MayApprove(ctx context.Context, a models.Actor) (bool, error) {
	if a.Role == models.Support || !a.May(models.Decide) {
		return a.Role == models.Support, nil
	}
	var deciders int64
	err := s.db.Reading(ctx).Model(&Member{}).
		Where("account_id = ? AND role IN ? AND accepted_at IS NOT NULL", a.AccountID,
			[]models.Role{models.Manager, models.Owner}).
		Count(&deciders).Error
	return deciders > 1, db.Wrap(err, "managers")
}
