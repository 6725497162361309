package report

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// Todo is one thing to do first, computed from what is there.
type Todo struct {
	// Kind is unused, reports_stopped, our_side, due, mistyped, ready, complaints, unknown, complaint_rate,
	// complaint_stop, spf, dkim, dmarc, wishes or connection_fault.
	Kind   string
	N      int    // of what the page shows that it leads to; more than CountCap: there are more
	Rows   int    // mistyped: notifications to these addresses
	Of     int    // of how many sent: complaint_rate
	Name   string // of a connection or a sending domain
	ID     string // of a connection
	Like   string // mistyped: an example
	Filter Filter // the report of exactly these
}

// incidentLeast is from how many notifications on a fault of our side is one incident.
const incidentLeast = 20

// Incident is one cause on our side that hit many customers.
type Incident struct {
	ReasonCount
	Filter Filter
	Last   time.Time // its newest failure
}

// lastFailures fills when each incident was seen last.
func (s *Store) lastFailures(ctx context.Context, account string, incidents []Incident) error {
	for i := range incidents {
		var last []models.Undelivered
		err := s.db.Reporting(ctx).
			Raw(`SELECT failed_at FROM undelivered WHERE account_id = ? AND reason = ? AND left_at IS NULL
			ORDER BY failed_at DESC, id DESC LIMIT 1`, account, incidents[i].Reason.ID).
			Scan(&last).Error
		if err != nil {
			return db.Wrap(err, "the last of an incident")
		}
		if len(last) > 0 {
			incidents[i].Last = last[0].FailedAt
		}
	}
	return nil
}

// incidentsOf are the causes on our side with many open notifications, and their reasons.
func incidentsOf(reasons []ReasonCount, f Filter) (all []Incident, ids []string) {
	for _, r := range reasons {
		if r.Reason.OurSide() && r.N >= incidentLeast {
			all = append(all, Incident{
				ReasonCount: r,
				Filter:      Filter{Range: f.Range, From: f.From, To: f.To, Reason: r.Reason.ID},
			})
			ids = append(ids, r.Reason.ID)
		}
	}
	return all, ids
}

// dashboardTodo puts the things to do in the order in which they matter: what hides failures or hits many
// customers at once, then customers who can be helped, then what makes failures come.
func (s *Store) dashboardTodo(ctx context.Context, a models.Actor, d *Dashboard) error {
	d.Todo = append(stoppedReports(d.Health), ourSide(d.Reasons)...)
	unused := unusedConnections(d.Health)
	if d.Silent {
		d.Todo, unused = append(unused, d.Todo...), nil
	}
	for _, part := range []func(context.Context, models.Actor, *Dashboard) error{s.todoWishes,
		s.todoCustomers, s.todoComplaintRate, s.todoDomains} {
		if err := part(ctx, a, d); err != nil {
			return err
		}
	}
	d.Todo = append(append(d.Todo, brokenConnections(d.Health)...), unused...)
	return nil
}

// todoWishes are texts of customers that may ask for no more texts: whoever works here reads them.
func (s *Store) todoWishes(ctx context.Context, a models.Actor, d *Dashboard) error {
	if !a.May(models.Work) {
		return nil
	}
	var n int64
	err := s.db.Reading(ctx).
		Raw("SELECT COUNT(*) FROM events WHERE account_id = ? AND provider_code = 'wish:unsure'",
			a.AccountID).
		Scan(&n).Error
	if n > 0 {
		d.Todo = append(d.Todo, Todo{Kind: "wishes", N: int(n)})
	}
	return db.Wrap(err, "texts to read")
}

// todoCustomers are notifications that a person can do something about today: what is put off, or waits for
// the customer's answer, is not asked for again.
func (s *Store) todoCustomers(ctx context.Context, a models.Actor, d *Dashboard) error {
	for _, kind := range []struct {
		name   string
		filter Filter
	}{
		{"due", Filter{View: ViewDue, Free: true}}, {"mistyped", Filter{View: ViewMistyped, Free: true}},
		{"ready", Filter{View: ViewReady, Free: true}},
		{"complaints", Filter{Reason: complaintReason, Free: true}},
		{"unknown", Filter{View: ViewUnknown, Free: true}},
	} {
		scope := s.scopeOf(kind.filter, a.AccountID, d.Range, d.AsOf)
		n, err := s.countRows(ctx, scope, CountCap)
		if err != nil {
			return err
		}
		t := Todo{Kind: kind.name, N: n, Filter: kind.filter}
		if n > 0 && kind.name == "mistyped" {
			err = s.mistypedTodo(ctx, scope, &t)
		}
		if err != nil {
			return err
		}
		if n > 0 {
			d.Todo = append(d.Todo, t)
		}
	}
	return nil
}

