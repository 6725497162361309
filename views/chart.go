package views

import (
	"context"
	"strconv"
	"time"

	"undelivered/models/report"
)

// DayCount is how many notifications failed on one day.
type DayCount struct {
	Day   time.Time // any instant of the day in the account's zone
	Email int
	SMS   int
}

// Total is the count of both channels.
func (d DayCount) Total() int { return d.Email + d.SMS }

// chart is the geometry of a stacked column for each day; it is drawn once for wide and once for narrow
// screens, so that its text keeps its size.
type chart struct {
	id            string
	class         string
	width, height float64
	base          float64 // where the columns stand
	step          float64 // from one day to the next
	top           int     // the number at the highest line
	days          []DayCount
	b             Base
}

const (
	chartLeft = 26.0
	chartTop  = 18.0
	stackGap  = 1.5
)

func (b Base) charts(days []DayCount) []chart {
	wide := chart{id: "ch", class: "chart hide-s", width: 712, height: 222, base: 198, b: b}
	narrow := chart{id: "cs", class: "chart only-s", width: 326, height: 200, base: 176, b: b}
	out := []chart{wide, narrow}
	for i := range out {
		out[i].days = days
		out[i].top = niceTop(peakOf(days).Total())
		out[i].step = (out[i].width - chartLeft) / float64(max(1, len(days)))
	}
	return out
}

// niceTop is the round number at the top of a scale of three steps.
func niceTop(peak int) int {
	for unit := 1; ; unit *= 10 {
		for _, step := range []int{1, 2, 5} {
			if 3*step*unit >= peak {
				return 3 * step * unit
			}
		}
	}
}

func peakOf(days []DayCount) DayCount {
	var peak DayCount
	for _, d := range days {
		if d.Total() > peak.Total() {
			peak = d
		}
	}
	return peak
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func (c chart) viewBox() string { return "0 0 " + px(c.width) + " " + px(c.height) }

func (c chart) y(n float64) float64 { return c.base - n*(c.base-chartTop)/float64(c.top) }

func (c chart) lines() []int { return []int{0, c.top / 3, 2 * c.top / 3, c.top} }

func (c chart) x(day int) float64 { return chartLeft + float64(day)*c.step }

func (c chart) barX(day int) string { return px(c.x(day) + .18*c.step) }

func (c chart) middle(day int) string { return px(c.x(day) + c.step/2) }

func (c chart) barHeight(n int) float64 { return c.base - c.y(float64(n)) }

// upper is the height of the text messages' part, less the gap between the two.
func (c chart) upper(d DayCount) float64 {
	h := c.barHeight(d.SMS)
	if d.Email > 0 {
		h -= stackGap
	}
	return max(0, h)
}

func (c chart) isMonday(d DayCount) bool { return c.b.local(d.Day).Weekday() == time.Monday }

// peak is the day to label: the highest, when it stands out from nothing.
func (c chart) peak() int {
	peak, at := 0, -1
	for i, d := range c.days {
		if d.Total() > peak {
			peak, at = d.Total(), i
		}
	}
	return at
}

func (c chart) dayText(ctx context.Context, d DayCount) string {
	return T(ctx, "{day}: {n} undelivered, {emails}, {texts}", "day", c.b.Weekday(ctx, d.Day), "n",
		Count(d.Total()), "emails", T(ctx, "{n} email", "n", Count(d.Email)), "texts",
		N(ctx, "count.texts", d.SMS))
}

func (c chart) title(ctx context.Context) string {
	if len(c.days) == 0 {
		return T(ctx, "Undelivered notifications per day")
	}
	first, last := c.days[0].Day, c.days[len(c.days)-1].Day
	return T(ctx, "Undelivered notifications per day, {from} to {to}", "from", c.b.LongDate(ctx, first), "to",
		c.b.LongDate(ctx, last))
}

func (c chart) about(ctx context.Context) string {
	peak := peakOf(c.days)
	if peak.Total() == 0 {
		return T(ctx, "Nothing was undelivered.")
	}
	return T(ctx, "The highest day was {day} with {n}.", "day", c.b.LongDate(ctx, peak.Day), "n",
		Count(peak.Total()))
}

// DayURL is the report of one day.
func (b Base) DayURL(d time.Time) string {
	day := b.InputDate(d)
	return ReportURL(report.Filter{From: day, To: day})
}
