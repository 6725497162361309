package models

import (
	"context"
	"errors"
	"fmt"
)

// ApplyImport makes the next changes of a checked file, at most so many, each in a transaction that also marks its
// line: what somebody else has changed in the meantime is left alone and named. Pressing again goes on where it broke
// off; when all is done, nothing more happens.
func (s *Store) ApplyImport(ctx context.Context, a Actor, id string, most int) (Import, error) {
	if err := a.need(Work); err != nil {
		return Import{}, err
	}
	if err := s.takeImport(ctx, a, id); err != nil {
		return Import{}, err
	}
	var positions []int
	err := s.write.WithContext(ctx).Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND NOT done AND state IN ?", a.AccountID, id, changing).
		Order("position").Limit(most).Pluck("position", &positions).Error
	if err != nil {
		return Import{}, found(err, "lines of an import")
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
func (s *Store) takeImport(ctx context.Context, a Actor, id string) error {
	return s.inTx(ctx, func(t *tx) error {
		var record importRecord
		if err := t.Take(&record, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return found(err, "import")
		}
		return found(t.Model(&record).
			Where("account_id = ? AND id = ? AND applied_at IS NULL", a.AccountID, id).Update("applied_at", t.now).Error, "taking an import")
	})
}

// endImport writes the line of the log when nothing is left to do, once.
func (s *Store) endImport(ctx context.Context, a Actor, id string) error {
	return s.inTx(ctx, func(t *tx) error {
		done := t.Model(&importRecord{}).Where(`account_id = ? AND id = ? AND ended_at IS NULL
			AND NOT EXISTS (
			SELECT 1 FROM import_lines WHERE account_id = ? AND import_id = ? AND NOT done
				AND state IN ?)`, a.AccountID, id, a.AccountID, id, changing).Update("ended_at", t.now)
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "ending an import")
		}
		i, err := importOf(t.DB, a, id)
		t.record(a, "customer.import", AuditEntry{ObjectKind: "import", ObjectID: id, After: fmt.Sprintf("%d of %d rows", i.Done, i.Total)})
		return err
	})
}

// applyLine changes one address, if it still says what the preview showed, and marks its line in the same transaction.
func (s *Store) applyLine(ctx context.Context, a Actor, id string, position int) error {
	err := s.inTx(ctx, func(t *tx) error {
		line, mine, err := t.takeLine(a.AccountID, id, position)
		if err != nil || !mine {
			return err
		}
		return t.changeLine(a, line)
	})
	state := ""
	var invalid Invalid
	switch {
	case errors.Is(err, errLineChanged), errors.Is(err, ErrForbidden), errors.Is(err, ErrNotFound): // or erased in the meantime
		state = LineConflict
	case errors.As(err, &invalid):
		state = LineWrong
	default:
		return err
	}
	return found(s.write.WithContext(ctx).Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND position = ? AND NOT done", a.AccountID, id, position).
		Updates(map[string]any{"state": state, "done": true}).Error, "a line of an import")
}

// errLineChanged: the address is no longer what the preview showed.
var errLineChanged = errors.New("models: changed since the preview")

// takeLine marks a line as done; mine: nobody else has.
func (t *tx) takeLine(accountID, id string, position int) (line ImportLine, mine bool, err error) {
	done := t.Model(&ImportLine{}).
		Where("account_id = ? AND import_id = ? AND position = ? AND NOT done AND state IN ?", accountID, id, position, changing).Update("done", true)
	if done.Error != nil || done.RowsAffected == 0 {
		return line, false, found(done.Error, "taking a line of an import")
	}
	err = t.Take(&line, "account_id = ? AND import_id = ? AND position = ?", accountID, id, position).Error
	return line, true, found(err, "line of an import")
}

func (t *tx) changeLine(a Actor, line ImportLine) error {
	c, err := t.lockCustomer(a.AccountID, line.CustomerID)
	if err != nil {
		return err
	}
	edit := ContactEdit{CustomerID: c.ID, Name: c.Name}
	for channel, value := range map[Channel]*string{Email: &edit.Email, SMS: &edit.Phone} {
		main, err := t.mainAddress(c.AccountID, c.ID, channel)
		if err != nil {
			return err
		}
		if *value = main.Value; channel == line.Channel {
			if *value = line.Becomes; main.Value != line.Was {
				return errLineChanged
			}
		}
	}
	_, err = t.editContact(a, c, edit)
	return err
}
