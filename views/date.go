package views

import (
	"context"
	"strconv"
	"strings"
	"time"
)

func (b Base) local(t time.Time) time.Time {
	if b.Zone == nil {
		return t.UTC()
	}
	return t.In(b.Zone)
}

// Today says whether t lies on the present day of the account's zone.
func (b Base) Today(t time.Time) bool { return sameDay(b.local(t), b.local(b.Now)) }

// Tomorrow says whether t lies on the next day of the account's zone.
func (b Base) Tomorrow(t time.Time) bool { return sameDay(b.local(t), b.local(b.Now).AddDate(0, 0, 1)) }

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// When writes a time in the account's zone: "Today, 12:04", "19 Nov, 09:00", with the year when it is
// another.
func (b Base) When(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return T(ctx, "Never")
	}
	if b.Today(t) {
		return T(ctx, "Today, {time}", "time", b.Clock(t))
	}
	return b.Date(ctx, t) + ", " + b.Clock(t)
}

// after writes a time inside a sentence: "15:04" on the present day, else "19 Nov, 15:04".
func (b Base) after(ctx context.Context, t time.Time) string {
	if b.Today(t) {
		return b.Clock(t)
	}
	return b.Date(ctx, t) + ", " + b.Clock(t)
}

// inSentence is a time inside a sentence: "today at 12:04", "on 19 November at 09:00".
func (b Base) inSentence(ctx context.Context, t time.Time) string {
	if b.Today(t) {
		return T(ctx, "today at {time}", "time", b.Clock(t))
	}
	return T(ctx, "on {date} at {time}", "date", b.LongDate(ctx, t), "time", b.Clock(t))
}

// Span writes a stretch of time inside a sentence: "from 19 November, 09:00 to 09:20".
func (b Base) Span(ctx context.Context, from, to time.Time) string {
	day := func(t time.Time) string { return b.LongDate(ctx, t) }
	end := b.Clock(to)
	if day(from) != day(to) {
		end = day(to) + ", " + end
	}
	return T(ctx, "from {from} to {to}", "from", day(from)+", "+b.Clock(from), "to", end)
}

// Clock writes the time of day in the account's zone.
func (b Base) Clock(t time.Time) string { return b.local(t).Format("15:04") }

// Date writes a day in the account's zone: "19 Nov", with the year when it is another.
func (b Base) Date(ctx context.Context, t time.Time) string {
	if b.local(t).Year() == b.local(b.Now).Year() {
		return shortDay(ctx, b.local(t))
	}
	return b.FullDate(ctx, t)
}

// FullDate writes a day with its year: "19 Nov 2026".
func (b Base) FullDate(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return T(ctx, "Never")
	}
	local := b.local(t)
	return shortDay(ctx, local) + " " + strconv.Itoa(local.Year())
}

// LongDate writes a day in words: "19 November".
func (b Base) LongDate(ctx context.Context, t time.Time) string {
	local := b.local(t)
	text := strconv.Itoa(local.Day()) + " " + T(ctx, local.Format("January"))
	if local.Year() != b.local(b.Now).Year() {
		text += " " + strconv.Itoa(local.Year())
	}
	return text
}

// Weekday writes a day with its name: "Sat 21 Nov".
func (b Base) Weekday(ctx context.Context, t time.Time) string {
	return T(ctx, b.local(t).Format("Mon")) + " " + shortDay(ctx, b.local(t))
}

// LongWeekday writes a day with its name, in words: "Saturday 21 November".
func (b Base) LongWeekday(ctx context.Context, t time.Time) string {
	return T(ctx, b.local(t).Format("Monday")) + " " + b.LongDate(ctx, t)
}

// WeekdayTime writes a day with its name and the time: "Sat 21 Nov, 09:30".
func (b Base) WeekdayTime(ctx context.Context, t time.Time) string {
	return b.Weekday(ctx, t) + ", " + b.Clock(t)
}

func shortDay(ctx context.Context, local time.Time) string {
	return strconv.Itoa(local.Day()) + " " + T(ctx, local.Format("Jan"))
}

// Stamp is a time for machines, in datetime attributes.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// InputDate is a day of the account's zone for a date field; empty when t is zero.
func (b Base) InputDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return b.local(t).Format(time.DateOnly)
}

// ZoneName is the place whose time the page shows: "London" of Europe/London.
func (b Base) ZoneName() string {
	if b.Zone == nil {
		return "UTC"
	}
	name := b.Zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}
