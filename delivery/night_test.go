package delivery

import (
	"testing"
	"time"
)

// The providers' lists are compared every night, also when the program starts just before or just after.
func TestNightComesOnceADay(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-20T03:14:59Z": "2026-11-20T03:15:00Z", "2026-11-20T03:15:00Z": "2026-11-21T03:15:00Z",
		"2026-11-20T23:00:00+01:00": "2026-11-21T03:15:00Z", "2026-12-31T12:00:00Z": "2027-01-01T03:15:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := (atNight{}).Next(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s: %s, want %s", now, got, want)
		}
	}
}
