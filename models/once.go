package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

type request struct {
	AccountID string
	RequestID string
	Action    string
	Result    string
	At        time.Time
}

// once runs fn the first time a form's request id is seen in the account; the second press gets the result of the
// first. Without an id there is nothing to compare, and fn runs.
func (t *tx) once(a Actor, requestID, action string, fn func() (result string, err error)) (string, error) {
	if requestID == "" {
		return fn()
	}
	row := request{AccountID: a.AccountID, RequestID: action + ":" + requestID, Action: action, At: t.now}
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return "", found(done.Error, "request")
	}
	if done.RowsAffected == 0 {
		err := t.Take(&row, "account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Error
		return row.Result, found(err, "request")
	}
	result, err := fn()
	if err != nil {
		return "", err
	}
	err = t.Model(&request{}).Where("account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Update("result", result).Error
	return result, found(err, "request")
}

// formStale is when a form that was begun and never answered counts as broken off.
const formStale = time.Minute

// TakeForm says whether this is the first time that a form with this mark is sent; if not, what the first was answered
// with: empty while it is still at work. One that broke off is the first again.
func (s *Store) TakeForm(ctx context.Context, a Actor, mark string) (first bool, answer string, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		row := request{AccountID: a.AccountID, RequestID: formMark(a, mark), Action: "form", At: t.now}
		done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if first = done.RowsAffected == 1; done.Error != nil || first {
			return found(done.Error, "form")
		}
		done = t.Model(&request{}).Where("account_id = ? AND request_id = ? AND result = '' AND at < ?", row.AccountID, row.RequestID, t.now.Add(-formStale)).
			Update("at", t.now)
		if first = done.RowsAffected == 1; done.Error != nil || first {
			return found(done.Error, "form")
		}
		err := t.Take(&row, "account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Error
		answer = row.Result
		return found(err, "form")
	})
	return first, answer, err
}

// KeepForm remembers what a form was answered with, for whoever sends it again.
func (s *Store) KeepForm(ctx context.Context, a Actor, mark, answer string) error {
	return found(s.write.WithContext(ctx).Model(&request{}).Where("account_id = ? AND request_id = ?", a.AccountID, formMark(a, mark)).
		Update("result", answer).Error, "form")
}

// DropForm forgets a form that was refused: corrected, it may be sent again.
func (s *Store) DropForm(ctx context.Context, a Actor, mark string) error {
	return found(s.write.WithContext(ctx).Where("account_id = ? AND request_id = ?", a.AccountID, formMark(a, mark)).Delete(&request{}).Error, "form")
}

// formMark tells the forms of one person from those of others.
func formMark(a Actor, mark string) string { return "form:" + a.ID + ":" + mark }
