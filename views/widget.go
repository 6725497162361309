package views

import (
	"context"
	"strconv"
	"time"
)

// WidgetCard is the number in somebody else's page: counts only, no personal data.
// State: ok (Count may be 0), stale (the service can't be reached: the last number), withdrawn.
type WidgetCard struct {
	State    string
	Theme    string // auto, light, dark
	Count    int
	Email    int
	SMS      int
	Urgent   int
	Previous int
	Spark    []int // failures per day of the window
	Days     int   // that the window reaches back
	AsOf     time.Time
	Zone     *time.Location
	Now      time.Time
	URL      string // of the report, absolute
	RetryURL string // of the widget itself, for stale
}

func (w WidgetCard) theme() string {
	if w.Theme == "light" || w.Theme == "dark" {
		return w.Theme
	}
	return "auto"
}

func (w WidgetCard) change(ctx context.Context) string {
	switch {
	case w.Count < w.Previous:
		return T(ctx, "{n} fewer than the {days} days before", "n", Count(w.Previous-w.Count), "days",
			Count(w.Days))
	case w.Count > w.Previous:
		return T(ctx, "{n} more than the {days} days before", "n", Count(w.Count-w.Previous), "days",
			Count(w.Days))
	}
	return T(ctx, "The same as the {days} days before", "days", Count(w.Days))
}

// asOf is when the number was right: "as of 11:40 today".
func (w WidgetCard) asOf(ctx context.Context) string {
	b := Base{Zone: w.Zone, Now: w.Now}
	if b.Today(w.AsOf) {
		return T(ctx, "as of {time} today", "time", b.Clock(w.AsOf))
	}
	return T(ctx, "as of {time}", "time", b.When(ctx, w.AsOf))
}

type sparkBar struct{ x, y, height string }

// sparkBars is how many bars 240 points have room for.
const sparkBars = 30

// spark is a bar for each day of the window, or for so many days that 30 bars hold it, 240 by 36.
func (w WidgetCard) spark() []sparkBar {
	days := inBars(w.Spark, max(1, (w.Days+sparkBars-1)/sparkBars))
	peak := 1
	for _, n := range days {
		peak = max(peak, n)
	}
	var out []sparkBar
	for i, n := range days {
		height := 33.8 * float64(n) / float64(peak)
		out = append(out, sparkBar{strconv.Itoa(1 + 8*i), px(36 - height), px(height)})
	}
	return out
}

// inBars adds up so many days each, from today back; what is left over at the far end is no whole bar and is
// left out.
func inBars(days []int, each int) []int {
	bars := make([]int, min(sparkBars, len(days)/each))
	for i := range bars {
		from := len(days) - (len(bars)-i)*each
		for _, n := range days[from : from+each] {
			bars[i] += n
		}
	}
	return bars
}

// sub is the line beside the number.
func (w WidgetCard) sub(ctx context.Context) string {
	if w.State == "stale" {
		return w.asOf(ctx)
	}
	return T(ctx, "in the last {days} days", "days", Count(w.Days))
}

func (w WidgetCard) badgeText(ctx context.Context) string {
	text := T(ctx, "Undelivered notifications") + ": " + w.badgeCount()
	if w.State == "stale" {
		return text + ", " + w.asOf(ctx)
	}
	return text
}

// tone is the pair of colours of the number in the badge.
type tone struct{ back, ink string }

// palette is the colours of the badge. An image has no style sheet of ours, so it is dark only for who asks
// for that.
type palette struct {
	panel, line, ink, icon string
	off, none, some        tone // the number: turned off, nothing undelivered, something
}

var badgePalettes = map[bool]palette{
	false: {
		"#ffffff",
		"#e0ddd5",
		"#1c1b19",
		"#0f4c81",
		tone{"#efede8", "#504d46"},
		tone{"#e6f3e9", "#1b6234"},
		tone{"#fcebe8", "#a11f1b"},
	},
	true: {
		"#191c1f",
		"#30363b",
		"#ecebe8",
		"#93c5f2",
		tone{"#21282e", "#b9b8b3"},
		tone{"#15291c", "#8ed6a4"},
		tone{"#37191a", "#ff9d92"},
	},
}

func (w WidgetCard) palette() palette { return badgePalettes[w.theme() == "dark"] }

// badgeTone: red only where something is undelivered.
func (w WidgetCard) badgeTone() tone {
	switch {
	case w.State == "withdrawn":
		return w.palette().off
	case w.Count == 0:
		return w.palette().none
	}
	return w.palette().some
}

func (w WidgetCard) badgeCount() string {
	if w.State == "withdrawn" {
		return "–"
	}
	return Count(w.Count)
}

func (w WidgetCard) badgeNumberWidth() int { return 16 + 8*len(w.badgeCount()) }
func (w WidgetCard) badgeNumber() string   { return strconv.Itoa(w.badgeNumberWidth()) }
func (w WidgetCard) badgeWidth() string    { return strconv.Itoa(200 + w.badgeNumberWidth()) }
func (w WidgetCard) badgeInner() string    { return strconv.Itoa(199 + w.badgeNumberWidth()) }
func (w WidgetCard) badgeMiddle() string   { return strconv.Itoa(192 + w.badgeNumberWidth()/2) }
