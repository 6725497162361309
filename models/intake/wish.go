package intake

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// What a text of a customer asks for, as it is kept in the provider code of its event.
const (
	WishUnsure = "wish:unsure" // a person decides
	WishStop   = "wish:stop"   // a person has read it: no more texts
	WishNone   = "wish:none"   // a person has read it: it asks for nothing
)

// Wish is a text of a customer that may ask for no more texts.
type Wish struct {
	EventID      string
	From         string
	Text         string
	At           time.Time
	CustomerID   string // empty: nobody has the number now
	CustomerName string
}

// wishesMost is how many texts are shown at a time, the oldest first: they wait the longest.
const wishesMost = 100

// UnsureWishes are the texts of customers that a person has to read.
func (s *Store) UnsureWishes(ctx context.Context, a models.Actor) ([]Wish, error) {
	if err := a.Need(models.Work); err != nil {
		return nil, err
	}
	var all []Wish
	err := s.db.Reading(ctx).
		Raw(`SELECT e.id AS event_id, e.recipient AS "from", e.diagnostic AS text, e.occurred_at AS at,
		COALESCE(c.id, '') AS customer_id, COALESCE(c.name, '') AS customer_name
		FROM events e
		LEFT JOIN addresses ad ON ad.account_id = e.account_id AND ad.channel = e.channel
			AND ad.normal = e.recipient
		LEFT JOIN customer_addresses ca ON ca.account_id = ad.account_id AND ca.address_id = ad.id AND ca.main
			AND ca.removed_at IS NULL
		LEFT JOIN customers c ON c.account_id = ca.account_id AND c.id = ca.customer_id
		WHERE e.account_id = ? AND e.provider_code = 'wish:unsure' ORDER BY e.occurred_at,
			e.id`+db.UpTo(wishesMost), a.AccountID).
		Scan(&all).Error
	return onceEach(all), db.Wrap(err, "texts to read")
}

// onceEach keeps the first of several rows of one text: several customers may have its number.
func onceEach(all []Wish) []Wish {
	seen := map[string]bool{}
	var kept []Wish
	for _, w := range all {
		if !seen[w.EventID] {
			kept = append(kept, w)
		}
		seen[w.EventID] = true
	}
	return kept
}

// CountUnsure is how many texts of customers a person has to read.
func (s *Store) CountUnsure(ctx context.Context, a models.Actor) (int, error) {
	if err := a.Need(models.See); err != nil {
		return 0, err
	}
	var n int64
	err := s.db.Reading(ctx).
		Raw("SELECT COUNT(*) FROM events WHERE account_id = ? AND provider_code = 'wish:unsure'",
			a.AccountID).
		Scan(&n).Error
	return int(n), db.Wrap(err, "texts to read")
}

// Wish says whether a text of the account can be decided on; ErrNotFound: there is none such.
func (s *Store) Wish(ctx context.Context, a models.Actor, eventID string) error {
	if err := a.Need(models.See); err != nil {
		return err
	}
	var e models.Event
	return db.Wrap(
		s.db.Reading(ctx).Take(&e, "account_id = ? AND id = ? AND provider_code IN ?", a.AccountID, eventID,
			[]string{WishUnsure, WishStop, WishNone}).Error,
		"a text to read",
	)
}

// DecideWish says what a text asks for: no more texts, which opts its number out as STOP does, or nothing.
// Somebody else's decision since the page was made is a Conflict.
func (s *Store) DecideWish(ctx context.Context, a models.Actor, eventID string, stop bool) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var e models.Event
		err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
			Take(&e, "account_id = ? AND id = ?", a.AccountID, eventID).Error
		if err != nil {
			return db.Wrap(err, "a text to read")
		}
		switch e.ProviderCode {
		case WishUnsure:
		case WishStop, WishNone:
			return models.Conflict{}
		default:
			return models.ErrNotFound
		}
		changes, action := map[string]any{"provider_code": WishNone}, "wish.none"
		if stop {
			changes, action = map[string]any{
				"provider_code": WishStop,
				"type":          models.Unsubscribed,
				"state":         models.EventApplied,
			}, "wish.stop"
		}
		done := t.Model(&models.Event{}).Where("account_id = ? AND id = ?", e.AccountID, e.ID).
			Updates(changes)
		if done.Error != nil {
			return db.Wrap(done.Error, "deciding on a text")
		}
		t.Record(a, action,
			models.AuditEntry{ObjectKind: "event", ObjectID: e.ID, ObjectName: models.Mask(e.Recipient)})
		if !stop {
			return nil
		}
		e.Type, e.ProviderCode = models.Unsubscribed, WishStop
		return AffectAddress(t, &e, models.Attempt{})
	})
}
