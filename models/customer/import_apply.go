package customer

import (
	"context"
	"errors"
	"fmt"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// ApplyImport makes the next changes of a checked file, at most so many, each in a transaction that also
// marks its line: what somebody else has changed in the meantime is left alone and named. Pressing again goes
// on where it broke off; when all is done, nothing more happens.
func (s *Store) ApplyImport(ctx context.Context, a models.Actor, id string, most int) (Import, error) {
	if err := a.Need(models.Work); err != nil {
		return Import{}, err
	}
	if err := s.takeImport(ctx, a, id); err != nil {
		return Import{}, err
	}
	var positions []int
	err := s.db.Main.WithContext(ctx).Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND NOT done AND state IN ?", a.AccountID, id, changing).
		Order("position").Limit(most).Pluck("position", &positions).Error
	if err != nil {
		return Import{}, db.Wrap(err, "lines of an import")
	}
	for _, position := range positions {
		if err := s.applyLine(ctx, a, id, position); err != nil {
			return Import{}, err
		}
	}
	if err := s.endImport(ctx, a, id); err != nil {
		return Import{}, err
	}
	return s.importByID(ctx, a, id)
}

// takeImport notes the first press.
func (s *Store) takeImport(ctx context.Context, a models.Actor, id string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var record ImportRecord
		if err := t.Take(&record, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return db.Wrap(err, "import")
		}
		return db.Wrap(t.Model(&record).
			Where("account_id = ? AND id = ? AND applied_at IS NULL", a.AccountID, id).
			Update("applied_at", t.Now).Error, "taking an import")
	})
}

// endImport writes the line of the log when nothing is left to do, once.
func (s *Store) endImport(ctx context.Context, a models.Actor, id string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		done := t.Model(&ImportRecord{}).Where(`account_id = ? AND id = ? AND ended_at IS NULL
			AND NOT EXISTS (
			SELECT 1 FROM import_lines WHERE account_id = ? AND import_id = ? AND NOT done
				AND state IN ?)`, a.AccountID, id, a.AccountID, id, changing).Update("ended_at", t.Now)
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "ending an import")
		}
		i, err := importOf(t.DB, a, id)
		t.Record(a, "customer.import", models.AuditEntry{
			ObjectKind: "import",
			ObjectID:   id,
			After:      fmt.Sprintf("%d of %d rows", i.Done, i.Total),
		})
		return err
	})
}

// applyLine changes one address, if it still says what the preview showed, and marks its line in the same
// transaction.
func (s *Store) applyLine(ctx context.Context, a models.Actor, id string, position int) error {
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		if err := people.StillMay(t, a, models.Work); err != nil {
			return err
		}
		line, mine, err := takeLine(t, a.AccountID, id, position)
		if err != nil || !mine {
			return err
		}
		return changeLine(t, a, line)
	})
	state := ""
	var invalid models.Invalid
	switch {
	case errors.Is(err, people.ErrLost):
		return err
	// or erased in the meantime
	case errors.Is(err, errLineChanged),
		errors.Is(err, models.ErrForbidden),
		errors.Is(err, models.ErrNotFound):
		state = LineConflict
	case errors.As(err, &invalid):
		state = LineWrong
	default:
		return err
	}
	return db.Wrap(s.db.Main.WithContext(ctx).Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND position = ? AND NOT done", a.AccountID, id, position).
		Updates(map[string]any{"state": state, "done": true}).Error, "a line of an import")
}

// errLineChanged: the address is no longer what the preview showed.
var errLineChanged = errors.New("models: changed since the preview")

// takeLine marks a line as done; mine: nobody else has.
func takeLine(t *db.Tx, accountID, id string, position int) (line ImportLine, mine bool, err error) {
	done := t.Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND position = ? AND NOT done AND state IN ?", accountID, id,
			position, changing).
		Update("done", true)
	if done.Error != nil || done.RowsAffected == 0 {
		return line, false, db.Wrap(done.Error, "taking a line of an import")
	}
	err = t.Take(&line, "account_id = ? AND import_id = ? AND position = ?", accountID, id, position).Error
	return line, true, db.Wrap(err, "line of an import")
}

func changeLine(t *db.Tx, a models.Actor, line ImportLine) error {
	c, err := ledger.LockCustomer(t, a.AccountID, line.CustomerID)
	if err != nil {
		return err
	}
	edit := ContactEdit{CustomerID: c.ID, Name: c.Name}
	for channel, value := range map[models.Channel]*string{models.Email: &edit.Email,
		models.SMS: &edit.Phone} {
		main, err := ledger.MainAddress(t, c.AccountID, c.ID, channel)
		if err != nil {
			return err
		}
		if *value = main.Value; channel == line.Channel {
			if *value = line.Becomes; main.Value != line.Was {
				return errLineChanged
			}
		}
	}
	_, err = editContact(t, a, c, edit)
	return err
}
