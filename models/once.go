package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gorm.io/gorm/clause"
)

// longestRequest is how many bytes the id of a request may have.
const longestRequest = 200

type request struct {
	AccountID string
	RequestID string
	Action    string
	Result    string
	At        time.Time
}

// asked is what somebody asks for under a request id: the act, and all that it would do.
type asked struct{ action, what string }

// key is under which name the request is kept: two people, or two programs, may use the same id.
func (q asked) key(a Actor, requestID string) string { return q.action + ":" + a.ID + ":" + requestID }

// mark is what is kept of it, to know it again.
func (q asked) mark() string {
	sum := sha256.Sum256([]byte(q.what))
	return q.action + " " + hex.EncodeToString(sum[:8])
}

// once runs fn the first time that somebody uses a request id; the second press gets the result of the first. The same
// id for something else is refused: to answer it with the result of the first would be a lie. Without an id there is
// nothing to compare, and fn runs.
func (t *tx) once(a Actor, requestID string, q asked, fn func() (result string, err error)) (string, error) {
	if requestID == "" {
		return fn()
	}
	if len(requestID) > longestRequest {
		return "", Invalid{"Idempotency-Key": {Key: "error.too_long"}}
	}
	row := request{AccountID: a.AccountID, RequestID: q.key(a, requestID), Action: q.mark(), At: t.now}
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return "", found(done.Error, "request")
	}
	if done.RowsAffected == 0 {
		err := t.Take(&row, "account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Error
		if err == nil && row.Action != q.mark() {
			return "", Invalid{"Idempotency-Key": {Key: "error.key_reused"}}
		}
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
