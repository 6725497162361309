package handlers

import (
	"github.com/labstack/echo/v4"

	"undelivered/models/report"
	"undelivered/views"
)

// burst are the domains that failed on one day above all.
func burst(b views.Base, c echo.Context, a report.Analysis) []views.WorthLook {
	ctx, all := c.Request().Context(), []views.WorthLook(nil)
	for _, one := range a.Bursts {
		w := views.WorthLook{URL: views.ReportURL(one.Filter), LinkText: views.N(ctx, "bulk.show", one.N),
			Bold: views.N(ctx, "analysis.burst", one.N, "domain", one.Domain, "date",
				b.LongDate(ctx, noonOf(one.Day, b.Zone)))}
		if one.Over {
			w.Text = views.T(ctx, "analysis.none_since")
		}
		all = append(all, w)
	}
	return all
}

// risen are the reasons of the table that occur at least twice as often as before, the most frequent first.
func risen(c echo.Context, a report.Analysis) []views.WorthLook {
	const least, most = 5, 3
	var all []views.WorthLook
	for _, l := range a.Lines {
		if a.By != "reason" || l.N() < least || l.N() < 2*l.Before || len(all) == most {
			continue
		}
		all = append(all, views.WorthLook{
			Bold:     l.Name + ".",
			URL:      views.ReportURL(l.Filter),
			LinkText: views.N(c.Request().Context(), "bulk.show", l.N()),
			Text: views.T(c.Request().Context(), "Now {now}, before {before}.", "now", views.Count(l.N()),
				"before", views.Count(l.Before)),
		})
	}
	return all
}
