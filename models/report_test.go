package models_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// failure is a failing event of a message to an address, at a time.
func failure(to string, s models.Status, reason string, at time.Time) models.Event {
	e := modelstest.Event(channelOf(to), to, models.EventType(s))
	e.OccurredAt, e.Reason = at, reason
	e.ProviderMessageID = fmt.Sprintf("msg of %s at %d", to, at.UnixMicro())
	e.DedupeKey = string(s) + " " + e.ProviderMessageID
	return e
}

func channelOf(to string) models.Channel {
	if to[0] == '+' {
		return models.SMS
	}
	return models.Email
}

var causes = []struct {
	status models.Status
	reason string
}{
	{models.HardBounce, "user-unknown"}, {models.HardBounce, "domain-unknown"},
	{models.SoftBounce, "connection-failed"},
	{models.MailboxError, "mailbox-full"}, {models.Blocked, "policy"}, {models.NotDelivered, "expired"},
	{models.Spammed, "spam-content"},
}

// someFailures are n failures over the last forty days, in a random but repeatable order.
func someFailures(r *rand.Rand, n int) []models.Event {
	events := make([]models.Event, n)
	for i := range events {
		cause := causes[r.IntN(len(causes))]
		to := fmt.Sprintf("person%d@%s", i, []string{"gmail.com", "gmial.com", "example.com"}[r.IntN(3)])
		if r.IntN(4) == 0 {
			to, cause.status, cause.reason = fmt.Sprintf("+4477009%05d",
				i), models.MailboxError, "sms-unreachable"
		}
		at := noon.Add(-time.Duration(r.IntN(40*24)) * time.Hour).Add(-time.Duration(r.IntN(3)) * time.Second)
		events[i] = failure(to, cause.status, cause.reason, at)
	}
	return events
}

// keepAll stores the events at the connection that carries each.
func keepAll(t *testing.T, s *store.Store, c *modelstest.Cast, events []models.Event) {
	t.Helper()
	for connection, channel := range map[*models.Connection]models.Channel{&c.Mail: models.Email,
		&c.Text: models.SMS} {
		var its []models.Event
		for _, e := range events {
			if e.Channel == channel {
				its = append(its, e)
			}
		}
		modelstest.Keep(t, s, *connection, its...)
	}
}

func ids(rows []models.Undelivered) []string {
	all := make([]string, len(rows))
	for i, row := range rows {
		all[i] = row.ID
	}
	return all
}

