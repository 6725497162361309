package models

import (
	"context"
	"fmt"

	"undelivered/migrations"
)

// Everything is what every column of every table holds, as text, by "table.column": River's and goose's tables too.
func (s *Store) Everything(ctx context.Context) (map[string][]string, error) {
	tables := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	if s.kind == migrations.SQLite {
		tables = `SELECT name FROM sqlite_master WHERE type = 'table'`
	}
	var names []string
	if err := s.write.WithContext(ctx).Raw(tables).Scan(&names).Error; err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, name := range names {
		var rows []map[string]any
		if err := s.write.WithContext(ctx).Table(name).Find(&rows).Error; err != nil {
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

// Tamper runs SQL past the store, as somebody with the database's password could.
func (s *Store) Tamper(ctx context.Context, sql string, values ...any) error {
	return s.write.WithContext(ctx).Exec(sql, values...).Error
}

// Number is one number that SQL finds.
func (s *Store) Number(ctx context.Context, sql string) (n int, err error) {
	err = s.write.WithContext(ctx).Raw(sql).Scan(&n).Error
	return n, err
}

// HoldTable keeps everybody from writing into a table of PostgreSQL until release is called.
func (s *Store) HoldTable(ctx context.Context, table string) (release func() error, err error) {
	t := s.write.WithContext(ctx).Begin()
	if t.Error != nil {
		return nil, t.Error
	}
	return func() error { return t.Commit().Error }, t.Exec("LOCK TABLE " + table + " IN SHARE MODE").Error
}

// Waiting is how many of PostgreSQL's sessions wait for a lock.
func (s *Store) Waiting(ctx context.Context) (int, error) {
	return s.Number(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
}
