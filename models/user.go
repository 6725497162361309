package models

import (
	"context"
	"time"
)

// User is a person who signs in: of one business or several, or support staff.
type User struct {
	ID            string
	Email         string // normal form
	Name          string
	PasswordHash  string `json:"-"`
	Support       bool
	Zone          string // empty: the account's
	Theme         string // light, dark; empty: the system's
	ShortcutsOff  bool
	LockedAt      *time.Time
	SignedInAt    *time.Time
	CreatedAt     time.Time
	LastAccountID string // where they worked last
	SSOIssuer     string `gorm:"column:sso_issuer"` // whose word they signed in by first, and as whom
	SSOSubject    string `gorm:"column:sso_subject"`
}

// UserByEmail finds a person for the command line.
func (s *Store) UserByEmail(ctx context.Context, a Actor, email string) (User, error) {
	if a.Kind != Command {
		return User{}, ErrForbidden
	}
	_, normal, _ := NormalEmail(email)
	var u User
	err := s.reading(ctx).Take(&u, "email = ?", normal).Error
	return u, found(err, "person")
}

// Nobody says whether there is no person yet who could sign in: the installation is new.
func (s *Store) Nobody(ctx context.Context) (bool, error) {
	var one []int
	err := s.reading(ctx).Raw("SELECT 1 FROM users LIMIT 1").Scan(&one).Error
	return len(one) == 0, found(err, "people")
}

// LockUser shuts a person out everywhere, now; with lock false it lets them in again. Only for whoever runs the
// installation: a person may belong to several businesses.
func (s *Store) LockUser(ctx context.Context, a Actor, userID string, lock bool) error {
	if a.Kind != Command {
		return ErrForbidden
	}
	return s.inTx(ctx, func(t *tx) error {
		var u User
		if err := t.Take(&u, "id = ?", userID).Error; err != nil {
			return found(err, "person")
		}
		action, change := "person.unlock", map[string]any{"locked_at": nil}
		if lock {
			action, change = "person.lock", map[string]any{"locked_at": t.now}
			if err := t.signOut(u.ID, ""); err != nil {
				return err
			}
		}
		if err := t.Model(&User{}).Where("id = ?", u.ID).Updates(change).Error; err != nil {
			return found(err, "locking a person")
		}
		if !lock {
			if err := t.forgetTries(triesFor(u.Email)); err != nil {
				return err
			}
			if err := t.Where("name LIKE ?", triesAt(u.Email, "")[:len("pair ")+32]+" %").Delete(&signInTry{}).Error; err != nil {
				return found(err, "forgetting tries")
			}
		}
		return t.recordEverywhere(a, u, action)
	})
}

// recordEverywhere notes what the command line did to a person in the log of each account they belong to; what concerns
// support staff is in the log of the installation, which has no account.
func (t *tx) recordEverywhere(a Actor, u User, action string) error {
	var accounts []string
	if err := t.Model(&Member{}).Where("user_id = ? AND accepted_at IS NOT NULL", u.ID).Order("account_id").Pluck("account_id", &accounts).Error; err != nil {
		return found(err, "accounts of a person")
	}
	if u.Support || len(accounts) == 0 {
		accounts = append(accounts, "")
	}
	for _, id := range accounts {
		t.record(a.in(id), action, AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	}
	return nil
}
