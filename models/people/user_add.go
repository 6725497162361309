package people

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// NewUser is what is asked to add a person.
type NewUser struct {
	Email    string
	Name     string
	Role     models.Role // Support: staff who help all accounts, added by whoever runs the installation only
	Password string      // empty: the person chooses one by the link
}

// AddUser invites a person to the actor's account, and returns the link by which they accept. It does and
// says the same whether or not somebody signs in with that email already: u is what the account knows of them
// until they have accepted. The command line may give a password instead: then the person is a member at
// once, if it is theirs.
func (s *Store) AddUser(ctx context.Context, a models.Actor,
	n NewUser) (u models.User, link string, err error) {
	if err := a.MayAdd(n.Role); err != nil {
		return models.User{}, "", err
	}
	if err := n.check(); err != nil {
		return models.User{}, "", err
	}
	hash := ""
	if n.Password != "" && a.Kind == models.Command { // nobody else chooses somebody's password
		if hash, err = s.hashPassword(ctx, n.Password); err != nil {
			return models.User{}, "", err
		}
	}
	vouched, err := s.vouchedFor(ctx, a, n)
	if err != nil {
		return models.User{}, "", err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if u, err = userOrNew(t, n, hash); err != nil {
			return err
		}
		known := !u.CreatedAt.Equal(t.Now)
		if n.Role == models.Support {
			link, err = joinSupport(t, a, u, known)
			return err
		}
		m := Member{UserID: u.ID, AccountID: a.AccountID, Role: n.Role, Name: n.Name, CreatedAt: t.Now}
		if hash != "" && (!known || vouched) {
			m.AcceptedAt = &t.Now
		}
		if m.AcceptedAt == nil {
			m.Invitation = models.NewID("inv", t.Now)
		}
		if link, err = join(t, a, u, m); a.Kind != models.Command {
			u = m.asInvited(u)
		}
		return err
	})
	return u, link, err
}

// vouchedFor says whether the command line knows the password that somebody has already.
func (s *Store) vouchedFor(ctx context.Context, a models.Actor, n NewUser) (bool, error) {
	if a.Kind != models.Command || n.Password == "" {
		return false, nil
	}
	u, err := s.UserByEmail(ctx, a, n.Email)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return s.samePassword(ctx, u.PasswordHash, n.Password)
}

func (n *NewUser) check() error {
	bad := models.Invalid{}
	_, normal, problem := models.NormalEmail(n.Email)
	if problem != "" {
		bad["email"] = models.Problem{Key: problem}
	}
	n.Email = normal
	if n.Name = CleanName(n.Name); n.Name == "" {
		n.Name, _, _ = strings.Cut(normal, "@")
	}
	if n.Role != models.Support && !n.Role.OfAccount() {
		bad["role"] = models.Problem{Key: "error.role"}
	}
	if n.Password != "" {
		if problem := passwordProblem(n.Password, n.Email); problem != "" {
			bad["password"] = models.Problem{Key: problem}
		}
	}
	return bad.Err()
}

// CleanName is a name of a person or a thing as it is kept: one line, at most 120 letters.
func CleanName(s string) string {
	s = strings.Join(strings.Fields(models.CleanText(s)), " ")
	if letters := []rune(s); len(letters) > 120 {
		s = string(letters[:120])
	}
	return s
}

func userOrNew(t *db.Tx, n NewUser, hash string) (models.User, error) {
	var u models.User
	err := t.Take(&u, "email = ?", n.Email).Error
	if err == nil || !errors.Is(err, gorm.ErrRecordNotFound) {
		return u, db.Wrap(err, "person")
	}
	u = models.User{
		ID:           models.NewID("usr", t.Now),
		Email:        n.Email,
		Name:         n.Name,
		PasswordHash: hash,
		CreatedAt:    t.Now,
	}
	done := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}}, DoNothing: true}).
		Create(&u)
	if done.Error == nil && done.RowsAffected == 0 { // somebody else was first
		u = models.User{}
		return u, db.Wrap(t.Take(&u, "email = ?", n.Email).Error, "person")
	}
	return u, db.Wrap(done.Error, "adding a person")
}

// join makes a person a member of the actor's account, or invites them.
func join(t *db.Tx, a models.Actor, u models.User, m Member) (link string, err error) {
	taken := models.Invalid{
		"email": models.Problem{Key: "error.already_member", Values: map[string]string{"name": m.Name}},
	}
	err = t.Create(&m).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return "", taken
	}
	if err != nil {
		return "", fmt.Errorf("models: adding a member: %w", err)
	}
	t.Record(a, "person.add",
		models.AuditEntry{ObjectKind: "person", ObjectID: m.ID(), ObjectName: m.Name, After: string(m.Role)})
	if m.AcceptedAt != nil {
		return "", nil
	}
	return addInvitation(t, u, m.AccountID)
}

// joinSupport makes a person support staff. Whoever has chosen the password of somebody known was not asked
// whether they are that somebody: the password, the open links and the sessions are void, and a new one is
// chosen by the link.
func joinSupport(t *db.Tx, a models.Actor, u models.User, known bool) (link string, err error) {
	change := map[string]any{"support": true}
	if known {
		change["password_hash"] = ""
		change["sso_issuer"], change["sso_subject"] = "", ""
		if err := voidLinks(t, u.ID); err != nil {
			return "", err
		}
		if err := signOut(t, u.ID, ""); err != nil {
			return "", err
		}
	}
	if err := t.Model(&models.User{}).Where("id = ?", u.ID).Updates(change).Error; err != nil {
		return "", db.Wrap(err, "support staff")
	}
	t.Record(a.In(""), "person.add", models.AuditEntry{
		ObjectKind: "person",
		ObjectID:   u.ID,
		ObjectName: u.Name,
		After:      string(models.Support),
	})
	if known || u.PasswordHash == "" {
		token, hash := db.NewToken()
		link := Link{
			TokenHash: hash,
			UserID:    u.ID,
			Purpose:   LinkReset,
			CreatedAt: t.Now,
			ExpiresAt: t.Now.Add(linkLife[LinkInvite]),
		}
		return token, db.Wrap(t.Create(&link).Error, "adding a link")
	}
	return "", nil
}