// mistypedTodo counts the addresses instead of the notifications, and takes one for an example.
func (s *Store) mistypedTodo(ctx context.Context, scope ReportScope, t *Todo) (err error) {
	t.Rows = t.N
	if t.Like, err = s.mistypedExample(ctx, scope); err != nil {
		return err
	}
	t.N, err = s.countMistyped(ctx, scope)
	return err
}

// todoComplaintRate warns when many customers report spam, and says when several at once can't be resent.
func (s *Store) todoComplaintRate(ctx context.Context, a models.Actor, d *Dashboard) error {
	rate, err := consent.Complaints(s.db.Reading(ctx), s.db.Now(), a.AccountID)
	if err != nil || !rate.High() {
		return err
	}
	t := Todo{
		Kind:   "complaint_rate",
		N:      rate.Complaints,
		Of:     max(rate.Sent, rate.Complaints),
		Filter: Filter{Range: "7d", Reason: complaintReason},
	}
	if rate.Stops() {
		t.Kind = "complaint_stop"
	}
	d.Todo = append(d.Todo, t)
	return nil
}

// todoDomains are the sending domains that receivers may refuse.
func (s *Store) todoDomains(ctx context.Context, a models.Actor, d *Dashboard) error {
	domains, err := s.connection.SendingDomains(ctx, a)
	for _, domain := range domains {
		if fault := domain.Fault(); fault != "" {
			d.Todo = append(d.Todo, Todo{Kind: fault, Name: domain.Domain})
		}
	}
	return err
}

// complaintReason is the dictionary's entry for a customer's own complaint.
const complaintReason = "complaint"

// stoppedReports are connections from which failures may be missing.
func stoppedReports(health []connection.Health) (all []Todo) {
	for _, h := range health {
		if h.State == models.HealthQuiet || h.State == models.HealthRefused {
			all = append(all, Todo{Kind: "reports_stopped", Name: h.Connection.Name, ID: h.Connection.ID})
		}
	}
	return all
}

// unusedConnections are those by which no report has come yet. The one for an account's own systems is there
// from the beginning, and may never be wanted.
func unusedConnections(health []connection.Health) (all []Todo) {
	for _, h := range health {
		if h.State == models.HealthUnused && h.Connection.Provider != connection.GenericProvider {
			all = append(all, Todo{Kind: "unused", Name: h.Connection.Name, ID: h.Connection.ID})
		}
	}
	return all
}

// brokenConnections are those that take nothing from us any more.
func brokenConnections(health []connection.Health) (all []Todo) {
	for _, h := range health {
		if h.State == models.HealthStopped {
			all = append(all, Todo{Kind: "connection_fault", Name: h.Connection.Name, ID: h.Connection.ID})
		}
	}
	return all
}

// ourSide are the causes on our side that hit many customers, one line for each.
func ourSide(reasons []ReasonCount) (all []Todo) {
	incidents, _ := incidentsOf(reasons, Filter{})
	for _, i := range incidents {
		all = append(all, Todo{Kind: "our_side", N: i.N, Filter: i.Filter})
	}
	return all
}

// mistypedExample is "gmail.com for gmial.com", of the newest one.
func (s *Store) mistypedExample(ctx context.Context, scope ReportScope) (string, error) {
	var row struct{ Recipient, Suggestion string }
	where, values := scope.where()
	err := s.db.Reporting(ctx).
		Raw("SELECT recipient, suggestion FROM undelivered WHERE "+where+" ORDER BY failed_at DESC LIMIT 1",
			values...).
		Scan(&row).Error
	_, meant, _ := strings.Cut(row.Suggestion, "@")
	typed := row.Recipient[strings.LastIndex(row.Recipient, "@")+1:]
	if err != nil || meant == "" || meant == typed {
		return "", db.Wrap(err, "a mistyped address")
	}
	return meant + " for " + typed, nil
}
