package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// SuppressionLine is one entry with what belongs to it.
type SuppressionLine struct {
	models.Suppression
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
func (s *Store) Suppressions(ctx context.Context, a models.Actor,
	q SuppressionQuery) (SuppressionList, error) {
	if err := a.Need(models.See); err != nil {
		return SuppressionList{}, err
	}
	return s.suppressions(ctx, []string{a.AccountID}, q)
}

// SuppressionsAcross is Suppressions over all accounts that let support in now.
func (s *Store) SuppressionsAcross(ctx context.Context, a models.Actor,
	q SuppressionQuery) (SuppressionList, error) {
	accounts, err := s.people.GrantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return SuppressionList{}, err
	}
	return s.suppressions(ctx, accounts, q)
}

const suppressionColumns = `s.*, c.provider, c.name AS connection, c.sends AND c.removed_at IS NULL AS sends,
	a.name AS account, COALESCE(e.reason, '') AS reason,
	(SELECT COUNT(*) FROM undelivered u WHERE u.account_id = s.account_id AND u.address_id = s.address_id
		AND u.status = 'dropped' AND u.left_at IS NULL) AS dropped`

func (s *Store) suppressions(ctx context.Context, accounts []string,
	q SuppressionQuery) (list SuppressionList, err error) {
	if q.Per <= 0 || q.Per > 500 {
		q.Per = 50
	}
	query := q.where(s.db.Reading(ctx).Table("suppressions s").Select(suppressionColumns), accounts,
		s.db.Now())
	newest := q.OldFirst == (q.Before != "")
	if cursor := q.After + q.Before; cursor != "" {
		at, id := cutCursor(cursor)
		query = query.Where("(s.listed_at, s.id) "+map[bool]string{true: "<", false: ">"}[newest]+" (?, ?)",
			at, id)
	}
	query = query.Order(
		map[bool]string{true: "s.listed_at DESC, s.id DESC", false: "s.listed_at, s.id"}[newest],
	)
	if q.Dropped {
		query = s.mostDropped(ctx, accounts, q)
	}
	if err := query.Limit(q.Per + 1).Scan(&list.Lines).Error; err != nil {
		return list, db.Wrap(err, "suppressions")
	}
	if list.cut(q); q.Dropped {
		list.Older = ""
	}
	if list.Counts, err = s.suppressionCounts(ctx, accounts); err != nil {
		return list, err
	}
	err = s.db.Reading(ctx).Raw("SELECT DISTINCT provider FROM connections WHERE account_id IN ?", accounts).
		Scan(&list.Providers).Error
	if err != nil {
		return list, db.Wrap(err, "providers of the entries")
	}
	return list, s.fillLines(ctx, accounts, list.Lines)
}

// mostDropped has the entries first that keep most notifications from going out.
func (s *Store) mostDropped(ctx context.Context, accounts []string, q SuppressionQuery) *gorm.DB {
	return q.where(s.db.Reading(ctx).Table("suppressions s").Select(suppressionColumns), accounts,
		s.db.Now()).
		Order("dropped DESC, s.listed_at DESC, s.id DESC")
}

// answeredWithin is how long an entry that has been cleared is still shown, with the answer to the request.
const answeredWithin = 14 * 24 * time.Hour

func (s *Store) suppressionCounts(ctx context.Context, accounts []string) (map[string]int, error) {
	var rows []struct {
		Kind string
		N    int
	}
	err := s.db.Reading(ctx).
		Raw(`SELECT kind, COUNT(*) AS n FROM suppressions WHERE account_id IN ? AND (cleared_at IS NULL
			OR id IN (SELECT suppression_id FROM clear_requests WHERE account_id IN ? AND state = 'done'
				AND done_at > ?)) GROUP BY kind
		UNION ALL SELECT 'asked', COUNT(*) FROM clear_requests WHERE account_id IN ? AND suppression_id <> ''
			AND state IN ?`,
			accounts, accounts, s.db.Now().Add(-answeredWithin), accounts, OpenStates).
		Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Kind] = row.N
		if row.Kind != "asked" {
			counts[""] += row.N
		}
	}
	return counts, db.Wrap(err, "counts of suppressions")
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
	if err := s.db.Reading(ctx).Where("account_id IN ? AND suppression_id IN ?", accounts, ids).
		Order("asked_at DESC, id DESC").Find(&requests).Error; err != nil {
		return db.Wrap(err, "clear requests")
	}
	var names []struct{ AddressID, ID, Name string }
	err := s.db.Reading(ctx).Raw(`SELECT ca.address_id, c.id, c.name FROM customer_addresses ca
		JOIN customers c ON c.account_id = ca.account_id AND c.id = ca.customer_id
		WHERE ca.account_id IN ? AND ca.address_id IN ? ORDER BY ca.removed_at IS NULL,
			ca.added_at`, accounts, addresses).Scan(&names).Error
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
	return db.Wrap(err, "customers of suppressions")
}

