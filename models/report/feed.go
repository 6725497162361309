package report

import (
	"context"
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// FeedQuery narrows a list that programs read: what came, or what providers list.
type FeedQuery struct {
	Connection string // id
	Since      time.Time
	After      string // cursor
	Limit      int
}

// feedLimits: how many a program gets, and how many it may ask for.
const (
	feedLimit = 100
	FeedMost  = 500
)

// check returns how many are asked for, and from where on: microseconds, and the id of the last one at that
// instant.
func (q FeedQuery) check() (limit int, key int64, id string, err error) {
	bad := models.Invalid{}
	if limit = q.Limit; limit == 0 {
		limit = feedLimit
	}
	if limit < 1 || limit > FeedMost {
		bad["limit"] = models.Problem{
			Key:    "error.limit",
			Values: map[string]string{"most": strconv.Itoa(FeedMost)},
		}
	}
	if q.After == "" {
		return limit, 0, "", bad.Err()
	}
	micros, id, ok := db.ReadCursor(q.After)
	key, failed := strconv.ParseInt(micros, 36, 64)
	if !ok || failed != nil {
		bad["after"] = models.Problem{Key: "error.choice"}
	}
	return limit, key, id, bad.Err()
}

func feedCursor(micros int64, id string) string {
	return db.WriteCursor(strconv.FormatInt(micros, 36), id)
}

// FedEvent is an event with what it led to.
type FedEvent struct {
	models.Event
	Provider string
	OptedOut bool // it opted its address out
}

// EventFeed is what arrived, newest last, and the cursor to go on from; empty when nothing came.
func (s *Store) EventFeed(ctx context.Context, a models.Actor,
	q FeedQuery) (events []FedEvent, next string, err error) {
	if err := a.Need(models.See); err != nil {
		return nil, "", err
	}
	limit, key, id, err := q.check()
	if err != nil {
		return nil, "", err
	}
	where, values := "e.account_id = ?", []any{a.AccountID}
	if q.Connection != "" {
		where, values = where+" AND e.connection_id = ?", append(values, q.Connection)
	}
	if id != "" {
		where, values = where+" AND (e.feed, e.id) > (?, ?)", append(values, key, id)
	}
	if !q.Since.IsZero() { // none is stored before it arrives
		where, values = where+" AND e.feed >= ? AND e.received_at >= ?", append(values, q.Since.UnixMicro(),
			models.Instant(q.Since))
	}
	err = s.db.Reading(ctx).
		Raw(`SELECT e.id, e.connection_id, e.notification_id, e.attempt_id, e.provider_event_id, e.type,
			e.channel, e.reason, e.recipient, e.provider_message_id, e.smtp_code, e.enhanced_code,
			e.provider_code, e.diagnostic,
			e.occurred_at, e.received_at, e.feed,
		e.copies, e.state, c.provider, EXISTS (SELECT 1 FROM opt_outs o WHERE o.account_id = e.account_id
			AND o.event_id = e.id AND o.event_id <> '') AS opted_out
		FROM events e JOIN connections c ON c.id = e.connection_id
			WHERE `+where+" ORDER BY e.feed, e.id LIMIT ?",
			append(values, limit)...).
		Scan(&events).Error
	if len(events) > 0 {
		last := events[len(events)-1]
		next = feedCursor(last.Feed, last.ID)
	}
	return events, next, db.Wrap(err, "events")
}

// FedSuppression is an open entry of a provider's list with its provider.
type FedSuppression struct {
	models.Suppression
	Provider string
}

// SuppressionFeed is what providers list, newest first, and the cursor of the next page.
func (s *Store) SuppressionFeed(ctx context.Context, a models.Actor,
	q FeedQuery) (listed []FedSuppression, next string, err error) {
	if err := a.Need(models.See); err != nil {
		return nil, "", err
	}
	limit, key, id, err := q.check()
	if err != nil {
		return nil, "", err
	}
	where, values := "s.account_id = ? AND s.cleared_at IS NULL", []any{a.AccountID}
	if q.Connection != "" {
		where, values = where+" AND s.connection_id = ?", append(values, q.Connection)
	}
	if !q.Since.IsZero() {
		where, values = where+" AND s.listed_at >= ?", append(values, models.Instant(q.Since))
	}
	if id != "" {
		where, values = where+" AND (s.listed_at, s.id) < (?, ?)", append(values, time.UnixMicro(key).UTC(),
			id)
	}
	err = s.db.Reading(ctx).
		Raw(`SELECT s.*, c.provider FROM suppressions s JOIN connections c ON c.id = s.connection_id WHERE `+where+
			" ORDER BY s.listed_at DESC, s.id DESC LIMIT ?", append(values, limit+1)...).
		Scan(&listed).Error
	if len(listed) > limit {
		listed = listed[:limit]
		next = feedCursor(listed[limit-1].ListedAt.UnixMicro(), listed[limit-1].ID)
	}
	return listed, next, db.Wrap(err, "suppressions")
}

// RefsOf are the business's own names of notifications, by id.
func (s *Store) RefsOf(ctx context.Context, a models.Actor, ids []string) (map[string]string, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var rows []struct{ ID, Ref string }
	err := s.db.Reading(ctx).
		Raw("SELECT id, ref FROM notifications WHERE account_id = ? AND id IN ?", a.AccountID, ids).
		Scan(&rows).Error
	refs := map[string]string{}
	for _, row := range rows {
		refs[row.ID] = row.Ref
	}
	return refs, db.Wrap(err, "refs")
}

// AddressNow is one of a customer's addresses and whether we may send to it.
type AddressNow struct {
	models.Address
	Main     bool
	OptOuts  []models.OptOut
	Listings []models.Suppression
}

// AddressesOf are a customer's present addresses with what holds against each.
func (s *Store) AddressesOf(ctx context.Context, a models.Actor, customerID string) ([]AddressNow, error) {
	if _, err := s.ledger.Customer(ctx, a, customerID); err != nil {
		return nil, err
	}
	t := s.db.ReadTx(ctx)
	var rows []struct {
		models.Address
		Main bool
	}
	err := t.Raw(`SELECT a.*, c.main FROM addresses a JOIN customer_addresses c ON c.account_id = a.account_id
		AND c.address_id = a.id
		WHERE c.customer_id = ? AND c.account_id = ? AND c.removed_at IS NULL ORDER BY a.channel, c.main DESC,
			a.id`,
		customerID, a.AccountID).Scan(&rows).Error
	all := make([]AddressNow, len(rows))
	for i, row := range rows {
		all[i] = AddressNow{Address: row.Address, Main: row.Main}
		if err == nil {
			all[i].OptOuts, err = ledger.OpenCauses(t, all[i].AccountID, all[i].ID)
		}
		if err == nil {
			all[i].Listings, err = ledger.OpenSuppressions(t, all[i].Address, "")
		}
	}
	return all, db.Wrap(err, "addresses")
}
