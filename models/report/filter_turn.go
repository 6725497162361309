package report

import (
	"reflect"
	"slices"
	"strings"

	"undelivered/models"
)

// Equal says whether two filters show the same in the same way.
func (f Filter) Equal(g Filter) bool { return reflect.DeepEqual(f.plainly(), g.plainly()) }

// plainly is the filter without the words that say what is so anyway, and with its statuses in one order.
func (f Filter) plainly() Filter {
	f.State, f.Sort = strings.TrimSuffix(f.State, ShowOpen), strings.TrimPrefix(f.Sort, "-failed")
	f.Statuses = slices.Clone(f.Statuses)
	if slices.Sort(f.Statuses); len(f.Statuses) == 0 {
		f.Statuses = nil
	}
	return f
}

// whole is the filter without what only orders it, parts it into pages, or names it.
func (f Filter) whole() Filter {
	f.Sort, f.After, f.Before, f.Per, f.All, f.Saved = "", "", "", 0, false, ""
	return f
}

// Has says whether the status is chosen.
func (f Filter) Has(s models.Status) bool { return slices.Contains(f.Statuses, s) }

// Filtered says whether anything but the window and the state narrows the list; notifications that are chosen
// in it do not.
func (f Filter) Filtered() bool { return !f.First().whole().Equal(f.Unfiltered().whole()) }

// Shows says whether f is just this view, whatever its window, order and page.
func (f Filter) Shows(view Filter) bool {
	named := f.Saved != ""
	f, view = f.First().whole(), view.First().whole()
	for _, one := range []*Filter{&f, &view} {
		one.Range, one.From, one.To = "", "", ""
	}
	return !named && f.Equal(view)
}

// Dates says whether the days were chosen by hand.
func (f Filter) Dates() bool { return f.From != "" || f.To != "" || f.Range == "dates" }

// First is the filter on its first page, with nothing chosen.
func (f Filter) First() Filter {
	f.After, f.Before, f.IDs, f.All = "", "", nil, false
	return f
}

// InRange is the filter with another window: 7d, 30d or 90d.
func (f Filter) InRange(window string) Filter {
	f = f.First()
	f.Range, f.From, f.To = window, "", ""
	return f
}

// Unfiltered is the filter's window, state and order, and nothing else.
func (f Filter) Unfiltered() Filter {
	return Filter{Range: f.Range, From: f.From, To: f.To, State: f.State, Sort: f.Sort, Per: f.Per}
}

// Sorted is the filter in another order.
func (f Filter) Sorted(by string) Filter {
	f = f.First()
	f.Sort = by
	return f
}
