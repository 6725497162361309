package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// formAnswer is what the first sending of a form was answered with.
type formAnswer struct {
	URL   string
	Flash views.Flash
}

// Keys of what a handler has said, for Once.
const (
	flashKey = "flash"
	againKey = "again"
)

// Where a form that is sent again waits for the answer to the first, and how long.
const (
	onceLook = 50 * time.Millisecond
	onceWait = 15 * time.Second
)

// SubmitOnce lets a form have its effect once: pressed twice, reloaded, or sent again after a lost answer, it
// leads to where the first led, with the same message (RULES.md, The same thing twice).
func (h *Handlers) SubmitOnce(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.FormValue("request_id")
		if id == "" || c.Request().Method != http.MethodPost {
			return next(c)
		}
		a, mark := Actor(c), formMark(c.Request(), id)
		first, answer, err := h.awaitForm(c, a, mark)
		if err != nil {
			return err
		}
		if !first {
			var said formAnswer
			if err := json.Unmarshal([]byte(answer), &said); err != nil {
				return fmt.Errorf("handlers: the answer to a form: %w", err)
			}
			return h.backWith(c, said.URL, said.Flash)
		}
		return h.keepAnswer(c, a, mark, next(c))
	}
}

// formMark is the same for the same form with the same content: what was typed anew on an old page is another
// form.
func formMark(r *http.Request, id string) string {
	sum := sha256.New()
	sum.Write([]byte(r.Form.Encode()))
	if r.MultipartForm != nil {
		for _, files := range r.MultipartForm.File {
			for _, f := range files {
				fmt.Fprintf(sum, "%s %d", f.Filename, f.Size)
			}
		}
	}
	return r.URL.Path + ":" + id + ":" + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

// awaitForm says whether this is the first sending of a form, or what the first was answered with, once that
// is known.
func (h *Handlers) awaitForm(c echo.Context, a models.Actor,
	mark string) (first bool, answer string, err error) {
	ctx, cancel := context.WithTimeout(c.Request().Context(), onceWait)
	defer cancel()
	tick := time.NewTicker(onceLook)
	defer tick.Stop()
	for {
		if first, answer, err = h.Store.People.TakeForm(ctx, a, mark); first || answer != "" || err != nil {
			return first, answer, err
		}
		select {
		case <-ctx.Done():
			return false, "", echo.NewHTTPError(http.StatusConflict)
		case <-tick.C:
		}
	}
}

// keepAnswer keeps what a form was answered with, also when the browser has gone away meanwhile; a form that
// was refused may be sent again.
func (h *Handlers) keepAnswer(c echo.Context, a models.Actor, mark string, failed error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), 5*time.Second)
	defer cancel()
	said, there := answerOf(c)
	if failed != nil || !there {
		h.without(c, "the mark of a form", h.Store.People.DropForm(ctx, a, mark))
		return failed
	}
	h.without(c, "the answer to a form", h.Store.People.KeepForm(ctx, a, mark, said))
	return nil
}

// answerOf is what was answered, unless the form was refused.
func answerOf(c echo.Context) (string, bool) {
	res := c.Response()
	f, _ := c.Get(flashKey).(views.Flash)
	said := formAnswer{URL: res.Header().Get(echo.HeaderLocation), Flash: f}
	if to := res.Header().Get("HX-Redirect"); to != "" {
		said.URL = to
	}
	// it was shown once, and not kept
	if again, ok := c.Get(againKey).(string); ok && res.Status == http.StatusOK {
		said = formAnswer{URL: again, Flash: views.Flash{Text: "flash.done_already"}}
	}
	text, err := json.Marshal(said)
	return string(text), err == nil && said.URL != ""
}

// shownOnce says that the page now shown holds what is shown once, and where the form leads when it is sent
// again.
func shownOnce(c echo.Context, url string) { c.Set(againKey, url) }
