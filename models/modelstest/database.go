package modelstest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"undelivered/migrations"
	"undelivered/models/store"
)

// Everything is what every column of every table holds, as text, by "table.column": River's and goose's
// tables too.
func Everything(ctx context.Context, s *store.Store) (map[string][]string, error) {
	tables := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	if s.Dialect() == migrations.SQLite {
		tables = `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	main := store.Database(s).Main.WithContext(ctx)
	var names []string
	if err := main.Raw(tables).Scan(&names).Error; err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, name := range names {
		var rows []map[string]any
		if err := main.Table(name).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, row := range rows {
			for column, value := range row {
				if bytes, ok := value.([]byte); ok {
					value = string(bytes)
				}
				all[name+"."+column] = append(all[name+"."+column], fmt.Sprint(value))
			}
		}
	}
	return all, nil
}

// Alter runs SQL past an open store, as no code may.
func Alter(ctx context.Context, s *store.Store, sql string, values ...any) error {
	return store.Database(s).Main.WithContext(ctx).Exec(sql, values...).Error
}

// Number is one number that SQL finds.
func Number(ctx context.Context, s *store.Store, sql string) (n int, err error) {
	err = store.Database(s).Main.WithContext(ctx).Raw(sql).Scan(&n).Error
	return n, err
}

// HoldTable keeps everybody from writing into a table of PostgreSQL until release is called.
func HoldTable(ctx context.Context, s *store.Store, table string) (release func() error, err error) {
	t := store.Database(s).Main.WithContext(ctx).Begin()
	if t.Error != nil {
		return nil, t.Error
	}
	return func() error { return t.Commit().Error }, t.Exec("LOCK TABLE " + table + " IN SHARE MODE").Error
}

// Waiting is how many of PostgreSQL's sessions wait for a lock.
func Waiting(ctx context.Context, s *store.Store) (int, error) {
	return Number(
		ctx,
		s,
		"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = "+
			"'Lock'",
	)
}

// RowsOf are the rows of an account, as text, by table: of every table that has accounts.
func RowsOf(ctx context.Context, s *store.Store, accountID string) (map[string][]string, error) {
	everything, err := Everything(ctx, s)
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for column := range everything {
		table, found := strings.CutSuffix(column, ".account_id")
		if !found {
			continue
		}
		var rows []map[string]any
		if err := store.Database(s).Main.WithContext(ctx).Table(table).Where("account_id = ?",
			accountID).Find(&rows).Error; err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		for _, row := range rows {
			all[table] = append(all[table], fmt.Sprint(row))
		}
		slices.Sort(all[table])
	}
	return all, nil
}
