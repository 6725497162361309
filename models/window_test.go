package models

import (
	"testing"
	"time"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// A day begins with the first instant that belongs to it, also where clocks skip midnight, and days lie side
// by side without a gap: every instant is in exactly one of them.
func TestWindowDaysOfEveryZone(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/London", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut",
		"America/Havana",
		"America/Asuncion", "Asia/Gaza", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata",
		"America/Santiago", "Pacific/Kiritimati"} {
		zone := zoneOf(t, name)
		for _, year := range []string{"2011", "2018", "2024", "2026"} {
			for day := year + "-01-01"; day < year+"-12-31"; day = AddDays(day, 1) {
				start, next := StartOfDay(day, zone), StartOfDay(AddDays(day, 1), zone)
				if start.Equal(next) {
					continue // a day that the zone left out (Samoa, 30 December 2011)
				}
				if DayOf(start, zone) != day || DayOf(start.Add(-time.Second), zone) >= day {
					t.Fatalf("%s: %s begins at %s", name, day, start.In(zone))
				}
				if !next.After(start) {
					t.Fatalf("%s: %s ends before it begins", name, day)
				}
			}
		}
	}
}

// Case 26: in a zone without midnight on a day, the range of that day is the whole of it and nothing of the
// day before.
func TestWindowOfDayWithoutMidnight(t *testing.T) {
	zone := zoneOf(t, "America/Sao_Paulo") // 4 November 2018: 00:00 became 01:00
	w := WindowOf("2018-11-04", "2018-11-04", zone)
	first, last := time.Date(2018, 11, 4, 1, 0, 0, 0, zone), time.Date(2018, 11, 4, 23, 59, 59, 0, zone)
	if !w.Start.Equal(first) || !w.End.After(last) || w.End.Sub(w.Start) != 23*time.Hour {
		t.Errorf("4 November 2018 is from %s to %s", w.Start.In(zone), w.End.In(zone))
	}
}

// Case 25: a failure at 00:30 local on day D is in the standard window until the end of D + 30 days, and gone
// after.
func TestWindowStandardKeepsThirtyFullDays(t *testing.T) {
	zone := zoneOf(t, "Europe/London")
	failed := time.Date(2026, 3, 10, 0, 30, 0, 0, zone) // summer time begins between
	holds := func(now time.Time) bool {
		w := StandardWindow(now, zone, StandardDays)
		return !failed.Before(w.Start) && failed.Before(w.End)
	}
	if !holds(time.Date(2026, 4, 9, 23, 59, 59, 0, zone)) {
		t.Error("gone before the end of the thirtieth day")
	}
	if holds(time.Date(2026, 4, 10, 0, 0, 0, 0, zone)) {
		t.Error("still there on the thirty-first day")
	}
	if w := StandardWindow(failed, zone, StandardDays); w.Days() != 31 ||
		w.Before().To != AddDays(w.From, -1) ||
		w.Before().Days() != 31 {
		t.Errorf("standard window %+v, before %+v", w, w.Before())
	}
}
