package models

import (
	"context"
	"encoding/json"
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

// ImportLine is one change of a file, and its check.
type ImportLine struct {
	Line           int
	NotificationID string
	CustomerID     string
	Customer       string
	Version        int // of the customer
	Channel        Channel
	Old, New       string
	State          string
	Problem        Problem
}

// will says whether the line changes something.
func (l ImportLine) will() bool { return l.State == LineOK || l.State == LineOptedOut }

// Import is a file that was checked, and what it would change, or has changed.
type Import struct {
	ID      string
	Total   int // rows read
	Lines   []ImportLine
	Applied bool
}

// Changes is how many lines change something, or did.
func (i Import) Changes() int { return i.count(func(l ImportLine) bool { return l.will() }) }

// Wrong is how many lines cannot be taken.
func (i Import) Wrong() int {
	return i.count(func(l ImportLine) bool { return l.State == LineWrong || l.State == LineConflict })
}

func (i Import) count(which func(ImportLine) bool) (n int) {
	for _, l := range i.Lines {
		if which(l) {
			n++
		}
	}
	return n
}

type importRecord struct {
	ID        string
	AccountID string
	ByID      string
	Total     int
	Lines     string // JSON
	CreatedAt time.Time
	AppliedAt *time.Time
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
	i := Import{Total: len(rows), Lines: c.lines}
	raw, err := json.Marshal(c.lines)
	if err != nil {
		return i, found(err, "lines of an import")
	}
	err = s.inTx(ctx, func(t *tx) error {
		i.ID = newID("imp", t.now)
		if err := t.Exec("DELETE FROM imports WHERE created_at < ?", t.now.AddDate(0, 0, -1)).Error; err != nil {
			return found(err, "forgetting imports")
		}
		record := importRecord{ID: i.ID, AccountID: a.AccountID, ByID: a.ID, Total: i.Total, Lines: string(raw), CreatedAt: t.now}
		return found(t.Create(&record).Error, "keeping an import")
	})
	return i, err
}

// importCheck compares the rows of a file with what is on file.
type importCheck struct {
	t       *tx
	account Account
	lines   []ImportLine
	seen    map[string]string // customer and channel → what an earlier row of the file makes of it
}

func (c *importCheck) row(row importRow) error {
	var u struct {
		Undelivered
		Version int
	}
	err := c.t.Raw(`SELECT u.id, u.channel, u.customer_id, u.customer_name, u.recipient, c.version FROM undelivered u
		JOIN customers c ON c.id = u.customer_id WHERE u.id = ? AND u.account_id = ?`, row.id, c.account.ID).Scan(&u).Error
	if err != nil {
		return found(err, "row of an import")
	}
	line := ImportLine{Line: row.line, NotificationID: u.ID, CustomerID: u.CustomerID, Customer: u.CustomerName, Version: u.Version, Channel: u.Channel}
	if u.ID == "" {
		line.New, line.State, line.Problem = row.address+row.email+row.phone, LineWrong, Problem{Key: "error.import_id"}
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
		line.Channel, line.New = field.channel, field.typed
		if err := c.field(line, field.before); err != nil {
			return err
		}
	}
	return nil
}

// field checks one address of a row; what says what it said in the export is no change.
func (c *importCheck) field(line ImportLine, exported string) error {
	if line.New == exported {
		return nil
	}
	main, err := c.t.mainAddress(line.CustomerID, line.Channel)
	if err != nil || main.Value == line.New {
		return err
	}
	line.Old, line.State = main.Value, LineOK
	value, normal, problem := normalise(line.Channel, line.New, c.account.Country)
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
		line.New, c.seen[key] = value, normal
		err = c.known(&line, normal)
	}
	c.lines = append(c.lines, line)
	return err
}

// known says what is known of an address that is to be a customer's: shared with others, opted out.
func (c *importCheck) known(line *ImportLine, normal string) error {
	var address Address
	err := c.t.Limit(1).Find(&address, "account_id = ? AND channel = ? AND normal = ?", c.account.ID, line.Channel, normal).Error
	if err != nil || address.ID == "" {
		return found(err, "address of an import")
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
