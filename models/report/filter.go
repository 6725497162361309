package report

import (
	"cmp"
	"time"

	"undelivered/models"
)

// Filter is what narrows and orders the report, from the address bar to the statement. The zero Filter is the
// number: open, standard window. A new field narrows: it needs its line in filterWords, in where, and in
// openapi.yaml; what counts, compares and writes filters follows by itself.
type Filter struct {
	Range    string // 7d, 30d, 90d; empty: the standard window, or From and To
	From, To string // local dates
	Statuses []models.Status
	Channel  models.Channel
	Reason   string
	Domain   string
	Q        string
	Customer string // id
	// Connection is the id of the connection that carried the attempt that failed.
	Connection string
	Kind       string // of notification; None: those without
	State      string // open (or empty), waiting, cleared, fixed
	View       string // one of the built-in views: what they mean is in builtInViews
	Assigned   string // id of a user; Me: the person who asks; Nobody: of nobody
	Outcome    string // of what was cleared
	Free       bool   // neither put off nor waiting for the customer
	IDs        []string
	// All means the whole result where chosen ones could be meant; Saved is the id of the saved view that
	// this is.
	All    bool
	Saved  string
	Sort   string // -failed (or empty), failed, customer
	After  string
	Before string
	Per    int
}

// The states that a report may show.
const (
	ShowOpen    = "open"
	ShowWaiting = "waiting"
	ShowCleared = "cleared"
	ShowFixed   = "fixed" // delivered after all, or cleared
)

// Words for what has no value of its own.
const (
	None       = "-" // notifications without a kind, a reason or a connection
	Me         = "me"
	Unassigned = "nobody"
)

// Sizes of a page, and of the longest range.

const PerPage = 50

const dueHours = 48

const readyDays = 3

var (
	ranges   = map[string]int{"": 0, "dates": 0, "7d": 7, "30d": 30, "90d": 90} // 0: as the account's
	perSizes = []int{25, 50, 100}
	sorts    = []string{"", "-failed", "failed", "customer"}
	states   = []string{"", ShowOpen, ShowWaiting, ShowCleared, ShowFixed}
)

// The built-in views of the report.
const (
	ViewDue = "due" // about something in the next 48 hours
	// failed for a passing cause, days ago, or what kept it from going out is gone
	ViewReady     = "ready"
	ViewMistyped  = "mistyped"  // with a suggestion
	ViewCorrected = "corrected" // the customer has another address now than the one that failed
	ViewOurSide   = "our_side"  // faults of sender and provider
	ViewUnknown   = "unknown"   // nobody knows whether it was handed over
	ViewHold      = "hold"      // waiting for the customer
	ViewSnoozed   = "snoozed"   // put off until a day that is still to come
)

// Window is the days that the filter covers, seen at now. With one end given the other is today, or as many
// days before as the account's window has.
func (f Filter) Window(now time.Time, zone *time.Location, standard int) (models.Window, error) {
	bad := models.Invalid{}
	if f.checkDates(bad); len(bad) > 0 {
		return models.Window{}, bad
	}
	from, to := f.From, f.To
	switch {
	case from == "" && to == "":
		return models.LastDays(now, zone, cmp.Or(ranges[f.Range], standard)), nil
	case to == "":
		to = models.DayOf(now, zone)
	case from == "":
		from = models.AddDays(to, -min(standard, models.MaxRangeDays-1))
	}
	whole := Filter{From: from, To: to}
	if whole.checkDates(bad); len(bad) > 0 {
		return models.Window{}, bad
	}
	return models.WindowOf(from, to, zone), nil
}

func (f Filter) per() int {
	if f.Per > 0 {
		return f.Per
	}
	return PerPage
}
