package people

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// UserByEmail finds a person for the command line.
func (s *Store) UserByEmail(ctx context.Context, a models.Actor, email string) (models.User, error) {
	if a.Kind != models.Command {
		return models.User{}, models.ErrForbidden
	}
	_, normal, _ := models.NormalEmail(email)
	var u models.User
	err := s.db.Reading(ctx).Take(&u, "email = ?", normal).Error
	return u, db.Wrap(err, "person")
}

// IsEmpty says whether there is no person yet who could sign in: the installation is new.
func (s *Store) IsEmpty(ctx context.Context) (bool, error) {
	var one []int
	err := s.db.Reading(ctx).Raw("SELECT 1 FROM users LIMIT 1").Scan(&one).Error
	return len(one) == 0, db.Wrap(err, "people")
}

// LockUser shuts a person out everywhere, now; with lock false it lets them in again. Only for whoever runs
// the installation: a person may belong to several businesses.
func (s *Store) LockUser(ctx context.Context, a models.Actor, userID string, lock bool) error {
	if a.Kind != models.Command {
		return models.ErrForbidden
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var u models.User
		if err := t.Take(&u, "id = ?", userID).Error; err != nil {
			return db.Wrap(err, "person")
		}
		action, change := "person.unlock", map[string]any{"locked_at": nil}
		if lock {
			action, change = "person.lock", map[string]any{"locked_at": t.Now}
			if err := signOut(t, u.ID, ""); err != nil {
				return err
			}
		}
		if err := t.Model(&models.User{}).Where("id = ?", u.ID).Updates(change).Error; err != nil {
			return db.Wrap(err, "locking a person")
		}
		if !lock {
			if err := forgetTries(t, triesFor(u.Email)); err != nil {
				return err
			}
			if err := t.Where("name LIKE ?", triesAt(u.Email,
				"")[:len("pair ")+32]+" %").Delete(&SignInTry{}).Error; err != nil {
				return db.Wrap(err, "forgetting tries")
			}
		}
		return recordEverywhere(t, a, u, action)
	})
}

// recordEverywhere notes what the command line did to a person in the log of each account they belong to;
// what concerns support staff is in the log of the installation, which has no account.
func recordEverywhere(t *db.Tx, a models.Actor, u models.User, action string) error {
	var accounts []string
	if err := t.Model(&Member{}).Where("user_id = ? AND accepted_at IS NOT NULL",
		u.ID).Order("account_id").Pluck("account_id", &accounts).Error; err != nil {
		return db.Wrap(err, "accounts of a person")
	}
	if u.Support || len(accounts) == 0 {
		accounts = append(accounts, "")
	}
	for _, id := range accounts {
		t.Record(a.In(id), action,
			models.AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	}
	return nil
}
