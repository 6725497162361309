package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// NewView asks for the name of a view to keep.
func (h *Handlers) NewView(c echo.Context) error {
	f, _ := report.ParseFilter(c.QueryParams()) // what nobody understands is not kept
	return h.viewPage(c, http.StatusOK, views.NewViewPage{Query: f})
}

// viewPage asks for a name, and lists the views that the person may delete.
func (h *Handlers) viewPage(c echo.Context, status int, p views.NewViewPage) error {
	a := Actor(c)
	saved, err := h.Store.Report.Views(c.Request().Context(), a)
	if err != nil {
		return err
	}
	for _, v := range saved {
		p.Saved = append(p.Saved, views.SavedView{
			ID:     v.ID,
			Name:   v.Name,
			Query:  v.Filter(),
			Own:    v.Own(a) || a.May(models.Configure),
			Shared: v.Shared,
		})
	}
	p.Base = h.base(c)
	return h.page(c, status, views.NewView(p))
}

// SaveView keeps a query of the report.
func (h *Handlers) SaveView(c echo.Context) error {
	fields, err := c.FormParams()
	if err != nil {
		return err
	}
	f, _ := report.ParseFilter(fields) // what nobody understands is not kept
	p := views.NewViewPage{Query: f, Name: fields.Get("name"), Shared: fields.Get("shared") == "1"}
	v, err := h.Store.Report.SaveView(c.Request().Context(), Actor(c),
		report.View{Name: p.Name, Query: f.Values().Encode(), Shared: p.Shared})
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		p.Errors = invalid
		return h.viewPage(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	q := v.Filter()
	q.Saved = v.ID
	return h.back(c, views.ReportURL(q), "flash.saved")
}

// DeleteView forgets a saved view.
func (h *Handlers) DeleteView(c echo.Context) error {
	if err := h.Store.Report.DeleteView(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.ReportURL(report.Filter{}), "flash.view_deleted")
}
