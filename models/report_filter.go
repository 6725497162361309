package models

import (
	"net/url"
	"strconv"
	"time"
)

// Filter is what narrows and orders the report. The zero Filter is the number: open, standard window.
type Filter struct {
	Range    string // 7d, 30d, 90d; empty: 30d, or From and To
	From, To string // local dates
	Statuses []Status
	Channel  Channel
	Reason   string
	Domain   string
	Q        string
	Customer string // id
	// Connection is the id of the connection that carried the attempt that failed.
	Connection string
	Kind       string // of notification; None: those without
	State      string // open (or empty), waiting, cleared
	Due        bool   // about something in the next 48 hours
	Ready      bool   // failed for a passing cause, days ago
	Mistyped   bool   // with a suggestion
	Corrected  bool   // the customer has another address now than the one that failed
	Unknown    bool   // nobody knows whether it was handed over
	Assigned   string // id of a user; Me: the person who asks; Nobody: of nobody
	Outcome    string // of what was cleared
	Hold       bool   // waiting for the customer
	Snoozed    bool   // put off until a day that is still to come
	Free       bool   // neither put off nor waiting for the customer
	IDs        []string
	// OurSide narrows to faults of sender and provider.
	OurSide bool
	Sort    string // -failed (or empty), failed, customer
	After   string
	Before  string
	Per     int
}

// The states that a report may show.
const (
	ShowOpen    = "open"
	ShowWaiting = "waiting"
	ShowCleared = "cleared"
)

// Words for what has no value of its own.
const (
	None   = "-" // notifications without a kind, a reason or a connection
	Me     = "me"
	Nobody = "nobody"
)

// Sizes of a page, and of the longest range.
const (
	perPage      = 50
	maxRangeDays = 366
	dueHours     = 48
	readyDays    = 3
)

var (
	ranges   = map[string]int{"": standardDays, "30d": standardDays, "7d": 7, "90d": 90, "dates": standardDays}
	perSizes = []int{25, 50, 100}
	sorts    = []string{"", "-failed", "failed", "customer"}
	states   = []string{"", ShowOpen, ShowWaiting, ShowCleared}
)

// builtInViews are the values of view= that are not the id of a saved view.
var builtInViews = map[string]func(*Filter){
	"due":       func(f *Filter) { f.Due = true },
	"ready":     func(f *Filter) { f.Ready = true },
	"mistyped":  func(f *Filter) { f.Mistyped = true },
	"corrected": func(f *Filter) { f.Corrected = true },
	"our_side":  func(f *Filter) { f.OurSide = true },
	"unknown":   func(f *Filter) { f.Unknown = true },
	"hold":      func(f *Filter) { f.Hold = true },
	"snoozed":   func(f *Filter) { f.Snoozed = true },
}

// Window is the days that the filter covers, seen at now. With one end given the other is today, or 30 days before.
func (f Filter) Window(now time.Time, zone *time.Location) (Window, error) {
	bad := Invalid{}
	if f.checkDates(bad); len(bad) > 0 {
		return Window{}, bad
	}
	from, to := f.From, f.To
	switch {
	case from == "" && to == "":
		return lastDays(now, zone, ranges[f.Range]), nil
	case to == "":
		to = dayOf(now, zone)
	case from == "":
		from = addDays(to, -standardDays)
	}
	whole := Filter{From: from, To: to}
	if whole.checkDates(bad); len(bad) > 0 {
		return Window{}, bad
	}
	return window(from, to, zone), nil
}

// Values is the filter as the fields of an address, without what is the default.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"range": f.Range, "from": f.From, "to": f.To, "channel": string(f.Channel),
		"reason": f.Reason, "domain": f.Domain, "q": f.Q, "customer": f.Customer, "connection": f.Connection, "kind": f.Kind, "state": f.State, "assigned": f.Assigned, "outcome": f.Outcome,
		"sort": f.Sort, "after": f.After, "before": f.Before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	for view, on := range map[string]bool{"due": f.Due, "ready": f.Ready, "mistyped": f.Mistyped, "corrected": f.Corrected, "our_side": f.OurSide, "unknown": f.Unknown,
		"hold": f.Hold, "snoozed": f.Snoozed} {
		if on {
			v.Set("view", view)
		}
	}
	if f.Free {
		v.Set("free", "1")
	}
	for _, s := range f.Statuses {
		v.Add("status", string(s))
	}
	if f.Per > 0 {
		v.Set("per", strconv.Itoa(f.Per))
	}
	return v
}

func (f Filter) per() int {
	if f.Per > 0 {
		return f.Per
	}
	return perPage
}