// exported are the rows of an export.
func exported(t *testing.T, s *store.Store, a models.Actor, f report.Filter) []models.Undelivered {
	t.Helper()
	var all []models.Undelivered
	err := s.Report.ExportUndelivered(t.Context(), a, f, func(slice []report.Exported) error {
		for _, u := range slice {
			all = append(all, u.Undelivered)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// walked are the rows of all pages, forwards; going back gives the same pages.
func walked(t *testing.T, s *store.Store, a models.Actor, f report.Filter) []models.Undelivered {
	t.Helper()
	f.Per = 25
	var all []models.Undelivered
	var pages []report.ReportPage
	for {
		page, err := s.Report.Undelivered(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		all, pages = append(all, page.Rows...), append(pages, page)
		if f.After = page.Older; f.After == "" {
			break
		}
	}
	for i := len(pages) - 1; i > 0; i-- {
		back := f
		back.After, back.Before = "", pages[i].Newer
		page, err := s.Report.Undelivered(t.Context(), a, back)
		if err != nil || !slices.Equal(ids(page.Rows), ids(pages[i-1].Rows)) ||
			page.Newer != pages[i-1].Newer {
			t.Fatalf("going back from page %d: %v", i, err)
		}
	}
	return all
}

// sameEverywhere says whether list, count and export of a filter agree, and returns the rows.
func sameEverywhere(t *testing.T, s *store.Store, a models.Actor, f report.Filter) []models.Undelivered {
	t.Helper()
	rows := exported(t, s, a, f)
	if pages := walked(t, s, a, f); !slices.Equal(ids(pages), ids(rows)) {
		t.Errorf("%v: %d rows on pages, %d in the export", f.Values(), len(pages), len(rows))
	}
	count, err := s.Report.CountUndelivered(t.Context(), a, f)
	if err != nil || count.Total != len(rows) || count.Capped {
		t.Errorf("%v: count %d, %d rows: %v", f.Values(), count.Total, len(rows), err)
	}
	return rows
}

// The number is the same to the unit on the list, in the count, in the export, on the dashboard and in the
// widget, and each chip says what the list would hold with it.
func TestReportNumberIsOne(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		keepAll(t, s, c, someFailures(rand.New(rand.NewPCG(1, 2)), 300))
		number := sameEverywhere(t, s, c.Ada, report.Filter{})
		dashboard, err := s.Report.Dashboard(t.Context(), c.Ada)
		if err != nil || dashboard.Total != len(number) {
			t.Errorf("dashboard %d, report %d: %v", dashboard.Total, len(number), err)
		}
		widget, err := s.Report.WidgetNumber(t.Context(), c.Ada, c.Account.Location(), models.StandardDays,
			true)
		if err != nil || widget.Total != len(number) || widget.Previous != dashboard.Previous ||
			widget.Previous == 0 ||
			len(widget.Days) != len(dashboard.Days) {
			t.Errorf("widget %d (before %d), report %d: %v", widget.Total, widget.Previous, len(number), err)
		}
		everyFilter(t, s, c)
		chips(t, s, c.Ada)
	})
}

func everyFilter(t *testing.T, s *store.Store, c *modelstest.Cast) {
	t.Helper()
	for _, f := range []report.Filter{
		{Range: "7d"}, {Range: "90d"}, {From: "2026-10-15", To: "2026-10-20"}, {Channel: models.SMS},
		{Reason: "mailbox-full"},
		{Reason: "user-unknown", Statuses: []models.Status{models.HardBounce}}, {Domain: "gmail.com"},
		{Q: "PERSON1"}, {Q: "07700 900"},
		{Statuses: []models.Status{models.HardBounce, models.SoftBounce}}, {Sort: "customer"},
		{Sort: "failed"}, {View: report.ViewMistyped},
		{View: report.ViewReady}, {View: report.ViewOurSide}, {View: report.ViewUnknown},
		{View: report.ViewDue}, {Connection: c.Text.ID}, {Kind: report.None},
		{State: report.ShowWaiting}, {State: report.ShowCleared},
		{State: report.ShowCleared, Channel: models.Email, Range: "90d"},
		{State: report.ShowCleared, Reason: "user-unknown"}, {Reason: "user-unknown", Domain: "gmail.com"},
		{Domain: "gmail.com", From: "2026-10-15", To: "2026-10-20"},
	} {
		sameEverywhere(t, s, c.Ada, f)
	}
	if rows := exported(t, s, c.Bob, report.Filter{Range: "90d"}); len(rows) != 0 {
		t.Errorf("Bob sees %d rows of Ada's", len(rows))
	}
	if rows := exported(t, s, c.Ada, report.Filter{Q: "100%"}); len(rows) != 0 {
		t.Error("a % of a search is a letter like any other")
	}
}

func chips(t *testing.T, s *store.Store, a models.Actor) {
	t.Helper()
	for _, f := range []report.Filter{{}, {Channel: models.Email}, {Reason: "user-unknown"},
		{Domain: "gmail.com"}} {
		chosen := f
		chosen.Statuses = []models.Status{models.HardBounce}
		count, err := s.Report.CountUndelivered(t.Context(), a, chosen)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range models.Statuses {
			one := f
			one.Statuses = []models.Status{row.Code}
			if want := len(exported(t, s, a, one)); count.ByStatus[row.Code] != want {
				t.Errorf("%v: chip %s says %d of %d", f.Values(), row.Code, count.ByStatus[row.Code], want)
			}
		}
	}
}

// Case 25 in the store: a failure at 00:30 local stays in the number until the end of the thirtieth day.
func TestReportFallsOffAtTheEndOfADay(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		london, _ := time.LoadLocation("Europe/London")
		c := modelstest.NewCast(t, s)
		modelstest.Keep(t, s, c.Mail, failure("praman@example.com", models.HardBounce, "user-unknown",
			time.Date(2026, 11, 20, 0, 30, 0, 0, london)))
		for now, want := range map[time.Time]int{
			time.Date(2026, 12, 20, 23, 59, 59, 0, london): 1, time.Date(2026, 12, 21, 0, 0, 1, 0, london): 0,
		} {
			turned := clock.Now()
			clock.Turn(now.Sub(turned))
			if rows := sameEverywhere(t, s, c.Ada, report.Filter{}); len(rows) != want {
				t.Errorf("at %s: %d rows", now, len(rows))
			}
			clock.Turn(turned.Sub(now))
		}
	})
}

// Whatever happens in whatever order, the counters say what a recount says, and drift is found when there is
// some.
func TestReportCountersEqualARecount(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		r := rand.New(rand.NewPCG(7, 11))
		events := someFailures(r, 60)
		keepAll(t, s, c, events)
		for range 250 {
			randomStep(t, s, c, r, events)
		}
		modelstest.Settle(t, s)
		noDrift(t, s)
		for _, f := range inEachState {
			if rows := sameEverywhere(t, s, c.Ada, f); len(rows) == 0 {
				t.Errorf("%v: nothing came of it", f.Values())
			}
		}
		if err := s.Ledger.RebuildDays(t.Context(), c.Olga); err != nil {
			t.Fatal(err)
		}
		noDrift(t, s)
	})
}

