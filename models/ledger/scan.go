package ledger

import (
	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ReportColumns are what a row needs; the text to search in stays where it is.
const ReportColumns = `id, account_id, channel, status, reason, state, failed_at, day, title, kind, due_at, customer_id,
	customer_ref, customer_name, sort_name, address_id, recipient, domain, connection_id, our_side, tries, returned,
	new_address, suggestion, assigned_to, snoozed_until, on_hold, ready, left_at, left_why, outcome`

func ScanRows(q *gorm.DB, size int) ([]models.Undelivered, error) {
	rows, err := q.Rows()
	if err != nil {
		return nil, db.Wrap(err, "report")
	}
	defer rows.Close()
	all := make([]models.Undelivered, 0, min(size, 1000))
	for rows.Next() {
		var u models.Undelivered
		err := rows.Scan(&u.ID, &u.AccountID, &u.Channel, &u.Status, &u.Reason, &u.State, &u.FailedAt, &u.Day,
			&u.Title, &u.Kind, &u.DueAt, &u.CustomerID, &u.CustomerRef, &u.CustomerName, &u.SortName,
			&u.AddressID, &u.Recipient, &u.Domain, &u.ConnectionID, &u.OurSide, &u.Tries, &u.Returned,
			&u.NewAddress, &u.Suggestion, &u.AssignedTo, &u.SnoozedUntil, &u.OnHold, &u.Ready, &u.LeftAt,
			&u.LeftWhy, &u.Outcome)
		if err != nil {
			return nil, db.Wrap(err, "report")
		}
		all = append(all, u)
	}
	return all, db.Wrap(rows.Err(), "report")
}
