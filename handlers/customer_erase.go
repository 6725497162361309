package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// ConfirmErase asks before a customer is erased.
func (h *Handlers) ConfirmErase(c echo.Context) error { return h.askErase(c, http.StatusOK, nil) }

func (h *Handlers) askErase(c echo.Context, status int, wrong models.Invalid) error {
	ctx, id := c.Request().Context(), c.Param("id")
	cust, err := h.Store.Ledger.Customer(ctx, Actor(c), id)
	if err != nil {
		return err
	}
	return h.page(c, status, views.Ask(views.Question{Base: h.base(c), Nav: "customers", Danger: true,
		Title: views.T(ctx, "Erase {name}?", "name", cust.Name),
		Text: views.T(
			ctx,
			"Name, addresses, titles, texts, notes and what the activity log says of the customer are "+
				"removed for good. We keep the counts, that there were agreements, and a mark that can’t "+
				"be read, so that nobody writes to these addresses again. This can’t be taken back.",
		),
		Action: views.CustomerEraseURL(id), Back: views.CustomerURL(id), Verb: views.T(ctx, "Erase"),
		Errors: wrong,
		Inputs: []views.Field{
			{Name: "name", Label: views.T(ctx, "Type the name to confirm"), Value: c.FormValue("name")},
		}}))
}

// Erase forgets a customer, once the name has been typed.
func (h *Handlers) Erase(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	cust, err := h.Store.Ledger.Customer(ctx, Actor(c), id)
	if err != nil {
		return err
	}
	if c.FormValue("name") != cust.Name {
		return h.askErase(c, http.StatusUnprocessableEntity,
			models.Invalid{"name": {Key: "error.erase_name"}})
	}
	if err := h.Store.Customer.EraseCustomer(ctx, Actor(c), id, number(c, "version")); err != nil {
		return err
	}
	return h.back(c, views.CustomersURL("", "", ""), "flash.erased")
}
