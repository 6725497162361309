package customer

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ImportPage is an import with one page of its lines.
type ImportPage struct {
	Import
	Lines        []ImportLine
	Newer, Older string // positions after which the other pages begin
}

// importPerPage is how many lines one page shows.
const importPerPage = 100

// Import is a file of the account that was checked, with a page of its lines: all, or with wrong those that
// can't be taken.
func (s *Store) Import(ctx context.Context, a models.Actor, id string, wrong bool,
	after string) (p ImportPage, err error) {
	if err := a.Need(models.Work); err != nil {
		return p, err
	}
	if p.Import, err = s.importByID(ctx, a, id); err != nil {
		return p, err
	}
	from, _ := strconv.Atoi(after) // not a number: from the first one on
	lines := func() *gorm.DB {
		q := s.db.Reading(ctx).Model(&ImportLine{}).Where("account_id = ? AND import_id = ?", a.AccountID, id)
		if wrong {
			q = q.Where("state NOT IN ?", changing)
		}
		return q
	}
	if err := lines().Where("position > ?", from).Order("position").Limit(importPerPage +
		1).Find(&p.Lines).Error; err != nil {
		return p, db.Wrap(err, "lines of an import")
	}
	if len(p.Lines) > importPerPage {
		p.Lines = p.Lines[:importPerPage]
		p.Older = strconv.Itoa(p.Lines[importPerPage-1].Position)
	}
	if from <= 0 {
		return p, nil
	}
	var before []int
	err = lines().Where("position <= ?", from).Order("position DESC").Limit(importPerPage+1).
		Pluck("position", &before).Error
	if p.Newer = "0"; len(before) > importPerPage {
		p.Newer = strconv.Itoa(before[importPerPage])
	}
	return p, db.Wrap(err, "lines before")
}

func (s *Store) importByID(ctx context.Context, a models.Actor, id string) (Import, error) {
	return importOf(s.db.Main.WithContext(ctx), a, id) // what was written a moment ago
}

// importOf counts the lines of an import of the account.
func importOf(query *gorm.DB, a models.Actor, id string) (Import, error) {
	var record ImportRecord
	if err := query.Take(&record, "id = ? AND account_id = ?", id, a.AccountID).Error; err != nil {
		return Import{}, db.Wrap(err, "import")
	}
	var sums []struct {
		State string
		Done  bool
		N     int
	}
	err := query.Raw("SELECT state, done, COUNT(*) AS n FROM import_lines WHERE account_id = ? AND "+
		"import_id = ? GROUP BY state, done",
		a.AccountID, id).
		Scan(&sums).Error
	i := Import{ID: id, Total: record.Total, Applied: record.AppliedAt != nil}
	for _, sum := range sums {
		switch will := sum.State == LineOK || sum.State == LineOptedOut; {
		case !will:
			i.Wrong += sum.N
		case sum.Done:
			i.Changes, i.Done = i.Changes+sum.N, i.Done+sum.N
		default:
			i.Changes += sum.N
		}
	}
	return i, db.Wrap(err, "lines of an import")
}

// Corrected are the notifications whose addresses an import has changed, at most so many.
func (s *Store) Corrected(ctx context.Context, a models.Actor, id string, most int) ([]string, error) {
	if err := a.Need(models.Work); err != nil {
		return nil, err
	}
	var ids []string
	err := s.db.Reading(ctx).Raw(`SELECT DISTINCT l.notification_id FROM import_lines l
		JOIN imports i ON i.account_id = l.account_id AND i.id = l.import_id
		WHERE i.id = ? AND i.account_id = ? AND l.done
			AND l.state IN ? LIMIT ?`, id, a.AccountID, changing, most).Scan(&ids).Error
	return ids, db.Wrap(err, "corrected notifications")
}
