package people

import (
	"context"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ActivityFilter chooses lines of the log: by person, by the noun of the action, by date.
type ActivityFilter struct {
	Person string        // id of the actor; "product": the program itself
	Kind   string        // notification, customer, address, suppression, request, person, …
	Window models.Window // zero: all
	After  string        // cursors of the page
	Before string
	Per    int // 0: fifty
}

// ActivityList is a page of the log, the newest line first.
type ActivityList struct {
	Lines  []models.AuditEntry
	Names  map[string]string // of customers and notifications' titles, by id of the object
	People []AuditPerson
	Newer  string
	Older  string
}

// AuditPerson is somebody who has a line in the log.
type AuditPerson struct {
	ActorID   string
	ActorName string
	ActorKind models.ActorKind
}

// Activity is a page of the account's log.
func (s *Store) Activity(ctx context.Context, a models.Actor,
	f ActivityFilter) (list ActivityList, err error) {
	if err := a.Need(models.Work); err != nil {
		return list, err
	}
	if f.Per <= 0 || f.Per > 1000 {
		f.Per = 50
	}
	query, values := f.where([]string{a.AccountID})
	order := "seq DESC"
	if f.Before != "" {
		order = "seq"
	}
	err = s.db.Reading(ctx).Where(query, values...).Order(order).Limit(f.Per + 1).Find(&list.Lines).Error
	if err != nil {
		return list, db.Wrap(err, "activity")
	}
	list.cut(f)
	if list.Names, err = s.objectNames(ctx, a, list.Lines); err != nil {
		return list, err
	}
	list.People, err = s.activePeople(ctx, a)
	return list, err
}

func (f ActivityFilter) where(accounts []string) (string, []any) {
	parts, values := []string{"account_id IN ?"}, []any{accounts}
	add := func(part string, value ...any) { parts, values = append(parts, part), append(values, value...) }
	if f.Person == string(models.Product) {
		add("actor_kind = ?", models.Product)
	} else if f.Person != "" {
		add("actor_id = ?", f.Person)
	}
	if f.Kind != "" {
		add(`action LIKE ? ESCAPE '\'`, db.Likely(f.Kind)+".%")
	}
	if !f.Window.Start.IsZero() {
		add("at >= ? AND at < ?", f.Window.Start, f.Window.End)
	}
	if seq, err := strconv.Atoi(f.After); err == nil {
		add("seq < ?", seq)
	}
	if seq, err := strconv.Atoi(f.Before); err == nil {
		add("seq > ?", seq)
	}
	return strings.Join(parts, " AND "), values
}

func (l *ActivityList) cut(f ActivityFilter) {
	more := len(l.Lines) > f.Per
	if more {
		l.Lines = l.Lines[:f.Per]
	}
	if f.Before != "" {
		for i, j := 0, len(l.Lines)-1; i < j; i, j = i+1, j-1 {
			l.Lines[i], l.Lines[j] = l.Lines[j], l.Lines[i]
		}
	}
	if n := len(l.Lines); n > 0 {
		if more || f.Before != "" {
			l.Older = strconv.Itoa(l.Lines[n-1].Seq)
		}
		if f.After != "" || f.Before != "" && more {
			l.Newer = strconv.Itoa(l.Lines[0].Seq)
		}
	}
}

// activePeople are those of the last ninety days, for the filter.
func (s *Store) activePeople(ctx context.Context, a models.Actor) ([]AuditPerson, error) {
	var staff []AuditPerson
	err := s.db.Reading(ctx).
		Raw(`SELECT actor_id, MAX(actor_name) AS actor_name, MAX(actor_kind) AS actor_kind FROM audit
		WHERE account_id = ? AND actor_id <> '' AND at > ? GROUP BY actor_id ORDER BY 2 LIMIT 200`,
			a.AccountID, s.db.Now().Add(-90*24*time.Hour)).
		Scan(&staff).Error
	return staff, db.Wrap(err, "people of the log")
}

// objectNames finds how the objects of some lines are called today. The log itself holds no names of
// customers: it cannot be changed, and a customer can be erased.
func (s *Store) objectNames(ctx context.Context, a models.Actor,
	lines []models.AuditEntry) (map[string]string, error) {
	byKind := map[string][]string{}
	for _, line := range lines {
		byKind[line.ObjectKind] = append(byKind[line.ObjectKind], line.ObjectID)
	}
	names := map[string]string{}
	for kind, sql := range map[string]string{
		"customer":    "SELECT id, name FROM customers WHERE account_id = ? AND id IN ?",
		"address":     "SELECT id, value AS name FROM addresses WHERE account_id = ? AND id IN ?",
		"suppression": "SELECT id, address AS name FROM suppressions WHERE account_id = ? AND id IN ?",
		"notification": "SELECT n.id, n.title || ' · ' || c.name AS name FROM notifications n JOIN " +
			"customers c ON c.account_id = n.account_id AND c.id = n.customer_id WHERE n.account_id = ? " +
			"AND n.id IN ?",
		"request": "SELECT r.id, a.value AS name FROM clear_requests r JOIN addresses a ON " +
			"a.account_id = r.account_id AND a.id = r.address_id WHERE r.account_id = ? AND r.id IN ?",
	} {
		if len(byKind[kind]) == 0 {
			continue
		}
		var rows []struct{ ID, Name string }
		if err := s.db.Reading(ctx).Raw(sql, a.AccountID, byKind[kind]).Scan(&rows).Error; err != nil {
			return nil, db.Wrap(err, "names of objects")
		}
		for _, row := range rows {
			names[row.ID] = row.Name
		}
	}
	return names, nil
}

// ActivityOf is the history of some objects of the account, the newest line first.
func (s *Store) ActivityOf(ctx context.Context, a models.Actor, objects []string,
	limit int) ([]models.AuditEntry, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var lines []models.AuditEntry
	err := s.db.Reading(ctx).Where("account_id = ? AND object_id IN ?", a.AccountID, objects).
		Order("seq DESC").Limit(limit).Find(&lines).Error
	return lines, db.Wrap(err, "history")
}

// SupportActivity is what support has done in the accounts that let it in now, the newest first, and who did.
func (s *Store) SupportActivity(ctx context.Context, a models.Actor, f ActivityFilter,
	limit int) (list ActivityList, err error) {
	accounts, err := s.GrantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return list, err
	}
	query, values := f.where(accounts)
	err = s.db.Reading(ctx).Where(query+" AND actor_kind = ?", append(values, models.OnBehalf)...).
		Order("at DESC, account_id, seq DESC").Limit(limit).Find(&list.Lines).Error
	if err != nil {
		return list, db.Wrap(err, "activity of support")
	}
	err = s.db.Reading(ctx).Model(&models.AuditEntry{}).Distinct("actor_id", "actor_name", "actor_kind").
		Where("account_id IN ? AND actor_kind = ? AND at > ?", accounts, models.OnBehalf,
			s.db.Now().Add(-90*24*time.Hour)).
		Order("actor_name").Scan(&list.People).Error
	return list, db.Wrap(err, "people of support")
}
