package handlers

import (
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/views"
)

// AddAddress gives a customer one more address or number.
func (h *Handlers) AddAddress(c echo.Context) error {
	return h.saveAddress(c, "", models.Channel(c.FormValue("channel")))
}

// ChangeAddress puts another address or number in the place of one.
func (h *Handlers) ChangeAddress(c echo.Context) error {
	was, err := h.Store.Consent.AddressOf(c.Request().Context(), Actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.saveAddress(c, was.ID, was.Channel)
}

func (h *Handlers) saveAddress(c echo.Context, replaces string, channel models.Channel) error {
	id := c.Param("id")
	r, err := h.Store.Customer.AddAddress(
		c.Request().Context(),
		Actor(c),
		customer.AddressEdit{CustomerID: id, Version: number(c, "version"),
			Channel: channel, Value: c.FormValue("value"), Label: c.FormValue("label"), Replaces: replaces},
	)
	if err != nil {
		return h.customerRefused(c, err, func(p *views.CustomerPage) {
			if p.Open = replaces; replaces == "" {
				p.Open = "new"
			}
			p.Edit.Channel, p.Edit.Value, p.Edit.Label = c.FormValue("channel"), c.FormValue(
				"value",
			), c.FormValue("label")
		})
	}
	return h.back(c, views.CustomerURL(id), h.savedText(c, r))
}

// RemoveAddress takes an address away from a customer.
func (h *Handlers) RemoveAddress(c echo.Context) error {
	r, err := h.Store.Customer.RemoveAddress(c.Request().Context(), Actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(c.Param("id")), h.savedText(c, r))
}

// MakeMain makes an address the one of its channel that is written to.
func (h *Handlers) MakeMain(c echo.Context) error {
	r, err := h.Store.Customer.MakeMain(c.Request().Context(), Actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(c.Param("id")), h.savedText(c, r))
}
