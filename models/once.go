package models

import (
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
