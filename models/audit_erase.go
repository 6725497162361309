package models

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// eraseAction is the line of the log that an erasure writes.
const eraseAction = "customer.erase"

// erasedLine is a line of the log without its texts, and the digest of what is left of it.
type erasedLine struct {
	seq    int
	digest string
}

// eraseLines takes out of the log what it says of a customer, and returns what the line of the erasure says of that: which
// lines, and what is left of each. So the log still proves that nothing else was changed, and a line without its texts
// that no erasure names is a forgery.
func (t *tx) eraseLines(e erasure) (string, error) {
	lines, err := t.linesAbout(e)
	if err != nil {
		return "", err
	}
	left := make([]string, len(lines))
	for i, line := range lines {
		line.ObjectName, line.Before, line.After, line.Reason, line.Salt, line.Erased = "", "", "", "", "", true
		if line.ActorKind == Product { // the product has no network address: it is the customer's, who confirmed by the link
			line.Network = ""
		}
		err := t.Model(&AuditEntry{}).Where("account_id = ? AND seq = ?", line.AccountID, line.Seq).
			Select("object_name", "before", "after", "reason", "network", "salt", "erased").Updates(&line).Error
		if err != nil {
			return "", found(err, "erasing a line of the log")
		}
		left[i] = fmt.Sprintf("%d:%s", line.Seq, line.digest(t.s.seal.audit))
	}
	return strings.Join(left, " "), nil
}

// objectsOfCustomer are the objects of the log that are about an erased customer and about nobody else.
const objectsOfCustomer = `SELECT id FROM customers WHERE account_id = @account AND id = @customer
	UNION SELECT id FROM notifications WHERE account_id = @account AND customer_id = @customer
	UNION SELECT e.id FROM events e JOIN notifications n ON e.account_id = n.account_id
		AND e.notification_id = n.id WHERE n.account_id = @account AND n.customer_id = @customer AND e.notification_id <> ''
	UNION SELECT a.id FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id
		AND ca.address_id = a.id WHERE ca.account_id = @account AND ca.customer_id = @customer AND a.value = ''
	UNION SELECT s.id FROM suppressions s JOIN addresses a ON a.account_id = s.account_id AND a.normal = s.normal
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
			WHERE ca.account_id = @account AND ca.customer_id = @customer AND a.value = ''
	UNION SELECT r.id FROM clear_requests r JOIN addresses a ON a.account_id = r.account_id
		AND a.id = r.address_id
		JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
			WHERE ca.account_id = @account AND ca.customer_id = @customer AND a.value = ''`

// linesAbout are the lines about the customer, and those about a search that named them.
func (t *tx) linesAbout(e erasure) ([]AuditEntry, error) {
	const texts = "account_id = @account AND NOT erased AND (object_name <> '' OR before <> '' OR after <> '' OR reason <> '' OR network <> '')"
	account, customer := sql.Named("account", e.c.AccountID), sql.Named("customer", e.c.ID)
	var about, searches []AuditEntry
	err := t.Where(texts+" AND object_id IN ("+objectsOfCustomer+")", account, customer).Order("seq").Find(&about).Error
	if err != nil {
		return nil, found(err, "lines of the log")
	}
	err = t.Where(texts+" AND object_kind IN ('report', 'view', 'bulk')", account).Order("seq").Find(&searches).Error
	for _, line := range searches {
		if e.namedIn(line.ObjectName + "\n" + line.Before + "\n" + line.After) {
			about = append(about, line)
		}
	}
	return about, found(err, "lines of the log")
}

// readErased reads what eraseLines has said.
func readErased(text string) []erasedLine {
	var all []erasedLine
	for _, word := range strings.Fields(text) {
		number, digest, _ := strings.Cut(word, ":")
		if seq, err := strconv.Atoi(number); err == nil {
			all = append(all, erasedLine{seq, digest})
		}
	}
	return all
}