// inEachState are lists whose totals are sums of the day counters alone.
var inEachState = []report.Filter{{}, {Range: "90d"}, {State: report.ShowCleared, Range: "90d"},
	{State: report.ShowCleared, Outcome: "phoned", Range: "90d"}}

func noDrift(t *testing.T, s *store.Store) {
	t.Helper()
	if drift, err := s.Ledger.Recount(t.Context()); err != nil || len(drift) > 0 {
		t.Errorf("drift %+v: %v", drift, err)
	}
}

// randomStep does one thing that may change the report: refusals are part of it.
func randomStep(t *testing.T, s *store.Store, c *modelstest.Cast, r *rand.Rand, events []models.Event) {
	t.Helper()
	e := events[r.IntN(len(events))]
	switch r.IntN(6) {
	case 0: // news of an old attempt
		e.Type, e.Reason = []models.EventType{models.Delivered, models.Complaint,
			models.EventType(models.SoftBounce)}[r.IntN(3)], ""
		e.OccurredAt = e.OccurredAt.Add(time.Duration(r.IntN(48)-12) * time.Hour)
		e.DedupeKey = fmt.Sprint(e.Type, e.DedupeKey, e.OccurredAt)
		keepAll(t, s, c, []models.Event{e})
	case 1: // a copy
		keepAll(t, s, c, []models.Event{e})
	case 2: // something new
		keepAll(t, s, c, someFailures(r, 1))
	default:
		workOn(t, s, c, r)
	}
}

// workOn does a person's act on a row of the report, open or cleared.
func workOn(t *testing.T, s *store.Store, c *modelstest.Cast, r *rand.Rand) {
	t.Helper()
	f := report.Filter{Range: "90d",
		State: []string{report.ShowOpen, report.ShowOpen, report.ShowCleared}[r.IntN(3)]}
	rows := exported(t, s, c.Ada, f)
	if len(rows) == 0 {
		return
	}
	id, ctx := rows[r.IntN(len(rows))].ID, context.Background()
	story, err := s.Report.NotificationDetail(ctx, c.Ada, id)
	if err != nil {
		t.Fatal(err)
	}
	if f.State == report.ShowCleared {
		err = s.Ledger.ReopenNotification(ctx, c.Ada, id, "")
	} else {
		err = s.Ledger.ClearNotification(ctx, c.Ada,
			ledger.ClearAsk{NotificationID: id, Outcome: "phoned", Version: story.Notification.Version})
	}
	if err != nil {
		t.Fatal(err)
	}
}
