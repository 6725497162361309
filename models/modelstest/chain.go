package modelstest

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/store"
)

// ChainAnew gives every line of an account's log another actor, and writes all digests and the head as the
// program would, with somebody's own key; nil: with the program's.
func ChainAnew(ctx context.Context, s *store.Store, accountID string, key []byte) error {
	d := store.Database(s)
	if key == nil {
		key = d.Seal.Audit
	}
	var lines []models.AuditEntry
	if err := d.Main.WithContext(ctx).Where("account_id = ?",
		accountID).Order("seq").Find(&lines).Error; err != nil {
		return err
	}
	previous := ""
	for _, e := range lines {
		e.ActorName, e.Previous, e.Erased = "Mallory", previous, false
		if e.Action == db.EraseAction {
			e.Action, e.After = "customer.edit", "" // it would vouch for what is left of the erased lines
		}
		e.Digest = db.Digest(e, key)
		err := Alter(
			ctx,
			s,
			"UPDATE audit SET actor_name = ?, action = ?, after = ?, previous = ?, erased = FALSE, digest "+
				"= ? WHERE account_id = ? AND seq = ?",
			e.ActorName,
			e.Action,
			e.After,
			e.Previous,
			e.Digest,
			accountID,
			e.Seq,
		)
		if err != nil {
			return err
		}
		previous = e.Digest
	}
	return Alter(ctx, s, "UPDATE audit_heads SET digest = ? WHERE account_id = ?", previous, accountID)
}
