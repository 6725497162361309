package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// AgreeForm is where a customer confirms in person that they want messages again, by the link that staff handed over.
func (h *Handlers) AgreeForm(c echo.Context) error {
	p, err := h.agreePage(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Agree(p))
}

func (h *Handlers) agreePage(c echo.Context) (views.AgreePage, error) {
	wish, err := h.Store.WishOf(c.Request().Context(), c.Param("token"))
	if err != nil {
		return views.AgreePage{}, err
	}
	p := views.AgreePage{Token: c.Param("token"), Business: wish.Account, Address: wish.Address, Channel: wish.Channel, Words: agreeWords(c, wish)}
	if wish.Confirmed {
		p.State = "done"
	}
	return p, nil
}

// agreeWords are the words that the customer agrees to; they are kept with the agreement.
func agreeWords(c echo.Context, wish models.Wish) string {
	ctx := langCtx(c)
	if wish.Purpose == "necessary" {
		return views.T(ctx, "I want the messages that are necessary from {business} at this address.", "business", wish.Account)
	}
	return views.T(ctx, "I want all messages from {business} at this address. I can end them at any time.", "business", wish.Account)
}

// Agree records the customer's own agreement.
func (h *Handlers) Agree(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.agreePage(c)
	if err != nil {
		return err
	}
	if p.Name = c.FormValue("name"); p.State == "" && c.FormValue("sure") != "1" {
		p.Errors = models.Invalid{"sure": {Key: "error.tick"}}
		return h.page(c, http.StatusUnprocessableEntity, views.Agree(p))
	}
	err = h.Store.ConfirmWish(ctx, c.RealIP(), p.Token, p.Name, p.Words)
	if invalid := (models.Invalid{}); p.State == "" && errors.As(err, &invalid) {
		p.Errors = invalid
		return h.page(c, http.StatusUnprocessableEntity, views.Agree(p))
	}
	if err != nil && p.State == "" {
		return err
	}
	return c.Redirect(http.StatusSeeOther, views.AgreeURL(p.Token))
}
