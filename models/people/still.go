package people

import (
	"context"
	"fmt"
	"slices"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ErrLost: whoever asked for work that is done later has no right to it any more.
var ErrLost = fmt.Errorf("whoever asked has no right to it any more: %w", models.ErrForbidden)

// StillMay asks, in the transaction that does what somebody asked for before, whether they may still have it
// done: a person as a member, support by the account's grant, a key as long as it is good. ErrLost: no more.
func StillMay(t *db.Tx, a models.Actor, r models.Right) error {
	ask, known := stillAsked[a.Kind]
	if !known {
		return a.Need(r)
	}
	may, err := ask(t, a, r)
	if err == nil && !may {
		return ErrLost
	}
	return err
}

var stillAsked = map[models.ActorKind]func(*db.Tx, models.Actor, models.Right) (bool, error){
	models.Person: memberMay, models.OnBehalf: supportMay, models.APIKey: keyMay,
}

func memberMay(t *db.Tx, a models.Actor, r models.Right) (bool, error) {
	var roles []models.Role
	err := t.Raw(`SELECT m.role FROM members m JOIN users u ON u.id = m.user_id
		WHERE m.user_id = ? AND m.account_id = ? AND m.accepted_at IS NOT NULL
			AND u.locked_at IS NULL`, a.ID, a.AccountID).Scan(&roles).Error
	may := slices.ContainsFunc(roles,
		func(role models.Role) bool { return models.Actor{Kind: a.Kind, Role: role}.May(r) })
	return may, db.Wrap(err, "rights of a person")
}

func supportMay(t *db.Tx, a models.Actor, r models.Right) (bool, error) {
	var granted int64
	err := t.Raw(`SELECT COUNT(*) FROM support_grants g, users u WHERE g.account_id = ? AND g.ended_at IS NULL
		AND g.until > ?
		AND u.id = ? AND u.support AND u.locked_at IS NULL`, a.AccountID, t.Now, a.ID).
		Scan(&granted).Error
	return granted > 0 && a.May(r), db.Wrap(err, "rights of support")
}

func keyMay(t *db.Tx, a models.Actor, r models.Right) (bool, error) {
	var keys []Key
	err := t.Where("id = ? AND account_id = ? AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > ?)",
		a.ID, a.AccountID, t.Now).
		Find(&keys).Error
	return slices.ContainsFunc(
		keys,
		func(k Key) bool { return k.Actor("", "").May(r) },
	), db.Wrap(err, "rights of a key")
}

// StillMay asks whether somebody may still have something that takes long: an export looks before each part.
func (s *Store) StillMay(ctx context.Context, a models.Actor, r models.Right) error {
	return StillMay(s.db.ReadNow(ctx), a, r)
}
