package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// ApplyImport makes the changes of a checked file, customer by customer: what somebody else has changed in the
// meantime is left alone and named. Pressing twice gives the result of the first.
func (s *Store) ApplyImport(ctx context.Context, a Actor, id string) (Import, error) {
	if err := a.need(Work); err != nil {
		return Import{}, err
	}
	i, mine, err := s.takeImport(ctx, a, id)
	if err != nil || !mine {
		return i, err
	}
	for at := range i.Lines {
		if !i.Lines[at].will() {
			continue
		}
		if err := s.applyLine(ctx, a, &i.Lines[at]); err != nil {
			return i, err
		}
	}
	raw, err := json.Marshal(i.Lines)
	if err != nil {
		return i, found(err, "lines of an import")
	}
	return i, s.inTx(ctx, func(t *tx) error {
		t.record(a, "customer.import", AuditEntry{ObjectKind: "import", ObjectID: i.ID, After: fmt.Sprintf("%d of %d rows", i.Changes(), i.Total)})
		return found(t.Model(&importRecord{}).Where("id = ?", id).Update("lines", string(raw)).Error, "keeping an import")
	})
}

// takeImport reads an import of the account; mine: this press is the first.
func (s *Store) takeImport(ctx context.Context, a Actor, id string) (i Import, mine bool, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		done := t.Model(&importRecord{}).Where("id = ? AND account_id = ? AND applied_at IS NULL", id, a.AccountID).Update("applied_at", t.now)
		if done.Error != nil {
			return found(done.Error, "taking an import")
		}
		mine = done.RowsAffected == 1
		var record importRecord
		if err := t.Take(&record, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
			return found(err, "import")
		}
		i = Import{ID: record.ID, Total: record.Total, Applied: true}
		return found(json.Unmarshal([]byte(record.Lines), &i.Lines), "lines of an import")
	})
	return i, mine, err
}

// applyLine changes one address, if it still says what the preview showed.
func (s *Store) applyLine(ctx context.Context, a Actor, line *ImportLine) error {
	customer, err := s.Customer(ctx, a, line.CustomerID)
	if err != nil {
		return err
	}
	main, err := s.MainAddresses(ctx, a, line.CustomerID)
	if err != nil {
		return err
	}
	if main[line.Channel].Value != line.Old {
		line.State, line.Problem = LineConflict, Problem{}
		return nil
	}
	edit := ContactEdit{CustomerID: line.CustomerID, Version: customer.Version, Name: customer.Name, Email: main[Email].Value, Phone: main[SMS].Value}
	*map[Channel]*string{Email: &edit.Email, SMS: &edit.Phone}[line.Channel] = line.New
	_, err = s.EditContact(ctx, a, edit)
	var conflict Conflict
	var invalid Invalid
	switch {
	case errors.As(err, &conflict):
		line.State, line.Problem = LineConflict, Problem{}
	case errors.As(err, &invalid):
		line.State = LineWrong
	case errors.Is(err, ErrForbidden): // erased in the meantime
		line.State = LineConflict
	default:
		return err
	}
	return nil
}

// Corrected are the notifications of the lines that were changed.
func (i Import) Corrected() []string {
	var ids []string
	for _, l := range i.Lines {
		if l.will() {
			ids = append(ids, l.NotificationID)
		}
	}
	return ids
}
