package views

import (
	"context"
	"testing"
	"time"
)

// How long ago something was is counted by the calendar from a day on: the day before yesterday is two days
// ago.
func TestDaysAgoAreCalendarDays(t *testing.T) {
	b := Base{Zone: london, Now: time.Date(2026, 11, 29, 15, 30, 0, 0, london)}
	for at, want := range map[time.Time]string{
		time.Date(2026, 11, 27, 17, 50, 0, 0, london): "2 days ago",
		time.Date(2026, 11, 28, 15, 20, 0, 0, london): "1 day ago",
		time.Date(2026, 11, 28, 18, 0, 0, 0, london):  "21 h ago",
		time.Date(2026, 11, 22, 16, 0, 0, 0, london):  "7 days ago",
		time.Date(2026, 10, 20, 9, 0, 0, 0, london):   "20 Oct",
	} {
		if got := b.Ago(context.Background(), at); got != want {
			t.Errorf("%s: %q", at, got)
		}
	}
}
