package models

import (
	"context"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"

	"undelivered/migrations"
)

// rowTypes are the structs that stand for a row, each of a whole table.
var rowTypes = []any{Account{}, User{}, Member{}, Grant{}, Session{}, Link{}, Key{}, AuditEntry{}, auditHead{}, request{}, Connection{},
	Gap{}, heartbeat{}, instance{}, token{}, signInTry{}, knownDevice{}, bounceAddress{}, Customer{}, Address{}, customerAddress{}, Consent{}, OptOut{}, Suppression{}, ClearRequest{}, Notification{},
	Content{}, Note{}, Attempt{}, Event{}, Undelivered{}, undeliveredDay{}, facetDay{}, sentDay{}, View{}, correction{}, dismissal{}, BulkJob{}, bulkItem{},
	importRecord{}, ImportLine{}, SendingDomain{}, CallbackEndpoint{}, Callback{}, feedHead{}, digestKey{}}

// RowColumns are the columns that the structs have, by table, for the tests outside of the room.
func RowColumns() (map[string][]string, error) {
	all := map[string][]string{}
	for _, row := range rowTypes {
		s, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			return nil, err
		}
		for name, field := range s.FieldsByDBName {
			if field.Creatable { // one that is only read comes from another table
				all[s.Table] = append(all[s.Table], name)
			}
		}
		slices.Sort(all[s.Table])
	}
	return all, nil
}

// Columns are the columns that the database has, by table; River's and goose's tables are their own.
func (s *Store) Columns(ctx context.Context) (map[string][]string, error) {
	query := `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'`
	if s.kind == migrations.SQLite {
		query = `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	var rows []struct{ TableName, ColumnName string }
	if err := s.reading(ctx).Raw(query).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, r := range rows {
		if !strings.HasPrefix(r.TableName, "river_") && !strings.HasPrefix(r.TableName, "goose_") && !strings.HasPrefix(r.TableName, "sqlite_") {
			all[r.TableName] = append(all[r.TableName], r.ColumnName)
		}
	}
	for table := range all {
		slices.Sort(all[table])
	}
	return all, nil
}

// Alter changes rows behind the back of the store, as no code may.
func (s *Store) Alter(ctx context.Context, sql string) error {
	return s.write.WithContext(ctx).Exec(sql).Error
}
