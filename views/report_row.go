package views

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
)

// ReportRow is one notification in the report.
type ReportRow struct {
	ID          string
	Title       string
	About       string    // "£86.00 due 30 Nov", as the business wrote it
	DueAt       time.Time // what the notification is about happens then
	Channel     models.Channel
	CustomerID  string
	Customer    string
	CustomerRef string
	Address     string
	Brief       advice.Brief
	Corrected   bool // a new address is on file
	Status      models.Status
	State       string // failed, running, waiting, unknown, cleared
	Returned    bool
	OurSide     bool
	Reason      string // title of the dictionary
	FailedAt    time.Time
	Tries       int
	Assigned    string // name of who looks after it
	Snoozed     time.Time
	OnHold      bool
	Chosen      bool
}

// Incident is one fault on our side with all its notifications.
type Incident struct {
	Reason models.Reason
	Status models.Status
	N      int
	Query  report.Filter
	Last   time.Time
}

// Gap is a time for which events of a connection may be missing (RULES.md, Gaps).
type Gap struct {
	ID         string
	Connection string
	From, To   time.Time
}

// GapCloseURL takes the notice of a gap off the report.
func GapCloseURL(id string) string { return "/gaps/" + seg(id) + "/close" }

// about is what a row's notification is about: its own words, or the time it is for.
func (r ReportRow) about(ctx context.Context, b Base) string {
	kind := T(ctx, "channel."+string(r.Channel)+".short")
	if r.About != "" {
		return kind + " · " + r.About
	}
	if !r.DueAt.IsZero() {
		return kind + " · " + T(ctx, "For {time}", "time", b.WeekdayTime(ctx, r.DueAt))
	}
	return kind
}

// badges are what happened, the state first where a person has acted.
func (r ReportRow) badges(ctx context.Context) []Badge {
	var out []Badge
	switch r.State {
	case "queued", "sending", "running", "waiting", "unknown", "cleared", "delivered", "presumed":
		out = append(out, StateBadge(ctx, r.State))
	default:
		out = append(out, StatusBadge(ctx, r.Status, r.Channel))
	}
	if r.Returned {
		out = append(out, StateBadge(ctx, "returned"))
	}
	if r.OurSide {
		out = append(out, StateBadge(ctx, "our_side"))
	}
	if r.OnHold {
		out = append(out, StateBadge(ctx, "on_hold"))
	}
	return out
}
