package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// SuppressionLine is one entry with what belongs to it.
type SuppressionLine struct {
	Suppression
	Provider     string // of its connection
	Connection   string // name of its connection
	Sends        bool   // we can speak to the provider by its connection
	Account      string // name of the account
	Reason       string // of the event that told of it
	CustomerID   string
	CustomerName string
	Dropped      int            // on the report now because of it
	Requests     []ClearRequest `gorm:"-"` // the latest first
}

// SuppressionList is a page of entries with the counts of the lists.
type SuppressionList struct {
	Lines  []SuppressionLine
	Counts map[string]int // by kind; "" is all, "asked" those with an open request
	// Providers are those that the accounts are connected to, or were.
	Providers []string
	Newer     string
	Older     string
}

// Suppressions is a page of the entries that providers keep for the account.
func (s *Store) Suppressions(ctx context.Context, a Actor, q SuppressionQuery) (SuppressionList, error) {
	if err := a.need(See); err != nil {
		return SuppressionList{}, err
	}
	return s.suppressions(ctx, []string{a.AccountID}, q)
}

// SuppressionsAcross is Suppressions over all accounts that let support in now.
func (s *Store) SuppressionsAcross(ctx context.Context, a Actor, q SuppressionQuery) (SuppressionList, error) {
	accounts, err := s.grantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return SuppressionList{}, err
	}
	return s.suppressions(ctx, accounts, q)
}

// grantedAccounts are the accounts that let support in now.
func (s *Store) grantedAccounts(ctx context.Context, a Actor) ([]string, error) {
	grants, err := s.Grants(ctx, a)
	var ids []string
	for _, grant := range grants {
		ids = append(ids, grant.AccountID)
	}
	return ids, err
}

const suppressionColumns = `s.*, c.provider, c.name AS connection, c.sends AND c.removed_at IS NULL AS sends, a.name AS account, COALESCE(e.reason, '') AS reason,
	(SELECT COUNT(*) FROM undelivered u WHERE u.account_id = s.account_id AND u.address_id = s.address_id
		AND u.status = 'dropped' AND u.left_at IS NULL) AS dropped`

func (s *Store) suppressions(ctx context.Context, accounts []string, q SuppressionQuery) (list SuppressionList, err error) {
	if q.Per <= 0 || q.Per > 500 {
		q.Per = 50
	}
	db := q.where(s.reading(ctx).Table("suppressions s").Select(suppressionColumns), accounts, s.now())
	newest := q.OldFirst == (q.Before != "")
	if cursor := q.After + q.Before; cursor != "" {
		at, id := cutCursor(cursor)
		db = db.Where("(s.listed_at, s.id) "+map[bool]string{true: "<", false: ">"}[newest]+" (?, ?)", at, id)
	}
	db = db.Order(map[bool]string{true: "s.listed_at DESC, s.id DESC", false: "s.listed_at, s.id"}[newest])
	if q.Dropped {
		db = s.mostDropped(ctx, accounts, q)
	}
	if err := db.Limit(q.Per + 1).Scan(&list.Lines).Error; err != nil {
		return list, found(err, "suppressions")
	}
	if list.cut(q); q.Dropped {
		list.Older = ""
	}
	if list.Counts, err = s.suppressionCounts(ctx, accounts); err != nil {
		return list, err
	}
	err = s.reading(ctx).Raw("SELECT DISTINCT provider FROM connections WHERE account_id IN ?", accounts).Scan(&list.Providers).Error
	if err != nil {
		return list, found(err, "providers of the entries")
	}
	return list, s.fillLines(ctx, accounts, list.Lines)
}

// mostDropped has the entries first that keep most notifications from going out.
func (s *Store) mostDropped(ctx context.Context, accounts []string, q SuppressionQuery) *gorm.DB {
	return q.where(s.reading(ctx).Table("suppressions s").Select(suppressionColumns), accounts, s.now()).Order("dropped DESC, s.listed_at DESC, s.id DESC")
}

// answeredWithin is how long an entry that has been cleared is still shown, with the answer to the request.
const answeredWithin = 14 * 24 * time.Hour

func (s *Store) suppressionCounts(ctx context.Context, accounts []string) (map[string]int, error) {
	var rows []struct {
		Kind string
		N    int
	}
	err := s.reading(ctx).Raw(`SELECT kind, COUNT(*) AS n FROM suppressions WHERE account_id IN ? AND (cleared_at IS NULL
			OR id IN (SELECT suppression_id FROM clear_requests WHERE account_id IN ? AND state = 'done' AND done_at > ?)) GROUP BY kind
		UNION ALL SELECT 'asked', COUNT(*) FROM clear_requests WHERE account_id IN ? AND suppression_id <> '' AND state IN ?`,
		accounts, accounts, s.now().Add(-answeredWithin), accounts, OpenStates).Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Kind] = row.N
		if row.Kind != "asked" {
			counts[""] += row.N
		}
	}
	return counts, found(err, "counts of suppressions")
}

// fillLines adds the customer and the latest request of each entry, each by one query for the page.
func (s *Store) fillLines(ctx context.Context, accounts []string, lines []SuppressionLine) error {
	ids, addresses := make([]string, len(lines)), make([]string, len(lines))
	for i, line := range lines {
		ids[i], addresses[i] = line.ID, line.AddressID
	}
	if len(lines) == 0 {
		return nil
	}
	var requests []ClearRequest
	if err := s.reading(ctx).Where("account_id IN ? AND suppression_id IN ?", accounts, ids).
		Order("asked_at DESC, id DESC").Find(&requests).Error; err != nil {
		return found(err, "clear requests")
	}
	var names []struct{ AddressID, ID, Name string }
	err := s.reading(ctx).Raw(`SELECT ca.address_id, c.id, c.name FROM customer_addresses ca
		JOIN customers c ON c.account_id = ca.account_id AND c.id = ca.customer_id
		WHERE ca.account_id IN ? AND ca.address_id IN ? ORDER BY ca.removed_at IS NULL, ca.added_at`, accounts, addresses).Scan(&names).Error
	for i := range lines {
		line := &lines[i]
		for _, r := range requests {
			if r.SuppressionID == line.ID {
				line.Requests = append(line.Requests, r)
			}
		}
		for _, name := range names {
			if name.AddressID == line.AddressID {
				line.CustomerID, line.CustomerName = name.ID, name.Name
			}
		}
	}
	return found(err, "customers of suppressions")
}

// Suppression is one entry of the account, open or cleared.
func (s *Store) Suppression(ctx context.Context, a Actor, id string) (SuppressionLine, error) {
	if err := a.need(See); err != nil {
		return SuppressionLine{}, err
	}
	var lines []SuppressionLine
	err := s.reading(ctx).Table("suppressions s").Select(suppressionColumns).
		Joins("JOIN connections c ON c.id = s.connection_id").Joins("JOIN accounts a ON a.id = s.account_id").
		Joins("LEFT JOIN events e ON e.account_id = s.account_id AND e.id = s.event_id").
		Where("s.id = ? AND s.account_id = ?", id, a.AccountID).Scan(&lines).Error
	if err == nil && len(lines) == 0 {
		return SuppressionLine{}, ErrNotFound
	}
	if err == nil {
		err = s.fillLines(ctx, []string{a.AccountID}, lines)
	}
	if err != nil {
		return SuppressionLine{}, found(err, "suppression")
	}
	return lines[0], nil
}

// Request is the latest request about an entry; zero: nobody has asked.
func (l SuppressionLine) Request() ClearRequest {
	if len(l.Requests) == 0 {
		return ClearRequest{}
	}
	return l.Requests[0]
}
