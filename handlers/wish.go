package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// Wishes are the texts of customers that may ask for no more texts, for a person to read.
func (h *Handlers) Wishes(c echo.Context) error {
	all, err := h.Store.Intake.UnsureWishes(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	p := views.WishesPage{Base: h.base(c)}
	for _, w := range all {
		p.Rows = append(p.Rows, views.WishRow{
			ID:         w.EventID,
			From:       w.From,
			Text:       w.Text,
			At:         w.At,
			CustomerID: w.CustomerID,
			Customer:   w.CustomerName,
		})
	}
	return h.page(c, http.StatusOK, views.Wishes(p))
}

// wishDecisions are the two answers, with what is said after each.
var wishDecisions = map[string]string{"stop": "flash.wish_stop", "none": "flash.wish_none"}

// DecideWish opts the number out, or lets the text be.
func (h *Handlers) DecideWish(c echo.Context) error {
	decision := c.FormValue("decision")
	said, known := wishDecisions[decision]
	if !known {
		if err := h.Store.Intake.Wish(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
			return err
		}
		return h.turnDown(c, views.WishesURL(), views.T(c.Request().Context(), "error.choice"))
	}
	err := h.Store.Intake.DecideWish(c.Request().Context(), Actor(c), c.Param("id"), decision == "stop")
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return h.turnDown(c, views.WishesURL(),
			views.T(c.Request().Context(), "Somebody else has decided about this text."))
	}
	if err != nil {
		return err
	}
	return h.back(c, views.WishesURL(), said)
}
