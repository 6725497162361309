package report

import (
	"context"
	"slices"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// rows reads up to limit rows in the filter's order. With Before they are read backwards and turned round.
func (s *Store) rows(ctx context.Context, scope ReportScope, f Filter,
	limit int) ([]models.Undelivered, error) {
	seek, at := "", []any{}
	if cursor := f.After + f.Before; cursor != "" {
		scope, seek, at = scope.after(f, cursor)
	}
	query, values := scope.where()
	sql := "SELECT " + ledger.ReportColumns + " FROM " + s.rowsOf(
		f,
	) + " WHERE " + query + seek + " ORDER BY " + f.order() + db.UpTo(limit)
	all, err := ledger.ScanRows(s.db.Reporting(ctx).Raw(sql, append(values, at...)...), limit)
	if f.Before != "" {
		slices.Reverse(all)
	}
	return all, err
}

// rowsOf is where a page comes from. In the order of names SQLite would search by the window and sort all
// that it finds; nothing else narrows this list, so the names' own index stops after a page.
func (s *Store) rowsOf(f Filter) string {
	named := f.Sort == "customer" && len(f.Statuses) == 0
	if c, known := f.counter(); named && known && c == (counter{column: "open"}) &&
		s.db.Kind == migrations.SQLite {
		return "undelivered INDEXED BY undelivered_open_name"
	}
	return "undelivered"
}
