package people

import (
	"context"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// TakeForm says whether this is the first time that a form with this mark is sent; if not, what the first was
// answered with: empty while it is still at work. One that broke off is the first again.
func (s *Store) TakeForm(ctx context.Context, a models.Actor,
	mark string) (first bool, answer string, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		row := db.Request{AccountID: a.AccountID, RequestID: db.FormMark(a, mark), Action: "form", At: t.Now}
		done := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if first = done.RowsAffected == 1; done.Error != nil || first {
			return db.Wrap(done.Error, "form")
		}
		done = t.Model(&db.Request{}).
			Where("account_id = ? AND request_id = ? AND result = '' AND at < ?", row.AccountID,
				row.RequestID, t.Now.Add(-db.FormStale)).
			Update("at", t.Now)
		if first = done.RowsAffected == 1; done.Error != nil || first {
			return db.Wrap(done.Error, "form")
		}
		err := t.Take(&row, "account_id = ? AND request_id = ?", row.AccountID, row.RequestID).Error
		answer = row.Result
		return db.Wrap(err, "form")
	})
	return first, answer, err
}

// KeepForm remembers what a form was answered with, for whoever sends it again.
func (s *Store) KeepForm(ctx context.Context, a models.Actor, mark, answer string) error {
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&db.Request{}).
			Where("account_id = ? AND request_id = ?", a.AccountID, db.FormMark(a, mark)).
			Update("result", answer).
			Error,
		"form",
	)
}

// DropForm forgets a form that was refused: corrected, it may be sent again.
func (s *Store) DropForm(ctx context.Context, a models.Actor, mark string) error {
	return db.Wrap(
		s.db.Main.WithContext(ctx).
			Where("account_id = ? AND request_id = ?", a.AccountID, db.FormMark(a, mark)).
			Delete(&db.Request{}).
			Error,
		"form",
	)
}
