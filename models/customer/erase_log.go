package customer

import (
	"database/sql"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// eraseLines takes out of the log what it says of a customer, and returns what the line of the erasure says
// of that: which lines, and what is left of each. So the log still proves that nothing else was changed, and
// a line without its texts that no erasure names is a forgery.
func eraseLines(t *db.Tx, e erasure) (string, error) {
	lines, err := linesAbout(t, e)
	if err != nil {
		return "", err
	}
	left := make([]string, len(lines))
	for i, line := range lines {
		line.ObjectName, line.Before, line.After, line.Reason, line.Salt, line.Erased = "", "", "", "", "",
			true
		// the product has no network address: it is the customer's, who confirmed by the link
		if line.ActorKind == models.Product {
			line.Network = ""
		}
		err := t.Model(&models.AuditEntry{}).Where("account_id = ? AND seq = ?", line.AccountID, line.Seq).
			Select("object_name", "before", "after", "reason", "network", "salt", "erased").
			Updates(&line).Error
		if err != nil {
			return "", db.Wrap(err, "erasing a line of the log")
		}
		left[i] = fmt.Sprintf("%d:%s", line.Seq, db.Digest(line, t.Database.Seal.Audit))
	}
	return strings.Join(left, " "), nil
}

// objectsOfCustomer are the objects of the log that are about an erased customer and about nobody else.
const objectsOfCustomer = `SELECT id FROM customers WHERE account_id = @account AND id = @customer
	UNION SELECT id FROM notifications WHERE account_id = @account AND customer_id = @customer
	UNION SELECT e.id FROM events e JOIN notifications n ON e.account_id = n.account_id
		AND e.notification_id = n.id WHERE n.account_id = @account AND n.customer_id = @customer
			AND e.notification_id <> ''
	UNION SELECT a.id FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id WHERE ca.account_id = @account AND ca.customer_id = @customer
			AND a.value = ''
	UNION SELECT s.id FROM suppressions s JOIN addresses a ON a.account_id = s.account_id
		AND a.normal = s.normal
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
			WHERE ca.account_id = @account AND ca.customer_id = @customer AND a.value = ''
	UNION SELECT r.id FROM clear_requests r JOIN addresses a ON a.account_id = r.account_id
		AND a.id = r.address_id
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
			WHERE ca.account_id = @account AND ca.customer_id = @customer AND a.value = ''`

// linesAbout are the lines about the customer, and those about a search that named them.
func linesAbout(t *db.Tx, e erasure) ([]models.AuditEntry, error) {
	const texts = "account_id = @account AND NOT erased AND (object_name <> '' OR before <> '' OR after <> " +
		"'' OR reason <> '' OR network <> '')"
	account, cust := sql.Named("account", e.c.AccountID), sql.Named("customer", e.c.ID)
	var about, searches []models.AuditEntry
	err := t.Where(texts+" AND object_id IN ("+objectsOfCustomer+")", account, cust).Order("seq").
		Find(&about).Error
	if err != nil {
		return nil, db.Wrap(err, "lines of the log")
	}
	err = t.Where(texts+" AND object_kind IN ('report', 'view', 'bulk')", account).Order("seq").
		Find(&searches).Error
	for _, line := range searches {
		if e.namedIn(line.ObjectName + "\n" + line.Before + "\n" + line.After) {
			about = append(about, line)
		}
	}
	return about, db.Wrap(err, "lines of the log")
}
