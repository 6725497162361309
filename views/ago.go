package views

import (
	"context"
	"time"

	"undelivered/models"
)

// Ago writes how long ago something was, up to 7 days, and its day after that: "2 h ago", "19 Nov".
func (b Base) Ago(ctx context.Context, t time.Time) string {
	d := b.Now.Sub(t)
	switch {
	case t.IsZero():
		return T(ctx, "Never")
	case d < time.Minute:
		return T(ctx, "just now")
	case d > 7*24*time.Hour:
		return b.Date(ctx, t)
	case d >= 24*time.Hour: // by the calendar: the day before yesterday is 2 days ago
		return T(ctx, "{time} ago", "time", N(ctx, "count.days",
			models.DaysBetween(models.DayOf(t, b.place()), models.DayOf(b.Now, b.place()))))
	}
	return T(ctx, "{time} ago", "time", Span(ctx, d))
}

// AgoLong writes how long ago something was in words: "40 seconds ago", "3 minutes ago"; its exact time after
// a day.
func (b Base) AgoLong(ctx context.Context, t time.Time) string {
	d := b.Now.Sub(t)
	switch {
	case t.IsZero():
		return T(ctx, "Never")
	case d < time.Second:
		return T(ctx, "just now")
	case d < time.Minute:
		return N(ctx, "ago.seconds", int(d.Seconds()))
	case d < time.Hour:
		return N(ctx, "ago.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return N(ctx, "ago.hours", int(d.Hours()))
	}
	return b.FullDate(ctx, t) + ", " + b.Clock(t)
}

// exact is what stands beside Ago: the time in full, or the time of day where Ago has named the day.
func (b Base) exact(ctx context.Context, t time.Time) string {
	if b.Now.Sub(t) > 7*24*time.Hour {
		return b.Clock(t)
	}
	return b.When(ctx, t)
}

// Span writes a length of time in short: "40 s", "40 min", "22 h", "3 days".
func Span(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return T(ctx, "{n} s", "n", int(d.Seconds()))
	case d < time.Hour:
		return T(ctx, "{n} min", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return T(ctx, "{n} h", "n", int(d.Hours()))
	}
	return N(ctx, "count.days", int(d.Hours()/24))
}

// place is the zone in which days are counted.
func (b Base) place() *time.Location {
	if b.Zone == nil {
		return time.UTC
	}
	return b.Zone
}
