package modelstest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"undelivered/models/store"
)

// server is the PostgreSQL at hand: the one that TEST_DATABASE_URL names, else a throw-away one of this
// process.
var server = sync.OnceValues(func() (*postgres, error) {
	address := os.Getenv("TEST_DATABASE_URL")
	if address == "" {
		var err error
		if address, err = startCluster(); err != nil {
			return nil, err
		}
	}
	return newPostgres(context.Background(), address)
})

// postgres makes databases as copies of one that has been migrated once for this process.
type postgres struct {
	address *url.URL
	name    string // of the template; the tests' databases begin with it
	mu      sync.Mutex
	conn    *pgx.Conn // its session holds the lock that says: this process lives
	left    []string  // databases that tests have left, as empty as the template
	shape   string    // of the template, but for its rows
	size    int64     // of the template in bytes
	again   string    // the statements that give a database the template's rows
}

// PostgresURL is the address of a migrated, empty database that is the test's alone until it ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	p, err := server()
	if err != nil {
		t.Fatal(err)
	}
	name := p.taken()
	if name == "" {
		name = p.name + "_" + strings.ToLower(rand.Text()[:12])
		if err := p.exec("CREATE DATABASE " + name + " TEMPLATE " + p.name); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := p.leave(context.WithoutCancel(t.Context()), name); err != nil {
			t.Error(err)
		}
	})
	return p.at(name)
}

func newPostgres(ctx context.Context, address string) (*postgres, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("TEST_DATABASE_URL cannot be read: %w", err)
	}
	p := &postgres{address: u, name: prefix + strings.ToLower(rand.Text()[:8])}
	if p.conn, err = pgx.Connect(ctx, address); err != nil {
		return nil, fmt.Errorf("the PostgreSQL of the tests does not answer: %w", err)
	}
	if err := p.exec(fmt.Sprintf("SELECT pg_advisory_lock(%d)", lockOf(p.name))); err != nil {
		return nil, err
	}
	if err := p.sweep(ctx); err != nil {
		return nil, err
	}
	if err := p.exec("CREATE DATABASE " + p.name); err != nil {
		return nil, err
	}
	if err := p.turnClock(ctx); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Options{URL: p.at(p.name), Key: Key()})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return p, p.learn(ctx)
}

const prefix = "undelivered_test_"

// sweep drops what processes left behind that live no longer.
func (p *postgres) sweep(ctx context.Context) error {
	rows, err := p.conn.Query(ctx, "SELECT datname FROM pg_database WHERE datname LIKE $1", prefix+"%")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if len(name) < len(p.name) {
			continue
		}
		lock := lockOf(name[:len(p.name)])
		var dead bool
		if err := p.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lock).Scan(&dead); err != nil {
			return err
		}
		if !dead {
			continue
		}
		if err := p.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			return err
		}
		if err := p.exec(fmt.Sprintf("SELECT pg_advisory_unlock(%d)", lock)); err != nil {
			return err
		}
	}
	return nil
}

func lockOf(name string) int64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return int64(h.Sum64())
}

func (p *postgres) exec(statement string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := p.conn.Exec(context.Background(), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func (p *postgres) at(database string) string {
	u := *p.address
	u.Path = "/" + database
	if turned() != "" {
		q := u.Query()
		q.Set("search_path", "public,pg_catalog")
		u.RawQuery = q.Encode()
	}
	return u.String()
}

// turned is by how many seconds the clock of the tests is turned (.ci/at); empty: it is not.
func turned() string { return os.Getenv("TEST_CLOCK") }

// turnClock puts a now() of our own before PostgreSQL's into the template.
func (p *postgres) turnClock(ctx context.Context) error {
	if turned() == "" {
		return nil
	}
	conn, err := pgx.Connect(ctx, p.at(p.name))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
		AS 'SELECT pg_catalog.now() + interval ''%s seconds'''`, turned()))
	return errors.Join(err, conn.Close(ctx))
}
