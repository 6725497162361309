package api

import (
	"bufio"
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
	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/providers/generic"
	"undelivered/providers/wire"
)

// mostItems is how many items one body of the API may hold.
const mostItems = 1000

// mostBytes is how large one notification may be.
const mostBytes = 1 << 20

// Register takes in what a business's system sent, or is to be sent: one notification, or an array, all or
// none.
func (h *API) Register(c echo.Context) error {
	all, alone, err := registrations(c.Request().Body)
	if err != nil {
		return err
	}
	results, err := h.Pages.Store.Intake.Register(c.Request().Context(), handlers.Actor(c), all)
	if twice := (intake.Contradiction{}); errors.As(err, &twice) {
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

// registered is what a body of notifications may hold: each is a text of its own, and few facts.
var registered = wire.Most{Items: mostItems, Values: 500, Total: 100_000, Depth: 12, Bytes: mostBytes}

// eventful is what a body of events may hold.
var eventful = wire.Most{Items: mostItems, Values: 100, Total: 50_000, Depth: 12, Bytes: 256 << 10}

// registrations reads a body as a stream: one object, or an array of them. What is more than it may hold is
// refused while it is read, and of the rest each item is in memory once.
func registrations(body io.Reader) (all []intake.Registration, alone bool, err error) {
	in := bufio.NewReaderSize(wire.Measured(body, registered), 32<<10)
	first, err := firstByte(in)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, unreadableBody(err)
	}
	lines := json.NewDecoder(in)
	if alone = first != '['; alone {
		all = make([]intake.Registration, 1)
		if err := oneRegistration(lines, &all[0]); err != nil {
			return nil, alone, err
		}
		if lines.More() {
			return nil, alone, echo.NewHTTPError(http.StatusBadRequest,
				"The body is not JSON: put several into an array.")
		}
		return all, alone, nil
	}
	if _, err := lines.Token(); err != nil {
		return nil, alone, unreadableBody(err)
	}
	for lines.More() {
		if len(all) == mostItems {
			return nil, alone, tooManyItems()
		}
		var one intake.Registration
		if err := oneRegistration(lines, &one); err != nil {
			return nil, alone, err
		}
		all = append(all, one)
	}
	if _, err := lines.Token(); err != nil { // the end of the list
		return nil, alone, unreadableBody(err)
	}
	if lines.More() {
		return nil, alone, echo.NewHTTPError(http.StatusBadRequest,
			"The body is not JSON: something follows the array.")
	}
	if len(all) == 0 {
		return nil, alone, tooManyItems()
	}
	return all, alone, nil
}

// oneRegistration reads the next item. A field that is not known is refused by its name: what is not
// understood would be lost without a word.
func oneRegistration(lines *json.Decoder, into *intake.Registration) error {
	var raw json.RawMessage
	if err := lines.Decode(&raw); err != nil {
		return unreadableBody(err)
	}
	if !utf8.Valid(raw) {
		return echo.NewHTTPError(http.StatusBadRequest, "The body is not JSON: JSON is written in UTF-8.")
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(into); err != nil {
		return unreadableBody(err)
	}
	return nil
}

func tooManyItems() error {
	return echo.NewHTTPError(http.StatusUnprocessableEntity, fmt.Sprintf("Send 1 to %d items.", mostItems))
}

// firstByte looks at the first byte that is neither space nor a byte-order mark.
func firstByte(in *bufio.Reader) (byte, error) {
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		if _, err := in.Discard(len(mark)); err != nil {
			return 0, err
		}
	}
	for {
		b, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != ' ' && b != '\n' && b != '\r' && b != '\t' {
			return b, in.UnreadByte()
		}
	}
}

// unreadableBody says where a body stops to be JSON, or which field has the wrong kind of value.
func unreadableBody(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var large *http.MaxBytesError
	if name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return models.Invalid{
			strings.Trim(name, `"`): {
				Key:    "error.event",
				Values: map[string]string{"text": "is no field of a notification"},
			},
		}
	}
	switch {
	case errors.As(err, &large), errors.Is(err, wire.ErrTooMuch):
		return err
	case errors.As(err, &wrong):
		return models.Invalid{
			wrong.Field: {Key: "error.kind", Values: map[string]string{"kind": wrong.Type.String()}},
		}
	case errors.As(err, &syntax):
		return echo.NewHTTPError(http.StatusBadRequest,
			"The body is not JSON: "+err.Error()+" at byte "+strconv.FormatInt(syntax.Offset, 10)+".")
	}
	return echo.NewHTTPError(http.StatusBadRequest, "The body can't be read as JSON: "+err.Error())
}

// AddEvents takes in events of systems without a webhook of their own, all or none, into the generic
// connection.
func (h *API) AddEvents(c echo.Context) error {
	body, err := wire.ReadBody(c.Request().Body, eventful)
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
	connection, err := h.Pages.Store.Connection.GenericConnection(c.Request().Context(), handlers.Actor(c))
	if err != nil {
		return err
	}
	if err := h.Pages.Store.Intake.Keep(c.Request().Context(), connection, events); err != nil {
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

// AddBounceMail takes in one bounce mail of a mail server that can pipe.
func (h *API) AddBounceMail(c echo.Context) error {
	ctx, a := c.Request().Context(), handlers.Actor(c)
	raw, err := io.ReadAll(c.Request().Body)
	if err != nil {
		return err
	}
	connection, err := h.Pages.Store.Connection.MailConnection(ctx, a, c.QueryParam("connection"))
	if err != nil {
		return err
	}
	kept, err := delivery.Bounces{Store: h.Pages.Store, Log: h.Pages.Log}.Keep(ctx, connection, "", raw)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]int{"stored": kept})
}
