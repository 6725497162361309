package handlers

import (
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// againField is the field of the password that is asked for again.
const againField = "again_password"

// Again asks for the password before a grave act, unless it was given in the last minutes. What was typed is
// not lost.
func (h *Handlers) Again(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if h.Store.People.AskedAgain(visit(c)) {
			return next(c)
		}
		password := c.FormValue(againField)
		if password == "" {
			return h.askAgain(c, nil)
		}
		err := h.Store.People.ProveAgain(c.Request().Context(), Actor(c), visit(c), password)
		var invalid models.Invalid
		switch {
		case errors.Is(err, people.ErrThrottled):
			return h.askAgain(c, views.Errors{againField: {Key: "error.throttled"}})
		case errors.As(err, &invalid):
			return h.askAgain(c, views.Errors{againField: {Key: "error.password_wrong"}})
		case err != nil:
			return err
		}
		return next(c)
	}
}

func (h *Handlers) askAgain(c echo.Context, wrong views.Errors) error {
	p := views.AgainPage{Base: h.base(c), Action: c.Request().URL.RequestURI(), Errors: wrong}
	form := c.Request().PostForm
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == againField {
			continue
		}
		for _, value := range form[name] {
			p.Fields = append(p.Fields, views.TypedField{Name: name, Value: value})
		}
	}
	return h.page(c, http.StatusUnprocessableEntity, views.Again(p))
}
