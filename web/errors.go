package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/store"
	"undelivered/providers/wire"
	"undelivered/views"
)

// translator turns an error into a page, a part of a page, or JSON, by what was asked for.
type translator struct{ h *handlers.Handlers }

// plainErrors are errors with a status of their own.
var plainErrors = []struct {
	err    error
	status int
}{
	{models.ErrNotFound, http.StatusNotFound},
	{models.ErrForbidden, http.StatusForbidden},
	{models.ErrBusy, http.StatusServiceUnavailable},
	{people.ErrLink, http.StatusNotFound},
	{people.ErrThrottled, http.StatusTooManyRequests},
	{wire.ErrTooLarge, http.StatusRequestEntityTooLarge},
	{wire.ErrTooMuch, http.StatusUnprocessableEntity},
	{os.ErrDeadlineExceeded, http.StatusRequestTimeout},
	{io.ErrUnexpectedEOF, http.StatusBadRequest},
	{context.DeadlineExceeded, http.StatusServiceUnavailable},
	{context.Canceled, clientGone},
}

// clientGone is the status, in the log only, of a request whose client has gone; nginx has made it known.
const clientGone = 499

// statusOf is the status of an error, and a sentence that is safe to say to programs.
func statusOf(err error) (int, string) {
	if h := asHTTP(err); h != nil {
		detail, _ := h.Message.(string)
		return h.Code, detail
	}
	if store.Away(err) {
		return http.StatusServiceUnavailable, ""
	}
	for _, plain := range plainErrors {
		if errors.Is(err, plain.err) {
			return plain.status, said(err)
		}
	}
	var invalid models.Invalid
	var conflict models.Conflict
	var refusal models.Refusal
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &invalid):
		return http.StatusUnprocessableEntity, ""
	case errors.As(err, &conflict), errors.As(err, &refusal):
		return http.StatusConflict, ""
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, fmt.Sprintf("A body has at most %d bytes here.", large.Limit)
	}
	return http.StatusInternalServerError, ""
}

// said is what a limit says of itself: to programs alone.
func said(err error) string {
	if errors.Is(err, wire.ErrTooMuch) {
		return err.Error()
	}
	return ""
}

func (t translator) answer(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status, detail := statusOf(err)
	if status == clientGone {
		_ = c.NoContent(status) // nobody reads it
		return
	}
	if errors.Is(err, models.ErrForbidden) {
		if err := t.h.NoteForbidden(c); err != nil {
			t.h.Log.Error("a refusal was not noted", "error", err)
		}
	}
	if status == http.StatusServiceUnavailable && c.Response().Header().Get(echo.HeaderRetryAfter) == "" {
		c.Response().Header().Set(echo.HeaderRetryAfter, "30")
	}
	if err := t.show(c, status, detail, err); err != nil {
		t.h.Log.Error("an error could not be shown", "error", err)
		// The connection may be gone; there is nobody left to tell.
		_ = c.String(http.StatusInternalServerError, "Something went wrong at our end.\n")
	}
}

func (t translator) show(c echo.Context, status int, detail string, err error) error {
	switch {
	case c.Request().Method == http.MethodHead:
		return c.NoContent(status)
	case isProgram(c.Request().URL.Path):
		return t.problem(c, status, detail, err)
	case c.Request().Header.Get("HX-Request") == "true":
		return t.h.FailurePart(c, status)
	}
	return t.h.ErrorPage(c, status)
}

// isProgram says whether programs ask here, which read JSON.
func isProgram(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/hooks/") ||
		strings.HasPrefix(path, "/w/") && strings.HasSuffix(path, ".json")
}

// problem is RFC 9457: one entry per wrong field.
type problem struct {
	Type    string         `json:"type"`
	Title   string         `json:"title"`
	Status  int            `json:"status"`
	Detail  string         `json:"detail,omitempty"`
	Request string         `json:"request_id"`
	Errors  []fieldProblem `json:"errors,omitempty"`

	Values map[string]string `json:"values,omitempty"` // of a refusal, as codes and RFC 3339: the cause, since or until when
}

type fieldProblem struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (t translator) problem(c echo.Context, status int, detail string, err error) error {
	ctx := c.Request().Context()
	p := problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail,
		Request: c.Response().Header().Get(echo.HeaderXRequestID)}
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		for _, field := range slices.Sorted(maps.Keys(invalid)) {
			p.Errors = append(p.Errors, fieldProblem{
				field,
				strings.TrimPrefix(invalid[field].Key, "error."),
				say(ctx, invalid[field].Key, invalid[field].Values),
			})
		}
	}
	var refusal models.Refusal
	if errors.As(err, &refusal) {
		p.Type, p.Values = "urn:undelivered:refused:"+string(refusal.Guard), refusal.Values
		p.Detail = views.Guard{
			Refusal: refusal,
		}.Sentence(ctx, views.Base{Zone: time.UTC, Now: t.h.Store.Now()})
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("web: problem: %w", err)
	}
	return c.Blob(status, "application/problem+json", body)
}

func say(ctx context.Context, key string, values map[string]string) string {
	var pairs []any
	for name, value := range values {
		pairs = append(pairs, name, value)
	}
	return views.T(ctx, key, pairs...)
}
