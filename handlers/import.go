package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// importTime is how long the changes of one file may take.
const importTime = 5 * time.Minute

// ImportForm asks for a corrected file.
func (h *Handlers) ImportForm(c echo.Context) error {
	return h.page(c, http.StatusOK, views.Import(views.ImportPage{Base: h.base(c)}))
}

// Import checks a file and shows what it would change; with apply=1 it makes these changes.
func (h *Handlers) Import(c echo.Context) error {
	// A server under test may know no deadlines.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(importTime))
	if c.FormValue("token") != "" {
		return h.applyImport(c, c.FormValue("token"))
	}
	file, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && file.Size == 0 {
		return h.refusedImport(c, models.Invalid{"file": {Key: "error.file"}})
	}
	if err != nil {
		return err
	}
	opened, err := file.Open()
	if err != nil {
		return err
	}
	defer opened.Close()
	checked, err := h.Store.CheckImport(c.Request().Context(), actor(c), opened)
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		return h.refusedImport(c, invalid)
	}
	if err != nil {
		return err
	}
	page := h.importPage(c, checked)
	page.Token = checked.ID
	return h.page(c, http.StatusOK, views.Import(page))
}

func (h *Handlers) refusedImport(c echo.Context, wrong models.Invalid) error {
	return h.page(c, http.StatusUnprocessableEntity, views.Import(views.ImportPage{Base: h.base(c), Errors: wrong}))
}

func (h *Handlers) applyImport(c echo.Context, id string) error {
	done, err := h.Store.ApplyImport(c.Request().Context(), actor(c), id)
	if err != nil {
		return err
	}
	page := h.importPage(c, done)
	if ids := done.Corrected(); len(ids) > idsInAddress {
		page.Resend = correctedQuery
	} else {
		page.Resend.IDs = ids
	}
	if c.FormValue("resend") == "1" && page.Changes > 0 {
		return h.leave(c, views.BulkResendConfirmURL(page.Resend))
	}
	return h.page(c, http.StatusOK, views.Import(page))
}

// idsInAddress is how many ids an address of a page holds; more are asked for by what they have in common.
const idsInAddress = 100

// linesShown is how many changes one page shows; the numbers are of all.
const linesShown = 1000

func (h *Handlers) importPage(c echo.Context, i models.Import) views.ImportPage {
	page := views.ImportPage{Base: h.base(c), Total: i.Total, Changes: i.Changes(), Wrong: i.Wrong(), Applied: i.Applied}
	for _, l := range i.Lines[:min(len(i.Lines), linesShown)] {
		field := map[models.Channel]string{models.Email: "channel.email.field", models.SMS: "channel.sms.field"}[l.Channel]
		page.Rows = append(page.Rows, views.ImportRow{Line: l.Line, Customer: l.Customer, Field: cmp.Or(field, "channel.email.field"), Old: l.Old, New: l.New,
			State: l.State, Problem: l.Problem})
	}
	return page
}
