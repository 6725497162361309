package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
)

type customerEditJSON struct {
	Name    *string `json:"name"`
	Email   *string `json:"email"`
	Phone   *string `json:"phone"`
	Zone    *string `json:"zone"`
	Locale  *string `json:"locale"`
	Version int     `json:"version"`
}

// editTries is how often an edit that names no version is made anew when somebody else was faster.
const editTries = 5

// EditCustomer changes contact details; a field that is left out stays as it is, also when somebody else
// changes it at this moment.
func (h *API) EditCustomer(c echo.Context) error {
	var body customerEditJSON
	if err := readJSON(c, &body); err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := h.edit(c, body)
		if conflict := (models.Conflict{}); !errors.As(err, &conflict) {
			if err != nil {
				return err
			}
			return h.Customer(c)
		}
		if body.Version != 0 || try == editTries {
			return echo.NewHTTPError(http.StatusConflict,
				"The customer was changed since that version was read.")
		}
	}
}

func (h *API) edit(c echo.Context, body customerEditJSON) error {
	ctx, a := c.Request().Context(), handlers.Actor(c)
	cust, err := h.Pages.Store.Ledger.Customer(ctx, a, c.Param("id"))
	if err != nil {
		return err
	}
	main, err := h.Pages.Store.Ledger.MainAddresses(ctx, a, cust.ID)
	if err != nil {
		return err
	}
	edit := customer.ContactEdit{
		CustomerID: cust.ID,
		Version:    cust.Version,
		Name:       given(body.Name, cust.Name),
		Email:      given(body.Email, main[models.Email].Value),
		Phone:      given(body.Phone, main[models.SMS].Value),
		Zone:       body.Zone,
		Locale:     body.Locale,
	}
	if body.Version != 0 {
		edit.Version = body.Version
	}
	_, err = h.Pages.Store.Customer.EditContact(ctx, a, edit)
	return err
}

func given(typed *string, present string) string {
	if typed == nil {
		return present
	}
	return *typed
}

// OptOut records that a customer does not want to be written to by a channel.
func (h *API) OptOut(c echo.Context) error {
	var body struct {
		Channel models.Channel `json:"channel"`
		Note    string         `json:"note"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	err := h.Pages.Store.Consent.OptOutCustomer(c.Request().Context(), handlers.Actor(c), consent.OptOutAsk{
		CustomerID: c.Param("id"),
		RequestID:  idempotencyKey(c),
		Channel:    body.Channel,
		Note:       body.Note,
	})
	if err != nil {
		return err
	}
	return h.Customer(c)
}
