package report

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// exportSlice is how many rows an export holds in memory at a time.
const exportSlice = 500

// Exported is a row of the report as it goes to a file.
type Exported struct {
	models.Undelivered
	OptedOut []models.Cause // why nothing may be sent to its address; empty: it may
}

// ExportUndelivered hands the rows of the report to each, slice by slice and in the filter's order: memory
// stays bounded whatever the size. It stops at the first error of each.
func (s *Store) ExportUndelivered(ctx context.Context, a models.Actor, f Filter,
	each func([]Exported) error) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.eachSlice(ctx, a, f, func(rows []models.Undelivered) error {
		marked, err := s.marked(ctx, a.AccountID, rows)
		if err != nil {
			return err
		}
		return each(marked)
	})
}

// marked says of each row whether its address is opted out.
func (s *Store) marked(ctx context.Context, accountID string, rows []models.Undelivered) ([]Exported, error) {
	addresses := make([]string, len(rows))
	for i, row := range rows {
		addresses[i] = row.AddressID
	}
	var open []struct {
		AddressID string
		Cause     models.Cause
	}
	err := s.db.Reading(ctx).
		Raw("SELECT address_id, cause FROM opt_outs WHERE account_id = ? AND lifted_at IS NULL AND "+
			"address_id IN ? ORDER BY occurred_at",
			accountID, addresses).
		Scan(&open).Error
	causes := map[string][]models.Cause{}
	for _, o := range open {
		causes[o.AddressID] = append(causes[o.AddressID], o.Cause)
	}
	marked := make([]Exported, len(rows))
	for i, row := range rows {
		marked[i] = Exported{row, causes[row.AddressID]}
	}
	return marked, db.Wrap(err, "opt-outs")
}

func (s *Store) eachSlice(ctx context.Context, a models.Actor, f Filter,
	each func([]models.Undelivered) error) error {
	f.After, f.Before, f.Per = "", "", exportSlice
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return err
	}
	for {
		rows, err := s.rows(ctx, scope, f, exportSlice)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		if err := each(rows); err != nil {
			return err
		}
		if len(rows) < exportSlice {
			return nil
		}
		f.After = f.cursorOf(rows[len(rows)-1])
	}
}
