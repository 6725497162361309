package handlers

import (
	"encoding/json"
	"fmt"

	"github.com/labstack/echo/v4"

	"undelivered/views"
)

// flash keeps a short message for the next page.
func (h *Handlers) flash(c echo.Context, f views.Flash) error {
	c.Set(flashKey, f)
	s, err := h.session(c)
	if err != nil || s.IsNew {
		return err
	}
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("handlers: short message: %w", err)
	}
	s.Values[valueFlash] = string(text)
	return s.Save(c.Request(), c.Response())
}

// takeFlash is the short message of the last act; it is shown once.
func (h *Handlers) takeFlash(c echo.Context) *views.Flash {
	s, err := h.session(c)
	if err != nil || s.IsNew {
		return nil
	}
	text, _ := s.Values[valueFlash].(string)
	if text == "" {
		return nil
	}
	s.Values[valueFlash] = ""
	if err := s.Save(c.Request(), c.Response()); err != nil {
		h.Log.Warn("a short message was not taken away", "error", err)
	}
	var f views.Flash
	if json.Unmarshal([]byte(text), &f) != nil {
		return nil
	}
	return &f
}
