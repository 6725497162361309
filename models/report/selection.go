package report

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// BulkScope is a filter without its page: what many at once are chosen from.
func (s *Store) BulkScope(ctx context.Context, a models.Actor, f Filter) (ReportScope, error) {
	f.After, f.Before, f.Per, f.Sort = "", "", 0, ""
	return s.scope(ctx, a, f)
}

// BulkWhere is where() for all of a filter. Chosen ids are taken wherever they stand by now: what has left
// the list in the meantime is refused by its guard, and named, instead of vanishing.
func (r ReportScope) BulkWhere() (string, []any) {
	if r.IDs != nil {
		c := db.Conditions{}
		c.Add("account_id = ? AND id IN ?", r.Account, r.IDs)
		if r.From != nil {
			c.Add("(failed_at, id) < (?, ?)", r.From.At, r.From.ID)
		}
		return strings.Join(c.SQL, " AND "), c.Values
	}
	return r.where()
}

func (s *Store) CountBulk(ctx context.Context, a models.Actor, f Filter) (int, error) {
	scope, err := s.BulkScope(ctx, a, f)
	if err != nil {
		return 0, err
	}
	where, values := scope.BulkWhere()
	var n int
	err = s.db.Reading(ctx).Raw("SELECT COUNT(*) FROM undelivered WHERE "+where, values...).Scan(&n).Error
	return n, db.Wrap(err, "counting a set")
}
