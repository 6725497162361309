package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// deskOf are the requests that this person may decide: all accounts that let support in, or their own
// account's.
func (h *Handlers) deskOf(c echo.Context, list consent.RequestList) (consent.Desk, error) {
	if visit(c).User.Support {
		return h.Store.Consent.RequestsAcross(c.Request().Context(), supporter(c), list)
	}
	return h.Store.Consent.Requests(c.Request().Context(), Actor(c), list)
}

// supporter is a support person at the desk, in no account.
func supporter(c echo.Context) models.Actor {
	a := Actor(c)
	a.Kind, a.Role, a.AccountID = models.Person, models.Support, ""
	return a
}

// decider is who acts on a request: a manager in the account, or support on behalf of the account of the
// request, while that account lets support in.
func (h *Handlers) decider(c echo.Context) (models.Actor, error) {
	a := Actor(c)
	if !visit(c).User.Support {
		if !a.May(models.Decide) || a.AccountID == "" {
			return a, models.ErrForbidden
		}
		return a, nil
	}
	account, err := h.Store.Consent.AccountOfRequest(c.Request().Context(), supporter(c), c.Param("id"))
	a.Kind, a.Role, a.AccountID = models.OnBehalf, models.Support, account
	return a, err
}

// Requests is the queue of clear requests, the first of the list open beside it. Before support nothing opens
// by itself: a look into an account is a person's own act.
func (h *Handlers) Requests(c echo.Context) error {
	list := consent.RequestList(c.QueryParam("list"))
	desk, err := h.deskOf(c, list)
	if err != nil {
		return err
	}
	if list == consent.RequestsWaiting && len(desk.Lines) > 0 && !visit(c).User.Support {
		a, err := h.decider(c)
		if err != nil {
			return err
		}
		return h.showRequest(c, a, desk.Lines[0].ID, http.StatusOK, nil)
	}
	p := h.requestsPage(c, desk, string(list))
	return h.page(c, http.StatusOK, views.Requests(p))
}

func (h *Handlers) requestsPage(c echo.Context, desk consent.Desk, list string) views.RequestsPage {
	p := views.RequestsPage{Base: h.base(c), List: list, Counts: map[string]int{}}
	for name, n := range desk.Counts {
		if name == consent.RequestsWaiting {
			name = "waiting"
		}
		p.Counts[string(name)] = n
	}
	for _, line := range desk.Lines {
		p.Rows = append(p.Rows, requestRow(line))
	}
	return p
}

func requestRow(line consent.RequestLine) views.RequestRow {
	return views.RequestRow{ID: line.ID, Address: line.Address, Channel: line.Channel, Account: line.Account,
		Kind: kindShown(line.Kind, line.Channel), At: line.AskedAt, State: string(line.State)}
}
