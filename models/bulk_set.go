package models

import (
	"context"
	"strings"
	"time"
)

// bulkScope is a filter without its page: what many at once are chosen from.
func (s *Store) bulkScope(ctx context.Context, a Actor, f Filter) (reportScope, error) {
	f.After, f.Before, f.Per, f.Sort = "", "", 0, ""
	return s.scope(ctx, a, f)
}

// bulkWhere is where() for all of a filter. Chosen ids are taken wherever they stand by now: what has left the list
// in the meantime is refused by its guard, and named, instead of vanishing.
func (r reportScope) bulkWhere() (string, []any) {
	if r.IDs != nil {
		c := conditions{}
		c.add("account_id = ? AND id IN ?", r.account, r.IDs)
		if r.from != nil {
			c.add("(failed_at, id) < (?, ?)", r.from.at, r.from.id)
		}
		return strings.Join(c.sql, " AND "), c.values
	}
	return r.where()
}

func (s *Store) countBulk(ctx context.Context, a Actor, f Filter) (int, error) {
	scope, err := s.bulkScope(ctx, a, f)
	if err != nil {
		return 0, err
	}
	where, values := scope.bulkWhere()
	var n int
	err = s.reading(ctx).Raw("SELECT COUNT(*) FROM undelivered WHERE "+where, values...).Scan(&n).Error
	return n, found(err, "counting a set")
}

// bulkSlice is how many notifications of a set are held in memory at a time.
const bulkSlice = 200

// eachOfSet hands the notifications of a set to each, slice by slice in the order in which they are worked off.
func (s *Store) eachOfSet(ctx context.Context, scope reportScope, each func([]Notification) error) error {
	for {
		where, values := scope.bulkWhere()
		var keys []struct {
			ID       string
			FailedAt time.Time
		}
		err := s.reading(ctx).Raw("SELECT id, failed_at FROM undelivered WHERE "+where+" ORDER BY failed_at DESC, id DESC"+upTo(bulkSlice), values...).Scan(&keys).Error
		if err != nil || len(keys) == 0 {
			return found(err, "a slice of a set")
		}
		ids := make([]string, len(keys))
		for i, k := range keys {
			ids[i] = k.ID
		}
		all, err := s.notificationsOf(ctx, scope.account, ids)
		if err != nil {
			return err
		}
		if err := each(all); err != nil || len(keys) < bulkSlice {
			return err
		}
		last := keys[len(keys)-1]
		scope.from = &place{at: last.FailedAt.UTC(), id: last.ID}
	}
}

// notificationsOf reads notifications in the order of their ids.
func (s *Store) notificationsOf(ctx context.Context, accountID string, ids []string) ([]Notification, error) {
	var unordered []Notification
	if err := s.reading(ctx).Find(&unordered, "account_id = ? AND id IN ?", accountID, ids).Error; err != nil {
		return nil, found(err, "notifications of a set")
	}
	byID := make(map[string]Notification, len(unordered))
	for _, n := range unordered {
		byID[n.ID] = n
	}
	all := make([]Notification, 0, len(ids))
	for _, id := range ids {
		if n, ok := byID[id]; ok {
			all = append(all, n)
		}
	}
	return all, nil
}
