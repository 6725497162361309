package models

import (
	"context"
	"strings"
	"time"
)

// Todo is one thing to do first, computed from what is there.
type Todo struct {
	Kind   string // reports_stopped, our_side, connection_fault, due, mistyped, ready, complaints, complaint_rate, unknown
	N      int    // of what the page shows that it leads to; more than CountCap: there are more
	Rows   int    // mistyped: notifications to these addresses
	Name   string // of a connection
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
		var last []Undelivered
		err := s.reporting(ctx).Raw(`SELECT failed_at FROM undelivered WHERE account_id = ? AND reason = ? AND left_at IS NULL
			ORDER BY failed_at DESC, id DESC LIMIT 1`, account, incidents[i].Reason.ID).Scan(&last).Error
		if err != nil {
			return found(err, "the last of an incident")
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
			all = append(all, Incident{ReasonCount: r, Filter: Filter{Range: f.Range, From: f.From, To: f.To, Reason: r.Reason.ID}})
			ids = append(ids, r.Reason.ID)
		}
	}
	return all, ids
}

// dashboardTodo puts the things to do in the order in which they matter: what hides or causes failures first.
func (s *Store) dashboardTodo(ctx context.Context, a Actor, d *Dashboard) error {
	d.Todo = faults(d.Health, d.Reasons)
	for _, kind := range []struct {
		name   string
		filter Filter
	}{
		{"due", Filter{Due: true}}, {"mistyped", Filter{Mistyped: true}}, {"ready", Filter{Ready: true}},
		{"complaints", Filter{Reason: complaintReason}}, {"unknown", Filter{Unknown: true}},
	} {
		n, err := s.countOf(ctx, a, d, kind.filter)
		if err != nil {
			return err
		}
		if n > 0 {
			d.Todo = append(d.Todo, Todo{Kind: kind.name, N: n, Filter: kind.filter})
		}
	}
	for i := range d.Todo {
		if t := &d.Todo[i]; t.Kind == "mistyped" {
			var err error
			if t.Like, err = s.mistypedExample(ctx, a, d.Range); err != nil {
				return err
			}
			t.Rows = t.N
			if t.N, err = s.countMistyped(ctx, reportScope{Filter: t.Filter, account: a.AccountID, window: d.Range, now: d.AsOf}); err != nil {
				return err
			}
		}
	}
	return nil
}

// complaintReason is the dictionary's entry for a customer's own complaint.
const complaintReason = "complaint"

func (s *Store) countOf(ctx context.Context, a Actor, d *Dashboard, f Filter) (int, error) {
	if f.Reason != "" {
		for _, r := range d.Reasons {
			if r.Reason.ID == f.Reason {
				return r.N, nil
			}
		}
		return 0, nil
	}
	return s.countRows(ctx, reportScope{Filter: f, account: a.AccountID, window: d.Range, now: d.AsOf}, CountCap)
}

// faults are what a person of the business has to put right before anything else helps.
func faults(health []Health, reasons []ReasonCount) []Todo {
	var all []Todo
	for _, h := range health {
		switch h.State {
		case HealthStopped:
			all = append(all, Todo{Kind: "connection_fault", Name: h.Connection.Name, ID: h.Connection.ID})
		case HealthQuiet, HealthRefused:
			all = append(all, Todo{Kind: "reports_stopped", Name: h.Connection.Name, ID: h.Connection.ID})
		}
	}
	incidents, _ := incidentsOf(reasons, Filter{})
	for _, i := range incidents {
		all = append(all, Todo{Kind: "our_side", N: i.N, Filter: i.Filter})
	}
	return all
}

// mistypedExample is "gmail.com for gmial.com", of the newest one.
func (s *Store) mistypedExample(ctx context.Context, a Actor, w Window) (string, error) {
	var row struct{ Recipient, Suggestion string }
	err := s.reporting(ctx).Raw(`SELECT recipient, suggestion FROM undelivered
		WHERE account_id = ? AND left_at IS NULL AND suggestion <> '' AND failed_at >= ? AND failed_at < ?
		ORDER BY failed_at DESC LIMIT 1`, a.AccountID, w.Start, w.End).Scan(&row).Error
	_, meant, _ := strings.Cut(row.Suggestion, "@")
	typed := row.Recipient[strings.LastIndex(row.Recipient, "@")+1:]
	if err != nil || meant == "" || meant == typed {
		return "", found(err, "a mistyped address")
	}
	return meant + " for " + typed, nil
}
