package models

import (
	"context"
	"time"
)

// Wishes are what a person may set for themselves.
type Wishes struct {
	Name         string
	Zone         string
	Theme        string
	ShortcutsOff bool
}

// EditMe saves the person's own name and wishes.
func (s *Store) EditMe(ctx context.Context, a Actor, w Wishes) error {
	if a.ID == "" {
		return ErrForbidden
	}
	bad := Invalid{}
	if w.Name = cleanName(w.Name); w.Name == "" {
		bad["name"] = Problem{Key: "error.name_missing"}
	}
	if _, err := time.LoadLocation(w.Zone); err != nil || w.Zone == "Local" {
		bad["zone"] = Problem{Key: "error.zone"}
	}
	if w.Theme != "" && w.Theme != "light" && w.Theme != "dark" {
		bad["theme"] = Problem{Key: "error.choice"}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		done := t.Model(&User{}).Where("id = ?", a.ID).Updates(map[string]any{"name": w.Name, "zone": w.Zone,
			"theme": w.Theme, "shortcuts_off": w.ShortcutsOff})
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "own settings")
		}
		return t.recordPerson(a, "person.edit")
	})
}

// ChangePassword asks for the present password, sets the new one and signs out every other session (keep is the
// digest of the one at hand).
func (s *Store) ChangePassword(ctx context.Context, a Actor, old, password, keep string) error {
	var u User
	if err := s.reading(ctx).Take(&u, "id = ?", a.ID).Error; err != nil {
		return found(err, "person")
	}
	if problem := passwordProblem(password, u.Email); problem != "" {
		return Invalid{"password": Problem{Key: problem}}
	}
	if err := s.inTx(ctx, func(t *tx) error { return t.countTry(triesInside(u), triesAtMost) }); err != nil {
		return err
	}
	same, err := s.samePassword(ctx, u.PasswordHash, old)
	if err != nil {
		return err
	}
	if !same && u.PasswordHash != "" {
		return Invalid{"old": Problem{Key: "error.password_wrong"}}
	}
	hash, err := s.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error { return t.setPassword(a, u, hash, keep) })
}

func (t *tx) setPassword(a Actor, u User, hash, keep string) error {
	err := t.Model(&User{}).Where("id = ?", u.ID).
		Update("password_hash", hash).Error
	if err != nil {
		return found(err, "setting a password")
	}
	if err := t.forgetTries(triesInside(u)); err != nil {
		return err
	}
	if err := t.voidLinks(u.ID); err != nil {
		return err
	}
	if err := t.signOut(u.ID, keep); err != nil {
		return err
	}
	return t.recordThere(a, u, "person.password")
}
