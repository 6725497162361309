package models

import (
	"cmp"
	"time"
)

// Window is the days that a report covers, both entirely, in the account's zone (RULES.md, Window).
type Window struct {
	From, To   string    // local dates, "2026-11-20"
	Start, End time.Time // from the first instant of From to before the first instant of the day after To
	Zone       *time.Location
}

// StandardDays is how far the window of an account reaches back that has chosen no other.
const StandardDays = 30

// What an account may choose.
const (
	leastWindow = 7
	mostWindow  = MaxRangeDays
)

// Days is how far the account's window reaches back.
func (a Account) Days() int { return cmp.Or(a.WindowDays, StandardDays) }

// StandardWindow is from the start of the day so many days ago to now.
func StandardWindow(now time.Time, zone *time.Location, days int) Window {
	return LastDays(now, zone, days)
}

func LastDays(now time.Time, zone *time.Location, days int) Window {
	today := DayOf(now, zone)
	return WindowOf(AddDays(today, -days), today, zone)
}

func WindowOf(from, to string, zone *time.Location) Window {
	return Window{
		From:  from,
		To:    to,
		Start: StartOfDay(from, zone),
		End:   StartOfDay(AddDays(to, 1), zone),
		Zone:  zone,
	}
}

// Before is the window of as many days that ends the day before w begins.
func (w Window) Before() Window {
	return WindowOf(AddDays(w.From, -w.Days()), AddDays(w.From, -1), w.Zone)
}

// Days is how many days the window has.
func (w Window) Days() int { return DaysBetween(w.From, w.To) + 1 }

// Dates are the days of the window, in order.
func (w Window) Dates() []string {
	from, err := time.Parse(time.DateOnly, w.From)
	if err != nil {
		return nil
	}
	all := make([]string, 0, w.Days())
	for d := w.From; d <= w.To; d = from.AddDate(0, 0, len(all)).Format(time.DateOnly) {
		all = append(all, d)
	}
	return all
}

// StartOfDay searches for the instant instead of asking for 00:00, which some days of some zones do not have.
func StartOfDay(day string, zone *time.Location) time.Time {
	midnight, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}
	}
	y, m, d := midnight.Date()
	if at := time.Date(y, m, d, 0, 0, 0, 0, zone); DayOf(at, zone) == day &&
		DayOf(at.Add(-time.Nanosecond), zone) < day {
		return at.UTC()
	}
	low, high := midnight.Add(-26*time.Hour), midnight.Add(26*time.Hour)
	for high.Sub(low) > time.Second {
		middle := low.Add(high.Sub(low) / 2).Truncate(time.Second)
		if DayOf(middle, zone) >= day {
			high = middle
		} else {
			low = middle
		}
	}
	return high.UTC()
}

func AddDays(day string, n int) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return at.AddDate(0, 0, n).Format(time.DateOnly)
}

func DaysBetween(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// DayOf is the calendar day of an instant in a zone, "2006-01-02".
func DayOf(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateOnly) }

const MaxRangeDays = 366

func Instant(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
