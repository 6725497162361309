package db

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
)

// longestRequest is how many bytes the id of a request may have.
const longestRequest = 200

type Request struct {
	AccountID string
	RequestID string
	Action    string
	Result    string
	At        time.Time
}

// IdempotentRequest is what somebody asks for under a request id: the act, and all that it would do.
type IdempotentRequest struct{ Action, What string }

// Key is under which name the request is kept: two people, or two programs, may use the same id.
func (q IdempotentRequest) Key(a models.Actor, requestID string) string {
	return q.Action + ":" + a.ID + ":" + requestID
}

// mark is what is kept of it, to know it again.
func (q IdempotentRequest) mark() string {
	sum := sha256.Sum256([]byte(q.What))
	return q.Action + " " + hex.EncodeToString(sum[:8])
}

// Idempotent runs fn the first time that somebody uses a request id; the second press gets the result of the
// first. The same id for something else is refused: to answer it with the result of the first would be a lie.
// Without an id there is nothing to compare, and fn runs.
func (t *Tx) Idempotent(a models.Actor, requestID string, q IdempotentRequest,
	fn func() (result string, err error)) (string, error) {
	if requestID == "" {
		return fn()
	}
	if len(requestID) > longestRequest {
		return "", models.Invalid{"Idempotency-Key": {Key: "error.too_long"}}
	}
	row := Request{AccountID: a.AccountID, RequestID: q.Key(a, requestID), Action: q.mark(), At: t.Now}
	done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil {
		return "", Wrap(done.Error, "request")
	}
	if done.RowsAffected == 0 {
		err := t.Take(&row, "account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Error
		if err == nil && row.Action != q.mark() {
			return "", models.Invalid{"Idempotency-Key": {Key: "error.key_reused"}}
		}
		return row.Result, Wrap(err, "request")
	}
	result, err := fn()
	if err != nil {
		return "", err
	}
	err = t.Model(&Request{}).Where("account_id = ? AND request_id = ?", row.AccountID, row.RequestID).
		Update("result", result).Error
	return result, Wrap(err, "request")
}

// FormStale is when a form that was begun and never answered counts as broken off.
const FormStale = time.Minute

// FormMark tells the forms of one person from those of others.
func FormMark(a models.Actor, mark string) string { return "form:" + a.ID + ":" + mark }
