package customer

import (
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// importCheck compares the rows of a file with what is on file.
type importCheck struct {
	t       *db.Tx
	account models.Account
	lines   []ImportLine
	seen    map[string]string // customer and channel → what an earlier row of the file makes of it
}

func (c *importCheck) row(row importRow) error {
	var u models.Undelivered
	err := c.t.Raw(`SELECT id, channel, customer_id, customer_name, recipient FROM undelivered WHERE id = ? AND account_id = ?`,
		row.id, c.account.ID).
		Scan(&u).Error
	if err != nil {
		return db.Wrap(err, "row of an import")
	}
	line := ImportLine{
		Line:           row.line,
		NotificationID: u.ID,
		CustomerID:     u.CustomerID,
		Customer:       u.CustomerName,
		Channel:        u.Channel,
	}
	if u.ID == "" {
		line.Becomes, line.State, line.Problem = row.address+row.email+row.phone, LineWrong, models.Problem{
			Key: "error.import_id",
		}
		c.lines = append(c.lines, line)
		return nil
	}
	for _, field := range []struct {
		channel       models.Channel
		typed, before string
	}{{u.Channel, row.address, u.Recipient}, {models.Email, row.email, ""}, {models.SMS, row.phone, ""}} {
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
	main, err := ledger.MainAddress(c.t, c.account.ID, line.CustomerID, line.Channel)
	if err != nil || main.Value == line.Becomes {
		return err
	}
	line.Was, line.State = main.Value, LineOK
	value, normal, problem := models.Normalise(line.Channel, line.Becomes, c.account.Country)
	if problem == "" && (normal == main.Normal || exported != "" && value == exported) {
		return nil
	}
	key := line.CustomerID + " " + string(line.Channel)
	earlier, twice := c.seen[key]
	switch {
	case problem != "":
		line.State, line.Problem = LineWrong, models.Problem{Key: problem}
	case twice && earlier == normal:
		return nil
	case twice:
		line.State, line.Problem = LineConflict, models.Problem{Key: "error.import_twice"}
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
	var address models.Address
	err := c.t.Limit(1).
		Find(&address, "account_id = ? AND channel = ? AND normal IN ?", c.account.ID, line.Channel,
			ledger.Normals(c.t, line.Channel, normal)).
		Error
	if err != nil || address.ID == "" {
		return db.Wrap(err, "address of an import")
	}
	if address.Erased() {
		// not to be read here again
		line.State, line.Problem, line.Becomes = LineWrong, models.Problem{Key: "error.erased"}, ""
		return nil
	}
	hints, err := consent.HintsAbout(c.t, models.Customer{ID: line.CustomerID, AccountID: c.account.ID},
		address)
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
