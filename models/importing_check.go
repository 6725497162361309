package models

import (
	"context"
	"io"
	"time"
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
	ImportID       string `gorm:"primaryKey"`
	Position       int    `gorm:"primaryKey"`
	Line           int
	NotificationID string
	CustomerID     string
	Customer       string
	Channel        Channel
	Was            string
	Becomes        string
	State          string
	Problem        Problem `gorm:"serializer:json"`
	Done           bool    // the change is made, or was found to be impossible
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

type importRecord struct {
	ID        string
	AccountID string
	ByID      string
	Total     int
	CreatedAt time.Time
	AppliedAt *time.Time
	EndedAt   *time.Time
}

// TableName is the table's name.
func (importRecord) TableName() string { return "imports" }

// CheckImport reads a corrected file and keeps what it would change. Nothing is changed yet.
func (s *Store) CheckImport(ctx context.Context, a Actor, file io.Reader) (Import, error) {
	if err := a.need(Work); err != nil {
		return Import{}, err
	}
	rows, err := readImport(file)
	if err != nil {
		return Import{}, err
	}
	account, err := s.Account(ctx, a)
	if err != nil {
		return Import{}, err
	}
	c := importCheck{t: s.looking(ctx), account: account, seen: map[string]string{}}
	for _, row := range rows {
		if err := c.row(row); err != nil {
			return Import{}, err
		}
	}
	record := importRecord{AccountID: a.AccountID, ByID: a.ID, Total: len(rows)}
	if err := s.inTx(ctx, func(t *tx) error { return t.keepImport(&record, c.lines) }); err != nil {
		return Import{}, err
	}
	return s.importByID(ctx, a, record.ID)
}

// importBatch is how many lines one statement stores.
const importBatch = 500

func (t *tx) keepImport(record *importRecord, lines []ImportLine) error {
	old := t.now.AddDate(0, 0, -1)
	for _, sql := range []string{"DELETE FROM import_lines WHERE import_id IN (SELECT id FROM imports WHERE created_at < ?)", "DELETE FROM imports WHERE created_at < ?"} {
		if err := t.Exec(sql, old).Error; err != nil {
			return found(err, "forgetting imports")
		}
	}
	record.ID, record.CreatedAt = newID("imp", t.now), t.now
	if err := t.Create(record).Error; err != nil {
		return found(err, "keeping an import")
	}
	for i := range lines {
		lines[i].ImportID, lines[i].Position = record.ID, i+1
	}
	if len(lines) == 0 {
		return nil
	}
	return found(t.CreateInBatches(lines, importBatch).Error, "keeping the lines of an import")
}

// importCheck compares the rows of a file with what is on file.
type importCheck struct {
	t       *tx
	account Account
	lines   []ImportLine
	seen    map[string]string // customer and channel → what an earlier row of the file makes of it
}

func (c *importCheck) row(row importRow) error {
	var u Undelivered
	err := c.t.Raw(`SELECT id, channel, customer_id, customer_name, recipient FROM undelivered WHERE id = ? AND account_id = ?`,
		row.id, c.account.ID).Scan(&u).Error
	if err != nil {
		return found(err, "row of an import")
	}
	line := ImportLine{Line: row.line, NotificationID: u.ID, CustomerID: u.CustomerID, Customer: u.CustomerName, Channel: u.Channel}
	if u.ID == "" {
		line.Becomes, line.State, line.Problem = row.address+row.email+row.phone, LineWrong, Problem{Key: "error.import_id"}
		c.lines = append(c.lines, line)
		return nil
	}
	for _, field := range []struct {
		channel       Channel
		typed, before string
	}{{u.Channel, row.address, u.Recipient}, {Email, row.email, ""}, {SMS, row.phone, ""}} {
		if field.typed == "" {
			continue
		}
		line.Channel, line.Becomes = field.channel, field.typed
		if err := c.field(line, field.before); err != nil {
			return err
		}
	}
	return nil
}

// field checks one address of a row; what says what it said in the export is no change.
func (c *importCheck) field(line ImportLine, exported string) error {
	if line.Becomes == exported {
		return nil
	}
	main, err := c.t.mainAddress(line.CustomerID, line.Channel)
	if err != nil || main.Value == line.Becomes {
		return err
	}
	line.Was, line.State = main.Value, LineOK
	value, normal, problem := normalise(line.Channel, line.Becomes, c.account.Country)
	if problem == "" && (normal == main.Normal || exported != "" && value == exported) {
		return nil
	}
	key := line.CustomerID + " " + string(line.Channel)
	earlier, twice := c.seen[key]
	switch {
	case problem != "":
		line.State, line.Problem = LineWrong, Problem{Key: problem}
	case twice && earlier == normal:
		return nil
	case twice:
		line.State, line.Problem = LineConflict, Problem{Key: "error.import_twice"}
	case exported != "" && main.ID != "" && main.Value != exported:
		line.State = LineConflict
	default:
		line.Becomes, c.seen[key] = value, normal
		err = c.known(&line, normal)
	}
	c.lines = append(c.lines, line)
	return err
}

// known says what is known of an address that is to be a customer's: shared with others, opted out.
func (c *importCheck) known(line *ImportLine, normal string) error {
	var address Address
	err := c.t.Limit(1).Find(&address, "account_id = ? AND channel = ? AND normal IN ?", c.account.ID, line.Channel, c.t.normals(line.Channel, normal)).Error
	if err != nil || address.ID == "" {
		return found(err, "address of an import")
	}
	if address.Erased() {
		line.State, line.Problem, line.Becomes = LineWrong, Problem{Key: "error.erased"}, "" // not to be read here again
		return nil
	}
	hints, err := c.t.hintsAbout(Customer{ID: line.CustomerID, AccountID: c.account.ID}, address)
	for _, hint := range hints {
		switch hint.Key {
		case "hint.shared":
			line.Problem = hint
		case "hint.opted_out":
			line.State = LineOptedOut
		}
	}
	return err
}
