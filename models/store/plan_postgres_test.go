package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"undelivered/models"
	"undelivered/models/sample"
)

// ownPostgres is a store on a database of its own, with n notifications.
func ownPostgres(t *testing.T, address string, n int) (*Store, models.Actor) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	name := "undelivered_plans_" + strings.ToLower(rand.Text())
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		if _, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		conn.Close(ctx)
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	s, err := Open(t.Context(), Options{URL: u.String(), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	accounts, err := s.Seed(t.Context(), models.AtCommandLine(""),
		sample.SeedPlan{Notifications: n, Undelivered: 0.5, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	return s, models.AtCommandLine(accounts[0].ID)
}

// planNode is a step of a plan of PostgreSQL.
type planNode struct {
	Kind  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Index string `json:"Index Name"`
	Cond  string `json:"Index Cond"`
	Plans []planNode
}

var growing = regexp.MustCompile(
	`^(notifications|attempts|events|undelivered|addresses|customers|contents|customer_addresses|opt_outs|suppressions|audit)$`,
)

// allButEmpty are partial indexes that hold nothing here but what is under way, so that they are the shortest
// way to it.
var allButEmpty = map[string]bool{"attempts_ours": true, "events_due": true}

// endToEnd are the steps that read a table that grows from end to end, though PostgreSQL was told to do so
// only where there is no other way.
func (n planNode) endToEnd() (all []string) {
	if n.Kind == "Seq Scan" && growing.MatchString(n.Table) {
		all = append(all, "Seq Scan on "+n.Table)
	}
	if strings.HasPrefix(n.Kind, "Index") && n.Cond == "" && growing.MatchString(n.Table) &&
		!allButEmpty[n.Index] {
		all = append(all, n.Kind+" of all of "+n.Index)
	}
	for _, part := range n.Plans {
		all = append(all, part.endToEnd()...)
	}
	return all
}

// On PostgreSQL, too, what people and providers wait for finds its rows by an index.
func TestPlansReadNoTableThatGrowsOnPostgres(t *testing.T) {
	address := os.Getenv("TEST_DATABASE_URL")
	if address == "" {
		return // there is no server
	}
	s, a := ownPostgres(t, address, 400)
	h := &heard{sent: map[string][]any{}}
	h.listen(t, s.db.Pages)
	h.listen(t, s.db.Main)
	everyday(t, s, a)
	conn, err := s.db.Pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "SET enable_seqscan = off"); err != nil {
		t.Fatal(err)
	}
	read := 0
	for query, values := range h.sent {
		plan, explained := postgresPlan(t, conn, query, values)
		if !explained {
			continue
		}
		read++
		for _, step := range plan.endToEnd() {
			t.Errorf("%s\n\t%s", step, query)
		}
	}
	if read < 60 {
		t.Errorf("only %d plans were read", read)
	}
}

func postgresPlan(t *testing.T, conn *sql.Conn, query string, values []any) (planNode, bool) {
	t.Helper()
	var text []byte
	if err := conn.QueryRowContext(t.Context(), "EXPLAIN (FORMAT JSON) "+query,
		values...).Scan(&text); err != nil {
		return planNode{}, false // a statement that cannot be explained, such as a savepoint
	}
	var plans []struct{ Plan planNode }
	if err := json.Unmarshal(text, &plans); err != nil || len(plans) == 0 {
		t.Fatalf("%s: %v", text, err)
	}
	return plans[0].Plan, true
}
