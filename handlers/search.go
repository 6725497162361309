package handlers

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/report"
	"undelivered/views"
)

// hitsMost is how many of a kind a search shows.
const hitsMost = 6

// Search finds customers, notifications and pages by a part of their name.
func (h *Handlers) Search(c echo.Context) error {
	p := views.SearchPage{Base: h.base(c), Q: strings.TrimSpace(c.QueryParam("q"))}
	for _, find := range []func(echo.Context, string) (views.HitGroup, error){h.findCustomers,
		h.findNotifications} {
		if p.Q == "" || Actor(c).AccountID == "" {
			break
		}
		group, err := find(c, p.Q)
		if err != nil {
			return err
		}
		p.Groups = append(p.Groups, group)
	}
	p.Groups = append(p.Groups,
		views.HitGroup{Label: "Pages", Hits: views.Pages(c.Request().Context(), p.Base, p.Q)})
	return h.page(c, http.StatusOK, views.Search(p))
}

func (h *Handlers) findCustomers(c echo.Context, q string) (views.HitGroup, error) {
	group := views.HitGroup{Label: "Customers"}
	if !Actor(c).May(models.Work) {
		return group, nil
	}
	found, err := h.Store.Customer.Customers(c.Request().Context(), Actor(c),
		customer.CustomerQuery{Q: q, Per: hitsMost})
	for _, line := range found.Lines {
		more := line.Email.Value
		if more == "" {
			more = line.Phone.Value
		}
		group.Hits = append(group.Hits,
			views.Hit{Title: line.Name, More: more, URL: views.CustomerURL(line.ID)})
	}
	return group, err
}

// findNotifications finds what has been undelivered: what is open first, then what has left the report.
func (h *Handlers) findNotifications(c echo.Context, q string) (views.HitGroup, error) {
	group := views.HitGroup{Label: "Notifications"}
	for _, state := range []string{"", report.ShowWaiting, report.ShowFixed} {
		f := report.Filter{State: state, Q: q, Range: "90d", Per: hitsMost - len(group.Hits)}
		if f.Per <= 0 {
			return group, nil
		}
		found, err := h.Store.Report.Undelivered(c.Request().Context(), Actor(c), f)
		if err != nil {
			return group, err
		}
		for _, row := range found.Rows {
			group.Hits = append(group.Hits, views.Hit{
				Title: row.Title,
				More:  row.CustomerName + " · " + row.Recipient,
				URL:   views.NotificationURL(row.ID),
			})
		}
	}
	return group, nil
}
