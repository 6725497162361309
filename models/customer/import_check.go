package customer

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// The states of a line of an import.
const (
	LineOK       = "ok"
	LineWrong    = "wrong"
	LineConflict = "conflict"
	LineOptedOut = "opted_out"
)

// changing are the states of the lines that change something, or have.
var changing = []string{LineOK, LineOptedOut}

// ImportLine is one change of a file, and its check.
type ImportLine struct {
	AccountID      string `gorm:"primaryKey" json:"-"`
	ImportID       string `gorm:"primaryKey"`
	Position       int    `gorm:"primaryKey"`
	Line           int
	NotificationID string
	CustomerID     string
	Customer       string
	Channel        models.Channel
	Was            string
	Becomes        string
	State          string
	Problem        models.Problem `gorm:"serializer:json"`
	Done           bool           // the change is made, or was found to be impossible
}

// Import is a file that was checked, and how far its changes are made.
type Import struct {
	ID      string
	Total   int  // rows read
	Changes int  // lines that change something, or did
	Done    int  // of them, that are made
	Wrong   int  // lines that cannot be taken
	Applied bool // somebody has pressed Apply
}

// Left is how many changes are not made yet.
func (i Import) Left() int { return i.Changes - i.Done }

type ImportRecord struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	ByID      string
	Total     int
	CreatedAt time.Time
	AppliedAt *time.Time
	EndedAt   *time.Time
}

// TableName is the table's name.
func (ImportRecord) TableName() string { return "imports" }

// CheckImport reads a corrected file and keeps what it would change. Nothing is changed yet.
func (s *Store) CheckImport(ctx context.Context, a models.Actor, file io.Reader) (Import, error) {
	if err := a.Need(models.Work); err != nil {
		return Import{}, err
	}
	rows, err := readImport(file)
	if err != nil {
		return Import{}, err
	}
	for {
		id, err := s.checkRows(ctx, a, rows)
		if errors.Is(err, errErased) {
			continue // somebody was erased while the rows were compared: they are compared anew
		}
		if err != nil {
			return Import{}, err
		}
		return s.importByID(ctx, a, id)
	}
}

// checkRows compares the rows with what is on file, and keeps what they would change.
func (s *Store) checkRows(ctx context.Context, a models.Actor, rows []importRow) (id string, err error) {
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return "", err
	}
	c := importCheck{t: s.db.ReadTx(ctx), account: account, seen: map[string]string{}}
	for _, row := range rows {
		if err := c.row(row); err != nil {
			return "", err
		}
	}
	record := ImportRecord{AccountID: a.AccountID, ByID: a.ID, Total: len(rows)}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if err := stillThere(t, c.lines); err != nil {
			return err
		}
		return keepImport(t, &record, c.lines)
	})
	return record.ID, err
}

// errErased: a customer of the file was erased since the file was compared with what is on file.
var errErased = errors.New("a customer was erased meanwhile")

// stillThere holds the customers of the lines, so that an erasure comes before all of it or after, and finds
// those who were erased since they were read.
func stillThere(t *db.Tx, lines []ImportLine) error {
	read := map[string]string{}
	for _, line := range lines {
		if line.CustomerID != "" {
			read[line.CustomerID] = line.Customer
		}
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(read)), importBatch) {
		var gone []string
		err := t.Clauses(clause.Locking{Strength: "SHARE"}).Model(&models.Customer{}).Where("id IN ?", ids).
			Order("id").Select("CASE WHEN erased_at IS NULL THEN '' ELSE id END").Scan(&gone).Error
		if err != nil {
			return db.Wrap(err, "customers of an import")
		}
		for _, id := range gone {
			if id != "" && read[id] != erasedName {
				return errErased
			}
		}
	}
	return nil
}

// importBatch is how many lines one statement stores.
const importBatch = 500

func keepImport(t *db.Tx, record *ImportRecord, lines []ImportLine) error {
	old := t.Now.AddDate(0, 0, -1)
	for _, statement := range []string{
		"DELETE FROM import_lines WHERE account_id = @account AND import_id IN (SELECT id FROM imports " +
			"WHERE account_id = @account AND created_at < @old)",
		"DELETE FROM imports WHERE account_id = @account AND created_at < @old",
	} {
		if err := t.Exec(statement, sql.Named("account", record.AccountID), sql.Named("old", old)).
			Error; err != nil {
			return db.Wrap(err, "forgetting imports")
		}
	}
	record.ID, record.CreatedAt = models.NewID("imp", t.Now), t.Now
	if err := t.Create(record).Error; err != nil {
		return db.Wrap(err, "keeping an import")
	}
	for i := range lines {
		lines[i].AccountID, lines[i].ImportID, lines[i].Position = record.AccountID, record.ID, i+1
	}
	if len(lines) == 0 {
		return nil
	}
	return db.Wrap(t.CreateInBatches(lines, importBatch).Error, "keeping the lines of an import")
}
