package models

import "context"

// exportSlice is how many rows an export holds in memory at a time.
const exportSlice = 500

// ExportUndelivered hands every row of the report to each, in the filter's order, in slices: memory stays bounded
// whatever the size. It stops at the first error of each.
func (s *Store) ExportUndelivered(ctx context.Context, a Actor, f Filter, each func(Undelivered) error) error {
	if err := a.need(Work); err != nil {
		return err
	}
	return s.eachRow(ctx, a, f, each)
}

func (s *Store) eachRow(ctx context.Context, a Actor, f Filter, each func(Undelivered) error) error {
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
		for _, row := range rows {
			if err := each(row); err != nil {
				return err
			}
		}
		if len(rows) < exportSlice {
			return nil
		}
		f.After = f.cursorOf(rows[len(rows)-1])
	}
}
