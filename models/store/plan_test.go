package store

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

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/sample"
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
		c.Query().After("gorm:query").Register("heard", note),
		c.Row().After("gorm:row").Register("heard", note),
		c.Raw().After("gorm:raw").Register("heard", note),
		c.Update().After("gorm:update").Register("heard", note),
		c.Delete().After("gorm:delete").Register("heard", note),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// seeded is an account on SQLite with n notifications, half of them undelivered.
func seeded(t *testing.T, n int) (*Store, models.Actor) {
	t.Helper()
	s, err := Open(t.Context(), Options{File: filepath.Join(t.TempDir(), "plans.db"), Key: make([]byte, 32)})
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

// tablesThatGrow are never read from end to end by what people and providers wait for.
var tablesThatGrow = regexp.MustCompile(
	`^SCAN (notifications|attempts|events|undelivered|addresses|customers|contents|customer_addresses|opt_outs|suppressions|audit|n|a|e|u|c|ca|s|o)( |$)`,
)

// What people and providers wait for finds its rows by an index, however many there are: a partial index is
// used only by a query that repeats its condition.
func TestPlansReadNoTableThatGrows(t *testing.T) {
	s, a := seeded(t, 4000)
	h := &heard{sent: map[string][]any{}}
	h.listen(t, s.db.Pages)
	h.listen(t, s.db.Main)
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
var ofAccounts = regexp.MustCompile(
	"(?i)\\b(FROM|JOIN|UPDATE|INTO) [`\"]?(gaps|audit|audit_heads|requests|customers|addresses|" +
		"customer_addresses|consents|opt_outs|suppressions|clear_requests|corrections|dismissals|notifications|contents|notes|attempts|" +
		"events|feed_heads|undelivered|undelivered_daily|facet_daily|sent_daily|views|bulk_jobs|bulk_items|imports|import_lines|" +
		"callback_endpoints|callbacks|sending_domains)\\b",
)

// acrossAccounts begin what finds work that is due, or is told by its id alone by a job: it looks into every
// account.
var acrossAccounts = regexp.MustCompile("state = 'due'|id = . AND ours")

// What is known to be an account's work names the account in every statement, so that it touches one part of
// a distributed table, and every key, which begins with the account, finds its rows.
func TestStatementsNameTheAccount(t *testing.T) {
	s, a := seeded(t, 400)
	h := &heard{sent: map[string][]any{}}
	h.listen(t, s.db.Pages)
	h.listen(t, s.db.Main)
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
	for _, f := range []report.Filter{{}, {Sort: "failed"}, {Sort: "customer"},
		{Sort: "customer", Channel: models.SMS}, {Statuses: []models.Status{models.HardBounce}}} {
		h := &heard{sent: map[string][]any{}}
		h.listen(t, s.db.Pages)
		page, err := s.Report.Undelivered(t.Context(), a, f)
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
	rows, err := s.db.Pool.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+sql, values...)
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
func everyday(t *testing.T, s *Store, a models.Actor) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	connections, err := s.Connection.Connections(ctx, a)
	must(err)
	mail := connections[slices.IndexFunc(connections,
		func(c models.Connection) bool { return c.Name == "Mail" })]
	var events []models.Event
	for i, kind := range []models.EventType{models.EventType(models.HardBounce), models.Delivered,
		models.Complaint, models.EventType(models.MailboxError), models.Unsubscribed, "opened"} {
		events = append(events, models.Event{Type: kind, Channel: models.Email,
			Recipient: fmt.Sprintf("new%d@example.com", i%3), MessageID: fmt.Sprint("m", i),
			ProviderMessageID: fmt.Sprint("p", i), NotificationRef: "r-1", DedupeKey: fmt.Sprint(i),
			OccurredAt: s.db.Now(), Raw: []byte("{}")})
	}
	must(s.Intake.Keep(ctx, mail, events))
	must(s.Intake.Settled(ctx))
	registered, err := s.Intake.Register(ctx, a, []intake.Registration{
		{Ref: "r-1", Channel: models.Email, To: "new9@example.com", Title: "T", Subject: "S", Text: "X",
			ProviderMessageID: "p-77", Customer: intake.RegistrationCustomer{Ref: "c-1", Name: "New"}},
	})
	must(err)
	must(s.Intake.Keep(ctx, mail, []models.Event{
		{Type: models.EventType(models.MailboxError), Reason: "mailbox-full",
			Channel: models.Email, Recipient: "new9@example.com", ProviderMessageID: "p-77",
			DedupeKey: "77", OccurredAt: s.db.Now(), Raw: []byte("{}")},
	}))
	must(s.Intake.Settled(ctx))
	_, err = s.Report.Dashboard(ctx, a)
	must(err)
	for _, query := range []string{"", "status=hard_bounce", "status=bounced&status=invalid",
		"reason=mailbox-full", "domain=gmail.com", "state=waiting",
		"state=cleared", "sort=customer", "sort=failed", "view=due", "view=mistyped", "view=unknown",
		"view=ready", "channel=sms"} {
		v, err := url.ParseQuery(query)
		must(err)
		f, err := report.ParseFilter(v)
		must(err)
		_, err = s.Report.Report(ctx, a, f)
		must(err)
	}
	_, err = s.Report.NotificationDetail(ctx, a, "ref:r-1")
	must(err)
	_, err = s.Ledger.Customer(ctx, a, "ref:c-1")
	must(err)
	_, _, err = s.Report.EventFeed(ctx, a, report.FeedQuery{Since: time.Now().Add(-time.Hour)})
	must(err)
	_, err = s.Resend.AskResend(ctx, a, resend.ResendAsk{NotificationID: registered[0].ID, RequestID: "once"})
	must(err)
	must(s.Ledger.ClearNotification(ctx, a,
		ledger.ClearAsk{NotificationID: registered[0].ID, Outcome: "phoned"}))
}
