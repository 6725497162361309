package report

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Near is what stands before and after a notification in a list.
type Near struct{ Previous, Next *models.Undelivered }

// Near are the neighbours of a notification in a list, also when it has left it: the list goes on where it
// stood. A notification that never was undelivered has none.
func (s *Store) Near(ctx context.Context, a models.Actor, f Filter, id string) (near Near, err error) {
	var row models.Undelivered
	f = f.First()
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return near, err
	}
	if err := s.db.Reading(ctx).Limit(1).Find(&row, "account_id = ? AND id = ?", a.AccountID,
		id).Error; err != nil ||
		row.ID == "" {
		return near, db.Wrap(err, "a row of the report")
	}
	for _, side := range []struct {
		at   **models.Undelivered
		from Filter
	}{{&near.Previous, f.before(f.cursorOf(row))}, {&near.Next, f.after(f.cursorOf(row))}} {
		rows, err := s.rows(ctx, scope, side.from, 1)
		if err != nil {
			return near, err
		}
		if len(rows) > 0 {
			*side.at = &rows[0]
		}
	}
	return near, nil
}

func (f Filter) before(cursor string) Filter {
	f.Before = cursor
	return f
}

func (f Filter) after(cursor string) Filter {
	f.After = cursor
	return f
}
