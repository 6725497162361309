package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/providers/generic"
	"undelivered/providers/wire"
)

// mostItems is how many items one body of the API may hold.
const mostItems = 1000

// mostBytes is how large one notification may be.
const mostBytes = 1 << 20

// APIRegister takes in what a business's system sent, or is to be sent: one notification, or an array, all or none.
func (h *Handlers) APIRegister(c echo.Context) error {
	all, alone, err := registrations(c.Request().Body)
	if err != nil {
		return err
	}
	results, err := h.Store.Register(c.Request().Context(), actor(c), all)
	if twice := (models.Contradiction{}); errors.As(err, &twice) {
		return echo.NewHTTPError(http.StatusConflict, twice.Error())
	}
	if err != nil {
		return err
	}
	status := http.StatusOK
	for _, r := range results {
		if r.Created {
			status = http.StatusCreated
		}
	}
	if alone {
		return c.JSON(status, results[0])
	}
	return c.JSON(status, results)
}

// registrations reads a body as a stream: one object, or an array of them.
func registrations(body io.Reader) (all []models.Registration, alone bool, err error) {
	raw, err := io.ReadAll(body) // web sets the limit
	if err != nil {
		return nil, false, err
	}
	if raw = bytes.TrimSpace(wire.Plain(raw)); !utf8.Valid(raw) {
		return nil, false, echo.NewHTTPError(http.StatusBadRequest, "The body is not JSON: JSON is written in UTF-8.")
	}
	if alone = len(raw) > 0 && raw[0] == '{'; alone {
		raw = append(append([]byte{'['}, raw...), ']')
	}
	items := []json.RawMessage{}
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, alone, unreadableBody(err)
	}
	for _, item := range items {
		if len(item) > mostBytes {
			return nil, alone, echo.NewHTTPError(http.StatusRequestEntityTooLarge, "One notification has at most 1 MiB.")
		}
	}
	if alone && len(items) > 1 {
		return nil, alone, echo.NewHTTPError(http.StatusBadRequest, "The body is not JSON: put several into an array.")
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields() // what is not understood would be lost without a word
	if err := strict.Decode(&all); err != nil {
		return nil, alone, unreadableBody(err)
	}
	if len(all) == 0 || len(all) > mostItems {
		return nil, alone, echo.NewHTTPError(http.StatusUnprocessableEntity, fmt.Sprintf("Send 1 to %d items.", mostItems))
	}
	return all, alone, nil
}

// unreadableBody says where a body stops to be JSON, or which field has the wrong kind of value.
func unreadableBody(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return models.Invalid{strings.Trim(name, `"`): {Key: "error.event", Values: map[string]string{"text": "is no field of a notification"}}}
	}
	switch {
	case errors.As(err, &wrong):
		return models.Invalid{wrong.Field: {Key: "error.kind", Values: map[string]string{"kind": wrong.Type.String()}}}
	case errors.As(err, &syntax):
		return echo.NewHTTPError(http.StatusBadRequest, "The body is not JSON: "+err.Error()+" at byte "+strconv.FormatInt(syntax.Offset, 10)+".")
	}
	return echo.NewHTTPError(http.StatusBadRequest, "The body can't be read as JSON: "+err.Error())
}

// APIAddEvents takes in events of systems without a webhook of their own, all or none, into the generic connection.
func (h *Handlers) APIAddEvents(c echo.Context) error {
	body, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	events, wrong, err := generic.Decode(body)
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, err.Error())
	}
	if len(wrong) > 0 {
		return invalidEvents(wrong, len(events)+len(wrong) == 1)
	}
	connection, err := h.Store.GenericConnection(c.Request().Context(), actor(c))
	if err != nil {
		return err
	}
	if err := h.Store.Keep(c.Request().Context(), connection, events); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]int{"stored": len(events)})
}

func invalidEvents(wrong []generic.Problem, alone bool) models.Invalid {
	bad := models.Invalid{}
	for _, p := range wrong {
		field := p.Field
		if !alone {
			field = strconv.Itoa(p.Index) + "." + p.Field
		}
		bad[field] = models.Problem{Key: "error.event", Values: map[string]string{"text": p.Message}}
	}
	return bad
}

// APIBounceMail takes in one bounce mail of a mail server that can pipe.
func (h *Handlers) APIBounceMail(c echo.Context) error {
	ctx, a := c.Request().Context(), actor(c)
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	connection, err := h.Store.MailConnection(ctx, a, c.QueryParam("connection"))
	if err != nil {
		return err
	}
	kept, err := delivery.Bounces{Store: h.Store, Log: h.Log}.Keep(ctx, connection, "", raw)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]int{"stored": kept})
}
