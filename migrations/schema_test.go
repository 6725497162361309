package migrations_test

import (
	"database/sql"
	"flag"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	"github.com/libtnb/sqlite"

	"undelivered/migrations"
	"undelivered/models/modelstest"
)

var write = flag.Bool("write", false, "write schema.sql anew from a fresh database")

// schema.sql is what all migrations together make, for reading: the tables in order, each with its indexes.
func TestSchemaFile(t *testing.T) {
	db := open(t, sqlite.DriverName, modelstest.SQLiteFile(t))
	printed := "-- What all migrations together make, printed from a fresh SQLite database by go test " +
		"./migrations -write.\n" +
		"-- On PostgreSQL it is the same, but WITH (fillfactor = 50) where it says WITHOUT ROWID.\n"
	for _, one := range rowsOf(t, db, `SELECT t.name, t.sql FROM sqlite_master t WHERE t.type = 'table' AND `+ours("t.name")+` ORDER BY t.rowid`) {
		printed += "\n" + one[1] + ";\n"
		for _, index := range rowsOf(t, db, `SELECT sql, '' FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '`+one[0]+`' ORDER BY rowid`) {
			printed += index[0] + ";\n"
		}
	}
	if *write {
		if err := os.WriteFile("schema.sql", []byte(printed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("schema.sql")
	if diff := cmp.Diff(string(kept), printed); err != nil || diff != "" {
		t.Errorf("schema.sql is out of date, go test ./migrations -run TestSchemaFile -write: %v\n%s", err,
			diff)
	}
}

// Both databases have the same indexes over the same columns, and the counters are packed loosely on
// PostgreSQL, as schema.sql says.
func TestSameOnBoth(t *testing.T) {
	lite, postgres := open(t, sqlite.DriverName, modelstest.SQLiteFile(t)), open(t, "pgx",
		modelstest.PostgresURL(t))
	want := pairs(
		rowsOf(
			t,
			lite,
			`SELECT m.name, GROUP_CONCAT(COALESCE(i.name, 'expression'), ', ') FROM sqlite_master m
				JOIN pragma_index_info(m.name) i
		WHERE m.type = 'index' AND m.sql IS NOT NULL AND `+ours(
				"m.tbl_name",
			)+` GROUP BY m.name`,
		),
	)
	got := pairs(
		rowsOf(
			t,
			postgres,
			`SELECT c.relname, STRING_AGG(COALESCE(a.attname, 'expression'), ', ' ORDER BY k.n)
		FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class r ON r.oid = i.indrelid
		CROSS JOIN LATERAL UNNEST(i.indkey) WITH ORDINALITY AS k (column_number, n)
		LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.column_number AND k.column_number > 0
		WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT 1 FROM pg_constraint n
			WHERE n.conindid = i.indexrelid)
		AND `+ours("r.relname")+` GROUP BY c.relname`,
		),
	)
	// SQLite searches in a table of its own, search_index
	for _, index := range []string{"customers_search", "undelivered_search"} {
		if got[index] != "search" {
			t.Errorf("PostgreSQL has no index %s", index)
		}
		delete(got, index)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) < 40 {
		t.Errorf("%d indexes (- SQLite, + PostgreSQL):\n%s", len(want), diff)
	}
	loose := pairs(rowsOf(
		t,
		postgres,
		"SELECT relname, ARRAY_TO_STRING(reloptions, ', ') FROM pg_class WHERE relkind = 'r' AND "+
			"relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL AND "+ours(
			"relname",
		),
	))
	packed := map[string]string{}
	for _, table := range rowsOf(t, lite, "SELECT name, sql FROM sqlite_master WHERE sql LIKE '%WITHOUT "+
		"ROWID' AND "+ours("name")) {
		packed[table[0]] = "fillfactor=50"
	}
	if diff := cmp.Diff(packed, loose); diff != "" {
		t.Errorf("(- WITHOUT ROWID, + fillfactor):\n%s", diff)
	}
}

// everywhere are the tables that every server of a cluster would hold whole: they are asked before it is
// known whose work it is, or are nobody's in particular.
var everywhere = map[string]bool{"accounts": true, "users": true, "members": true,
	"support_grants": true, "sessions": true, "sign_in_links": true, "keys": true,
	"connections": true, "tokens": true, "refusals": true, "proposals": true,
	"heartbeats": true, "digest_keys": true, "sign_in_tries": true, "known_devices": true,
	"bounce_addresses": true, "instances": true}

// Every key of what belongs to an account begins with the account, and points to a row of the same account or
// to a table that is everywhere: otherwise the tables cannot be distributed by account.
func TestKeysBeginWithTheAccount(t *testing.T) {
	db := open(t, "pgx", modelstest.PostgresURL(t))
	var tables []string
	for _, row := range rowsOf(t, db, "SELECT tablename, '' FROM pg_tables WHERE schemaname = 'public' AND "+ours("tablename")) {
		tables = append(tables, row[0])
	}
	keys := map[string][]string{}
	for _, row := range rowsOf(t, db, `SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
		FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f')
		UNION ALL SELECT tablename, SUBSTRING(indexdef FROM 'USING btree (.*)') FROM pg_indexes
		WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'`) {
		keys[row[0]] = append(keys[row[0]], row[1])
	}
	for _, table := range tables {
		for _, key := range keys[table] {
			_, target, points := strings.Cut(key, "REFERENCES ")
			target, _, _ = strings.Cut(target, "(")
			switch led := strings.Contains(key, "(account_id,") || strings.HasSuffix(key, "(account_id)"); {
			case points && everywhere[target]:
			case points && (everywhere[table] || !led || !strings.Contains(key, target+"(account_id, ")):
				t.Errorf("%s points out of the account: %s", table, key)
			case !points && !everywhere[table] && !led:
				t.Errorf("%s has a key that does not begin with the account: %s", table, key)
			}
		}
		if keys[table] == nil {
			t.Errorf("%s has no key", table)
		}
	}
	if len(tables) < 40 {
		t.Errorf("only %d tables", len(tables))
	}
}

// The first migrations can be taken back whole, and made again.
func TestDownAndUp(t *testing.T) {
	for d, db := range map[migrations.Dialect]*sql.DB{
		migrations.SQLite:   open(t, sqlite.DriverName, modelstest.SQLiteFile(t)),
		migrations.Postgres: open(t, "pgx", modelstest.PostgresURL(t)),
	} {
		left := map[migrations.Dialect]string{
			migrations.SQLite: "SELECT name, '' FROM sqlite_master WHERE type = 'table' AND " +
				ours("name"),
			migrations.Postgres: "SELECT tablename, '' FROM pg_tables WHERE schemaname = 'public' AND " +
				ours("tablename"),
		}[d]
		before := pairs(rowsOf(t, db, left))
		if err := migrations.Down(t.Context(), db, d); err != nil {
			t.Fatalf("%s: %v", d, err)
		}
		if rows := rowsOf(t, db, left); len(rows) > 0 {
			t.Errorf("%s: %v are left", d, rows)
		}
		if err := migrations.Up(t.Context(), db, d); err != nil {
			t.Fatalf("%s: %v", d, err)
		}
		if after := pairs(rowsOf(t, db, left)); !maps.Equal(before, after) {
			t.Errorf("%s: %v, before %v", d, after, before)
		}
	}
}

// ours leaves out the tables of River, goose and SQLite, and what SQLite makes itself for the index of the
// search.
func ours(column string) string {
	return "(" + column + " NOT LIKE 'river%' AND " + column + " NOT LIKE 'goose%' AND " + column +
		" NOT LIKE 'sqlite%'" +
		" AND " + column + " NOT LIKE 'search!_index!_%' ESCAPE '!')"
}

func open(t *testing.T, driver, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(2) // one holds the lock of goose on PostgreSQL
	return db
}

// rowsOf are the rows of a query for two texts.
func rowsOf(t *testing.T, db *sql.DB, query string) (all [][2]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var row [2]string
		if err := rows.Scan(&row[0], &row[1]); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func pairs(rows [][2]string) map[string]string {
	all := map[string]string{}
	for _, row := range rows {
		all[row[0]] = row[1]
	}
	return all
}
