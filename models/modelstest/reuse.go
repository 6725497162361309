package modelstest

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// emptied takes out of a database of a test whatever the test has left.
// To copy the template again takes ten times as long.
const emptied = `DO $$ DECLARE name text; BEGIN
	SET LOCAL session_replication_role = replica;
	FOR name IN SELECT format('%I', relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace
		AND relkind = 'r'
	LOOP EXECUTE 'DELETE FROM ' || name; END LOOP; END $$;`

// others are sessions that a test has left open.
const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE datname = current_database() AND pid <> pg_backend_pid();`

// shape is what a test may have changed but rows: tables, columns, keys, rights, statistics, settings.
//
//go:embed shape.sql
var shape string

// grown is by how many bytes a database may have grown: larger ones are slower to read.
const grown = 4 << 20

// learn keeps what the template is, to make the tests' databases like it again.
func (p *postgres) learn(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.at(p.name))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, shape).Scan(&p.shape, &p.size); err != nil {
		return fmt.Errorf("the shape of the template: %w", err)
	}
	rows, err := conn.Query(ctx, `SELECT relname, relkind::text FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')`)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[relation])
	if err != nil {
		return err
	}
	var again strings.Builder
	for _, r := range all {
		statement, err := r.restored(ctx, conn)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		again.WriteString(statement)
	}
	p.again = others + emptied + again.String()
	return nil
}

// relation is a table (r) or a sequence (S).
type relation struct{ Name, Kind string }

// restored are the statements that give it back what it has now.
func (r relation) restored(ctx context.Context, conn *pgx.Conn) (string, error) {
	name := pgx.Identifier{r.Name}.Sanitize()
	if r.Kind == "S" {
		var at int64
		var called bool
		err := conn.QueryRow(ctx, "SELECT last_value, is_called FROM "+name).Scan(&at, &called)
		return fmt.Sprintf("SELECT setval('%s', %d, %t);", name, at, called), err
	}
	var rows *string
	err := conn.QueryRow(ctx, "SELECT json_agg(t)::text FROM "+name+" t").Scan(&rows)
	if err != nil || rows == nil {
		return "", err
	}
	return fmt.Sprintf("INSERT INTO %s SELECT * FROM json_populate_recordset(NULL::%s, '%s');",
		name, name, strings.ReplaceAll(*rows, "'", "''")), nil
}

// taken is a database that another test has left, empty when there is none.
func (p *postgres) taken() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.left) == 0 {
		return ""
	}
	name := p.left[len(p.left)-1]
	p.left = p.left[:len(p.left)-1]
	return name
}

// leave keeps a database for the next test, where it can be made as it was; else it is dropped.
func (p *postgres) leave(ctx context.Context, name string) error {
	if !p.cleaned(ctx, name) {
		return p.exec("DROP DATABASE " + name + " WITH (FORCE)")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.left = append(p.left, name)
	return nil
}

// cleaned says whether a database is as the template is.
func (p *postgres) cleaned(ctx context.Context, name string) bool {
	conn, err := pgx.Connect(ctx, p.at(name))
	if err != nil {
		return false
	}
	defer conn.Close(ctx)
	var now string
	var size int64
	if err := conn.QueryRow(ctx, shape).Scan(&now, &size); err != nil || now != p.shape ||
		size > p.size+grown {
		return false
	}
	_, err = conn.Exec(ctx, p.again)
	return err == nil
}
