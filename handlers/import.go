package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/report"
	"undelivered/views"
)

// How long a file may take to be checked, and how long one press makes its changes; then the page says how
// far it is.
const (
	importCheckTime = 5 * time.Minute
	importTurn      = 25 * time.Second
	importSlice     = 100
)

// ImportForm asks for a corrected file.
func (h *Handlers) ImportForm(c echo.Context) error {
	return h.page(c, http.StatusOK, views.Import(views.ImportPage{Base: h.base(c)}))
}

// Import checks a file and leads to what it would change.
func (h *Handlers) Import(c echo.Context) error {
	// A server under test may know no deadlines.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(importCheckTime))
	file, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) ||
		err == nil && file.Size == 0 {
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
	checked, err := h.Store.Customer.CheckImport(c.Request().Context(), Actor(c), opened)
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		return h.refusedImport(c, invalid)
	}
	if err != nil {
		return err
	}
	return h.leave(c, views.ImportFileURL(checked.ID))
}

func (h *Handlers) refusedImport(c echo.Context, wrong models.Invalid) error {
	return h.page(c, http.StatusUnprocessableEntity,
		views.Import(views.ImportPage{Base: h.base(c), Errors: wrong}))
}

// ApplyImport makes the changes of a checked file. When there are too many for one press, or it broke off,
// the page says how far it is, and pressing again goes on.
func (h *Handlers) ApplyImport(c echo.Context) error {
	id := c.Param("id")
	var i customer.Import
	for until := time.Now().Add(importTurn); i.ID == "" || i.Left() > 0 && time.Now().Before(until); {
		var err error
		if i, err = h.Store.Customer.ApplyImport(c.Request().Context(), Actor(c), id,
			importSlice); err != nil {
			return err
		}
	}
	if c.FormValue("resend") != "1" || i.Left() > 0 || i.Done == 0 {
		return h.leave(c, views.ImportFileURL(id))
	}
	query, err := h.corrected(c, id)
	if err != nil {
		return err
	}
	return h.leave(c, views.BulkResendConfirmURL(query))
}

// ImportFile shows a file that was checked: what it would change, or how far its changes are made.
func (h *Handlers) ImportFile(c echo.Context) error {
	id, wrong := c.Param("id"), c.QueryParam("only") == "wrong"
	i, err := h.Store.Customer.Import(c.Request().Context(), Actor(c), id, wrong, c.QueryParam("after"))
	if err != nil {
		return err
	}
	page := views.ImportPage{
		Base:    h.base(c),
		ID:      id,
		Total:   i.Total,
		Changes: i.Changes,
		Done:    i.Done,
		Wrong:   i.Wrong,
		Applied: i.Applied,
		Rows:    importRows(i.Lines),
		OnlyBad: wrong,
		Newer:   importURL(id, wrong, i.Newer),
		Older:   importURL(id, wrong, i.Older),
	}
	if i.Applied && i.Left() == 0 && i.Done > 0 {
		if page.Resend, err = h.corrected(c, id); err != nil {
			return err
		}
	}
	return h.page(c, http.StatusOK, views.Import(page))
}

// idsInAddress is how many ids an address of a page holds; more are asked for by what they have in common.
const idsInAddress = 100

// corrected is the query of the notifications whose addresses an import has changed.
func (h *Handlers) corrected(c echo.Context, id string) (report.Filter, error) {
	ids, err := h.Store.Customer.Corrected(c.Request().Context(), Actor(c), id, idsInAddress+1)
	if err != nil || len(ids) > idsInAddress {
		return correctedQuery, err
	}
	return report.Filter{IDs: ids}, nil
}

func importRows(lines []customer.ImportLine) []views.ImportRow {
	rows := make([]views.ImportRow, len(lines))
	for i, l := range lines {
		field := map[models.Channel]string{models.Email: "channel.email.field",
			models.SMS: "channel.sms.field"}[l.Channel]
		rows[i] = views.ImportRow{
			Line:     l.Line,
			Customer: l.Customer,
			Field:    cmp.Or(field, "channel.email.field"),
			Old:      l.Was,
			New:      l.Becomes,
			State:    l.State,
			Problem:  l.Problem,
		}
		if l.Done && l.State == customer.LineOK {
			rows[i].State = "done"
		}
	}
	return rows
}

// importURL is a page of the lines of an import; empty: there is none.
func importURL(id string, wrong bool, after string) string {
	if after == "" {
		return ""
	}
	fields := url.Values{"after": {after}}
	if wrong {
		fields.Set("only", "wrong")
	}
	return views.ImportFileURL(id) + "?" + fields.Encode()
}
