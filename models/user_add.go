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

// AddUser invites a person to the actor's account, and returns the link by which they accept. It does and says the same
// whether or not somebody signs in with that email already: u is what the account knows of them until they have accepted.
// The command line may give a password instead: then the person is a member at once, if it is theirs.
func (s *Store) AddUser(ctx context.Context, a Actor, n NewUser) (u User, link string, err error) {
	if err := a.mayAdd(n.Role); err != nil {
		return User{}, "", err
	}
	if err := n.check(); err != nil {
		return User{}, "", err
	}
	hash := ""
	if n.Password != "" && a.Kind == Command { // nobody else chooses somebody's password
		if hash, err = s.hashPassword(ctx, n.Password); err != nil {
			return User{}, "", err
		}
	}
	vouched, err := s.vouchedFor(ctx, a, n)
	if err != nil {
		return User{}, "", err
	}
	err = s.inTx(ctx, func(t *tx) error {
		if u, err = t.userOrNew(n, hash); err != nil {
			return err
		}
		known := !u.CreatedAt.Equal(t.now)
		if n.Role == Support {
			link, err = t.joinSupport(a, u, known)
			return err
		}
		m := Member{UserID: u.ID, AccountID: a.AccountID, Role: n.Role, Name: n.Name, CreatedAt: t.now}
		if hash != "" && (!known || vouched) {
			m.AcceptedAt = &t.now
		}
		if m.AcceptedAt == nil {
			m.Invitation = newID("inv", t.now)
		}
		if link, err = t.join(a, u, m); a.Kind != Command {
			u = m.asInvited(u)
		}
		return err
	})
	return u, link, err
}

// vouchedFor says whether the command line knows the password that somebody has already.
func (s *Store) vouchedFor(ctx context.Context, a Actor, n NewUser) (bool, error) {
	if a.Kind != Command || n.Password == "" {
		return false, nil
	}
	u, err := s.UserByEmail(ctx, a, n.Email)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.samePassword(ctx, u.PasswordHash, n.Password)
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

// join makes a person a member of the actor's account, or invites them.
func (t *tx) join(a Actor, u User, m Member) (link string, err error) {
	taken := Invalid{"email": Problem{Key: "error.already_member", Values: map[string]string{"name": m.Name}}}
	err = t.Create(&m).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return "", taken
	}
	if err != nil {
		return "", fmt.Errorf("models: adding a member: %w", err)
	}
	t.record(a, "person.add", AuditEntry{ObjectKind: "person", ObjectID: m.ID(), ObjectName: m.Name, After: string(m.Role)})
	if m.AcceptedAt != nil {
		return "", nil
	}
	return t.addInvitation(u, m.AccountID)
}

// joinSupport makes a person support staff. Whoever has chosen the password of somebody known was not asked whether they
// are that somebody: the password, the open links and the sessions are void, and a new one is chosen by the link.
func (t *tx) joinSupport(a Actor, u User, known bool) (link string, err error) {
	change := map[string]any{"support": true}
	if known {
		change["password_hash"] = ""
		change["sso_issuer"], change["sso_subject"] = "", ""
		if err := t.voidLinks(u.ID); err != nil {
			return "", err
		}
		if err := t.signOut(u.ID, ""); err != nil {
			return "", err
		}
	}
	if err := t.Model(&User{}).Where("id = ?", u.ID).Updates(change).Error; err != nil {
		return "", found(err, "support staff")
	}
	t.record(a.in(""), "person.add", AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name, After: string(Support)})
	if known || u.PasswordHash == "" {
		token, hash := newToken()
		link := Link{TokenHash: hash, UserID: u.ID, Purpose: LinkReset, CreatedAt: t.now, ExpiresAt: t.now.Add(linkLife[LinkInvite])}
		return token, found(t.Create(&link).Error, "adding a link")
	}
	return "", nil
}

// in is the same actor, in another account.
func (a Actor) in(accountID string) Actor {
	a.AccountID = accountID
	return a
}