// Suppression is one entry of the account, open or cleared.
func (s *Store) Suppression(ctx context.Context, a models.Actor, id string) (SuppressionLine, error) {
	if err := a.Need(models.See); err != nil {
		return SuppressionLine{}, err
	}
	var lines []SuppressionLine
	err := s.db.Reading(ctx).Table("suppressions s").Select(suppressionColumns).
		Joins("JOIN connections c ON c.id = s.connection_id").Joins("JOIN accounts a ON a.id = s.account_id").
		Joins("LEFT JOIN events e ON e.account_id = s.account_id AND e.id = s.event_id").
		Where("s.id = ? AND s.account_id = ?", id, a.AccountID).Scan(&lines).Error
	if err == nil && len(lines) == 0 {
		return SuppressionLine{}, models.ErrNotFound
	}
	if err == nil {
		err = s.fillLines(ctx, []string{a.AccountID}, lines)
	}
	if err != nil {
		return SuppressionLine{}, db.Wrap(err, "suppression")
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

// SuppressionQuery is a page of what providers list.
type SuppressionQuery struct {
	List     string // bounce, complaint, unsubscribe, asked (a request), there or here (a Side); empty: all
	Q        string // parts of an address or number, or of what its customer is found by
	Provider string
	OldFirst bool
	Dropped  bool   // most dropped first: one page without cursors
	After    string // cursors of the page
	Before   string
	Per      int // 0: fifty
}

func (q SuppressionQuery) where(query *gorm.DB, accounts []string, now time.Time) *gorm.DB {
	query = query.Joins("JOIN connections c ON c.id = s.connection_id").
		Joins("JOIN accounts a ON a.id = s.account_id").
		Joins("LEFT JOIN events e ON e.account_id = s.account_id AND e.id = s.event_id").
		Where("s.account_id IN ?", accounts)
	switch side := models.Side(q.List); side {
	case models.OnlyThere, models.OnlyHere:
		query = query.Where("s.differed = ? AND s.differed_at = c.compared_at", side)
	default:
		query = query.Where(
			"(s.cleared_at IS NULL OR s.id IN (SELECT suppression_id FROM clear_requests WHERE account_id "+
				"IN ? AND state = 'done' AND done_at > ?))",
			accounts,
			now.Add(-answeredWithin),
		)
	}
	switch q.List {
	case "", string(models.OnlyThere), string(models.OnlyHere):
	case "asked":
		query = query.Where(
			"s.id IN (SELECT suppression_id FROM clear_requests WHERE account_id IN ? AND state IN ?)",
			accounts,
			OpenStates,
		)
	default:
		query = query.Where("s.kind = ?", q.List)
	}
	if q.Provider != "" {
		query = query.Where("c.provider = ?", q.Provider)
	}
	if len(models.SearchWords(q.Q)) > 0 {
		listed, cust := db.Conditions{}, db.Conditions{}
		listed.Matching("s.normal", q.Q)
		cust.Matching("cu.search", q.Q)
		query = query.Where(
			"("+strings.Join(listed.SQL, " AND ")+` OR s.address_id IN (SELECT ca.address_id FROM customers cu
			JOIN customer_addresses ca ON ca.customer_id = cu.id WHERE cu.account_id IN ?
				AND `+strings.Join(cust.SQL, " AND ")+"))",
			slices.Concat(listed.Values, []any{accounts}, cust.Values)...)
	}
	return query
}

func (l *SuppressionList) cut(q SuppressionQuery) {
	more := len(l.Lines) > q.Per
	if q.Before != "" {
		if more {
			l.Lines = l.Lines[:q.Per]
		}
		slices.Reverse(l.Lines)
	} else if more {
		l.Lines = l.Lines[:q.Per]
	}
	if n := len(l.Lines); n > 0 {
		if more || q.Before != "" {
			l.Older = cursorAt(l.Lines[n-1].ListedAt, l.Lines[n-1].ID)
		}
		if q.After != "" || q.Before != "" && more {
			l.Newer = cursorAt(l.Lines[0].ListedAt, l.Lines[0].ID)
		}
	}
}

func cursorAt(at time.Time, id string) string {
	return at.UTC().Format("20060102150405.000000") + "~" + id
}

func cutCursor(cursor string) (time.Time, string) {
	at, id, _ := strings.Cut(cursor, "~")
	when, _ := time.Parse("20060102150405.000000", at) // not ours: the first page of the other end
	return when, id
}
