package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// agreeLink is the link for the customer's own confirmation, for those who may hand it over, while it is
// waited for.
func (h *Handlers) agreeLink(ctx context.Context, a models.Actor, r consent.ClearRequest) (string, error) {
	if !a.May(models.Decide) || !r.WaitsForCustomer() {
		return "", nil
	}
	token, err := h.Store.Consent.ConfirmLink(ctx, a, r.ID)
	if err != nil || token == "" {
		return "", err
	}
	return h.BaseURL + views.AgreeURL(token), nil
}

// AgreeForm is where a customer confirms in person that they want messages again, by the link that staff
// handed over.
func (h *Handlers) AgreeForm(c echo.Context) error {
	p, err := h.agreePage(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Agree(p))
}

func (h *Handlers) agreePage(c echo.Context) (views.AgreePage, error) {
	wish, err := h.Store.Consent.LinkRequest(c.Request().Context(), c.Param("token"))
	if err != nil {
		return views.AgreePage{}, err
	}
	p := views.AgreePage{
		Token:    c.Param("token"),
		Business: wish.Account,
		Address:  wish.Address,
		Channel:  wish.Channel,
		Words:    agreeWords(c, wish),
	}
	if wish.Confirmed {
		p.State = "done"
	}
	return p, nil
}

// agreeWords are the words that the customer agrees to; they are kept with the agreement.
func agreeWords(c echo.Context, wish consent.LinkRequest) string {
	ctx := c.Request().Context()
	if wish.Purpose == "necessary" {
		return views.T(ctx, "I want the messages that are necessary from {business} at this address.",
			"business", wish.Account)
	}
	return views.T(ctx, "I want all messages from {business} at this address. I can end them at any time.",
		"business", wish.Account)
}

// Agree records the customer's own agreement.
func (h *Handlers) Agree(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.agreePage(c)
	if err != nil {
		return err
	}
	if p.State == "done" {
		return c.Redirect(http.StatusSeeOther, views.AgreeURL(p.Token)) // pressed twice
	}
	p.Name, p.Sure = c.FormValue("name"), c.FormValue("sure")
	err = h.Store.Consent.ConfirmWish(ctx, consent.Confirmation{
		Token:   p.Token,
		Name:    p.Name,
		Sure:    p.Sure == "1",
		Words:   p.Words,
		Network: c.RealIP(),
	})
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		p.Errors = invalid
		return h.page(c, http.StatusUnprocessableEntity, views.Agree(p))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, views.AgreeURL(p.Token))
}
