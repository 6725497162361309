package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/report"
	"undelivered/views"
)

// SupportAccounts is the list of accounts that let support in.
func (h *Handlers) SupportAccounts(c echo.Context) error {
	ctx, a := c.Request().Context(), supporter(c)
	seats := map[string]string{}
	for _, seat := range visit(c).Seats {
		seats[seat.Account.ID] = seat.Account.Name
	}
	grants, err := h.Store.People.Grants(ctx, a)
	if err != nil {
		return err
	}
	p := views.AccountsPage{Base: h.base(c)}
	for _, grant := range grants {
		inside := a
		inside.Kind, inside.AccountID = models.OnBehalf, grant.AccountID
		counts, err := h.Store.Report.CountUndelivered(ctx, inside, report.Filter{})
		if err != nil {
			return err
		}
		desk, err := h.Store.Consent.Requests(ctx, inside, consent.RequestsWaiting)
		if err != nil {
			return err
		}
		p.Rows = append(
			p.Rows,
			views.AccountRow{ID: grant.AccountID, Name: seats[grant.AccountID], Number: counts.Total,
				Requests: desk.Counts[consent.RequestsWaiting], Until: grant.Until},
		)
	}
	return h.page(c, http.StatusOK, views.SupportAccounts(p))
}
