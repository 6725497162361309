package store_test

import (
	"context"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// rowTypes are the structs that stand for a row, each of a whole table.
var rowTypes = []any{models.Account{}, models.User{}, people.Member{}, people.Grant{}, people.Session{},
	people.Link{}, people.Key{}, models.AuditEntry{}, db.AuditHeadRow{}, db.Request{}, models.Connection{},
	connection.Gap{}, connection.Heartbeat{}, db.Instance{}, intake.Token{}, people.SignInTry{},
	people.KnownDevice{}, connection.BounceAddress{}, models.Customer{}, models.Address{},
	ledger.CustomerAddress{}, models.Consent{}, models.OptOut{}, models.Suppression{}, consent.ClearRequest{},
	models.Notification{}, models.Content{}, models.Note{}, models.Attempt{}, models.Event{},
	models.Undelivered{}, ledger.UndeliveredDay{}, ledger.FacetDay{}, ledger.SentDay{}, report.View{},
	ledger.Correction{}, ledger.Dismissal{}, resend.BulkJob{}, resend.BulkItem{}, customer.ImportRecord{},
	customer.ImportLine{}, connection.SendingDomain{}, callback.CallbackEndpoint{}, callback.Callback{},
	intake.FeedHead{}, db.DigestKey{}}

// rowColumns are the columns that the structs have, by table.
func rowColumns() (map[string][]string, error) {
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

// columnsOf are the columns that the database has, by table; River's and goose's tables are their own.
func columnsOf(ctx context.Context, s *store.Store) (map[string][]string, error) {
	query := `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'`
	if s.Dialect() == migrations.SQLite {
		query = `SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	var rows []struct{ TableName, ColumnName string }
	if err := store.Database(s).Reading(ctx).Raw(query).Scan(&rows).Error; err != nil {
		return nil, err
	}
	all := map[string][]string{}
	for _, r := range rows {
		if !strings.HasPrefix(r.TableName, "river_") && !strings.HasPrefix(r.TableName, "goose_") &&
			!strings.HasPrefix(r.TableName, "sqlite_") {
			all[r.TableName] = append(all[r.TableName], r.ColumnName)
		}
	}
	for table := range all {
		slices.Sort(all[table])
	}
	return all, nil
}
