package people

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Preferences are what a person may set for themselves.
type Preferences struct {
	Name         string
	Zone         string
	Theme        string
	ShortcutsOff bool
}

// EditMe saves the person's own name and wishes.
func (s *Store) EditMe(ctx context.Context, a models.Actor, w Preferences) error {
	if a.ID == "" {
		return models.ErrForbidden
	}
	bad := models.Invalid{}
	if w.Name = CleanName(w.Name); w.Name == "" {
		bad["name"] = models.Problem{Key: "error.name_missing"}
	}
	if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" {
		bad["zone"] = models.Problem{Key: "error.zone"}
	}
	if w.Theme != "" && w.Theme != "light" && w.Theme != "dark" {
		bad["theme"] = models.Problem{Key: "error.choice"}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		done := t.Model(&models.User{}).Where("id = ?", a.ID).
			Updates(map[string]any{"name": w.Name, "zone": w.Zone,
				"theme": w.Theme, "shortcuts_off": w.ShortcutsOff})
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "own settings")
		}
		return recordPerson(t, a, "person.edit")
	})
}

// ChangePassword asks for the present password, sets the new one and signs out every other session (keep is
// the digest of the one at hand).
func (s *Store) ChangePassword(ctx context.Context, a models.Actor, old, password, keep string) error {
	var u models.User
	if err := s.db.Reading(ctx).Take(&u, "id = ?", a.ID).Error; err != nil {
		return db.Wrap(err, "person")
	}
	if problem := passwordProblem(password, u.Email); problem != "" {
		return models.Invalid{"password": models.Problem{Key: problem}}
	}
	if err := s.db.InTx(ctx, func(t *db.Tx) error {
		return countTry(t, triesInside(u),
			triesAtMost)
	}); err != nil {
		return err
	}
	same, err := s.samePassword(ctx, u.PasswordHash, old)
	if err != nil {
		return err
	}
	if !same && u.PasswordHash != "" {
		return models.Invalid{"old": models.Problem{Key: "error.password_wrong"}}
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error { return setPassword(t, a, u, hash, keep) })
}

func setPassword(t *db.Tx, a models.Actor, u models.User, hash, keep string) error {
	err := t.Model(&models.User{}).Where("id = ?", u.ID).Update("password_hash", hash).Error
	if err != nil {
		return db.Wrap(err, "setting a password")
	}
	if err := forgetTries(t, triesInside(u)); err != nil {
		return err
	}
	if err := voidLinks(t, u.ID); err != nil {
		return err
	}
	if err := signOut(t, u.ID, keep); err != nil {
		return err
	}
	return recordThere(t, a, u, "person.password")
}
