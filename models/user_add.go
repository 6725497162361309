package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// NewUser is what is asked to add a person.
type NewUser struct {
	Email    string
	Name     string
	Role     Role   // Support: staff who help all accounts, added by whoever runs the installation only
	Password string // empty: the person chooses one by the link
}

// AddUser adds a person to the actor's account. Somebody new without a password gets a link to choose one, returned
// as link; somebody who signs in elsewhere already is only made a member.
func (s *Store) AddUser(ctx context.Context, a Actor, n NewUser) (u User, link string, err error) {
	if err := a.mayAdd(n.Role); err != nil {
		return User{}, "", err
	}
	if err := n.check(); err != nil {
		return User{}, "", err
	}
	hash := ""
	if n.Password != "" {
		if hash, err = s.hashPassword(ctx, n.Password); err != nil {
			return User{}, "", err
		}
	}
	err = s.inTx(ctx, func(t *tx) error {
		if u, err = t.userOrNew(n, hash); err != nil {
			return err
		}
		if err := t.join(a, u, n.Role); err != nil {
			return err
		}
		if u.PasswordHash == "" && u.CreatedAt.Equal(t.now) {
			link, err = t.addLink(u, LinkInvite)
		}
		return err
	})
	return u, link, err
}

func (a Actor) mayAdd(r Role) error {
	if r == Support {
		if a.Kind != Command {
			return ErrForbidden
		}
		return nil
	}
	return a.need(Configure)
}

func (n *NewUser) check() error {
	bad := Invalid{}
	_, normal, problem := NormalEmail(n.Email)
	if problem != "" {
		bad["email"] = Problem{Key: problem}
	}
	n.Email = normal
	if n.Name = cleanName(n.Name); n.Name == "" {
		n.Name, _, _ = strings.Cut(normal, "@")
	}
	if n.Role != Support && !n.Role.ofAccount() {
		bad["role"] = Problem{Key: "error.role"}
	}
	if n.Password != "" {
		if problem := passwordProblem(n.Password, n.Email); problem != "" {
			bad["password"] = Problem{Key: problem}
		}
	}
	return bad.Err()
}

// cleanName is a name of a person or a thing as it is kept: one line, at most 120 letters.
func cleanName(s string) string {
	s = strings.Join(strings.Fields(cleanText(s)), " ")
	if letters := []rune(s); len(letters) > 120 {
		s = string(letters[:120])
	}
	return s
}

func (r Role) ofAccount() bool { return r == Owner || r == Manager || r == Viewer }

func (t *tx) userOrNew(n NewUser, hash string) (User, error) {
	var u User
	err := t.Take(&u, "email = ?", n.Email).Error
	if err == nil || !errors.Is(err, gorm.ErrRecordNotFound) {
		return u, found(err, "person")
	}
	u = User{ID: newID("usr", t.now), Email: n.Email, Name: n.Name, PasswordHash: hash, CreatedAt: t.now}
	done := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}}, DoNothing: true}).Create(&u)
	if done.Error == nil && done.RowsAffected == 0 { // somebody else was first
		u = User{}
		return u, found(t.Take(&u, "email = ?", n.Email).Error, "person")
	}
	return u, found(done.Error, "adding a person")
}

// join makes a person a member of the actor's account, or support staff.
func (t *tx) join(a Actor, u User, r Role) error {
	entry := AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, After: string(r)}
	if r == Support {
		t.record(a.in(""), "person.add", entry)
		return found(t.Model(&User{}).Where("id = ?", u.ID).Update("support", true).Error, "support staff")
	}
	m := Member{UserID: u.ID, AccountID: a.AccountID, Role: r, CreatedAt: t.now}
	err := t.Create(&m).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return Invalid{"email": Problem{Key: "error.already_member", Values: map[string]string{"name": u.Name}}}
	}
	if err != nil {
		return fmt.Errorf("models: adding a member: %w", err)
	}
	t.record(a, "person.add", entry)
	return nil
}

// in is the same actor, in another account.
func (a Actor) in(accountID string) Actor {
	a.AccountID = accountID
	return a
}
