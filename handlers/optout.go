package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/views"
)

// ConfirmOptOut asks before nothing more is sent to an address.
func (h *Handlers) ConfirmOptOut(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	address, err := h.Store.Consent.AddressOf(ctx, Actor(c), id, c.Param("aid"))
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Ask(views.Question{
		Base:   h.base(c),
		Nav:    "customers",
		Crumbs: []views.Crumb{{Text: views.T(ctx, "Customers"), URL: views.CustomersURL("", "", "")}},
		Title:  views.T(ctx, "Opt {address} out?", "address", address.Value),
		Text:   views.T(ctx, "Nothing more is sent to it, from now on. Anything waiting is cancelled."),
		Action: views.OptOutURL(id, address.ID),
		Back:   views.CustomerURL(id),
		Verb:   views.T(ctx, "Opt out"),
		Inputs: []views.Field{
			{
				Name:  "note",
				Label: views.T(ctx, "How the customer said so"),
				Note:  views.T(ctx, "(optional)"),
			},
		},
	}))
}

// OptOut records that the customer asked to hear no more.
func (h *Handlers) OptOut(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	address, err := h.Store.Consent.AddressOf(ctx, Actor(c), id, c.Param("aid"))
	if err != nil {
		return err
	}
	if err := h.Store.Consent.OptOutByStaff(ctx, Actor(c), address.ID, c.FormValue("note")); err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(id),
		views.T(c.Request().Context(), "flash.opted_out", "address", address.Value))
}
