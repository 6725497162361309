package models

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"
)

// heard collects the statements that a store sends.
type heard struct {
	mu   sync.Mutex
	sent map[string][]any
}

func (h *heard) listen(t *testing.T, db *gorm.DB) {
	t.Helper()
	note := func(db *gorm.DB) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.sent[db.Statement.SQL.String()] = slices.Clone(db.Statement.Vars)
	}
	c := db.Callback()
	for _, err := range []error{
		c.Query().After("gorm:query").Register("heard", note), c.Row().After("gorm:row").Register("heard", note),
		c.Raw().After("gorm:raw").Register("heard", note), c.Update().After("gorm:update").Register("heard", note),
		c.Delete().After("gorm:delete").Register("heard", note),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// seeded is an account on SQLite with n notifications, half of them undelivered.
func seeded(t *testing.T, n int) (*Store, Actor) {
	t.Helper()
	s, err := Open(t.Context(), Options{File: filepath.Join(t.TempDir(), "plans.db"), Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	accounts, err := s.Seed(t.Context(), AtCommandLine(""), SeedPlan{Notifications: n, Undelivered: 0.5, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	return s, AtCommandLine(accounts[0].ID)
}

// tablesThatGrow are never read from end to end by what people and providers wait for.
var tablesThatGrow = regexp.MustCompile(`^SCAN (notifications|attempts|events|undelivered|addresses|customers|contents|customer_addresses|opt_outs|suppressions|audit|n|a|e|u|c|ca|s|o)( |$)`)

// What people and providers wait for finds its rows by an index, however many there are: a partial index is used only
// by a query that repeats its condition.
func TestPlansReadNoTableThatGrows(t *testing.T) {
	s, a := seeded(t, 4000)
	h := &heard{sent: map[string][]any{}}
	h.listen(t, s.read)
	h.listen(t, s.write)
	everyday(t, s, a)
	if len(h.sent) < 40 {
		t.Fatalf("only %d statements heard", len(h.sent))
	}
	for sql, values := range h.sent {
		for _, step := range planOf(t, s, sql, values) {
			if tablesThatGrow.MatchString(step) && !strings.Contains(step, "USING") {
				t.Errorf("%s\n\t%s", step, sql)
			}
		}
	}
}

// ofAccounts are the tables whose keys begin with the account.
var ofAccounts = regexp.MustCompile("(?i)\\b(FROM|JOIN|UPDATE|INTO) [`\"]?(gaps|audit|audit_heads|requests|customers|addresses|" +
	"customer_addresses|consents|opt_outs|suppressions|clear_requests|corrections|dismissals|notifications|contents|notes|attempts|" +
	"events|feed_heads|undelivered|undelivered_daily|facet_daily|sent_daily|views|bulk_jobs|bulk_items|imports|import_lines|" +
	"callback_endpoints|callbacks|sending_domains)\\b")

// acrossAccounts begin what finds work that is due, or is told by its id alone by a job: it looks into every account.
var acrossAccounts = regexp.MustCompile("state = 'due'|id = . AND ours")

// What is known to be an account's work names the account in every statement, so that it touches one part of a
// distributed table, and every key, which begins with the account, finds its rows.
func TestStatementsNameTheAccount(t *testing.T) {
	s, a := seeded(t, 400)
	h := &heard{sent: map[string][]any{}}
	h.listen(t, s.read)
	h.listen(t, s.write)
	everyday(t, s, a)
	named := 0
	for sql := range h.sent {
		switch tables, said := len(ofAccounts.FindAllString(sql, -1)), strings.Count(sql, "account_id"); {
		case tables == 0 || acrossAccounts.MatchString(sql):
		case said < tables:
			t.Errorf("%d tables of accounts, and the account named %d times:\n\t%s", tables, said, sql)
		default:
			named++
		}
	}
	if named < 60 {
		t.Errorf("only %d statements heard", named)
	}
}

// A page of the report comes out of an index in its order: nothing is sorted that the page does not show.
func TestPlansSortNoReport(t *testing.T) {
	s, a := seeded(t, 400)
	for _, f := range []Filter{{}, {Sort: "failed"}, {Sort: "customer"}, {Sort: "customer", Channel: SMS}, {Statuses: []Status{HardBounce}}} {
		h := &heard{sent: map[string][]any{}}
		h.listen(t, s.read)
		page, err := s.Undelivered(t.Context(), a, f)
		if err != nil || len(page.Rows) == 0 || len(h.sent) == 0 {
			t.Fatalf("%v: %d rows, %d statements: %v", f.Values(), len(page.Rows), len(h.sent), err)
		}
		for sql, values := range h.sent {
			for _, step := range planOf(t, s, sql, values) {
				if strings.Contains(sql, "LIMIT 51") && strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("%v: %s\n\t%s", f.Values(), step, sql)
				}
			}
		}
	}
}

func planOf(t *testing.T, s *Store, sql string, values []any) []string {
	t.Helper()
	rows, err := s.main.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+sql, values...)
	if err != nil {
		return nil // a statement that cannot be explained, such as a savepoint
	}
	defer rows.Close()
	var details []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		details = append(details, detail)
	}
	return details
}

// everyday does what happens all day: reports come in, notifications are registered, people look and work.
func everyday(t *testing.T, s *Store, a Actor) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	connections, err := s.Connections(ctx, a)
	must(err)
	mail := connections[slices.IndexFunc(connections, func(c Connection) bool { return c.Name == "Mail" })]
	var events []Event
	for i, kind := range []EventType{EventType(HardBounce), Delivered, Complaint, EventType(MailboxError), Unsubscribed, "opened"} {
		events = append(events, Event{Type: kind, Channel: Email, Recipient: fmt.Sprintf("new%d@example.com", i%3), MessageID: fmt.Sprint("m", i),
			ProviderMessageID: fmt.Sprint("p", i), NotificationRef: "r-1", DedupeKey: fmt.Sprint(i), OccurredAt: s.now(), Raw: []byte("{}")})
	}
	must(s.Keep(ctx, mail, events))
	must(s.Settled(ctx))
	registered, err := s.Register(ctx, a, []Registration{{Ref: "r-1", Channel: Email, To: "new9@example.com", Title: "T", Subject: "S", Text: "X",
		ProviderMessageID: "p-77", Customer: RegistrationCustomer{Ref: "c-1", Name: "New"}}})
	must(err)
	must(s.Keep(ctx, mail, []Event{{Type: EventType(MailboxError), Reason: "mailbox-full", Channel: Email, Recipient: "new9@example.com",
		ProviderMessageID: "p-77", DedupeKey: "77", OccurredAt: s.now(), Raw: []byte("{}")}}))
	must(s.Settled(ctx))
	_, err = s.Dashboard(ctx, a)
	must(err)
	for _, query := range []string{"", "status=hard_bounce", "status=bounced&status=invalid", "reason=mailbox-full", "domain=gmail.com", "state=waiting",
		"state=cleared", "sort=customer", "sort=failed", "view=due", "view=mistyped", "view=unknown", "view=ready", "channel=sms"} {
		v, err := url.ParseQuery(query)
		must(err)
		f, err := ParseFilter(v)
		must(err)
		_, err = s.Report(ctx, a, f)
		must(err)
	}
	_, err = s.Story(ctx, a, "ref:r-1")
	must(err)
	_, err = s.Customer(ctx, a, "ref:c-1")
	must(err)
	_, _, err = s.EventFeed(ctx, a, FeedQuery{Since: time.Now().Add(-time.Hour)})
	must(err)
	_, err = s.AskResend(ctx, a, ResendAsk{NotificationID: registered[0].ID, RequestID: "once"})
	must(err)
	must(s.ClearNotification(ctx, a, ClearAsk{NotificationID: registered[0].ID, Outcome: "phoned"}))
}
