package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// NewView asks for the name of a view to keep.
func (h *Handlers) NewView(c echo.Context) error {
	f, _ := models.ParseFilter(c.QueryParams()) // what nobody understands is not kept
	return h.page(c, http.StatusOK, views.Ask(h.viewQuestion(c, f, "", nil)))
}

func (h *Handlers) viewQuestion(c echo.Context, f models.Filter, name string, wrong views.Errors) views.Question {
	ctx := c.Request().Context()
	fields := map[string]string{"query": f.Values().Encode()}
	back := views.ReportURL(queryOf(f))
	return views.Question{Base: h.base(c), Nav: "undelivered", Title: views.T(ctx, "Save this view"), Text: views.T(ctx,
		"A view keeps the filters of the report under a name. It counts anew each time."), Action: views.ViewsURL(), Back: back,
		Verb: views.T(ctx, "Save this view"), Fields: fields, Errors: wrong, Inputs: []views.Field{
			{Name: "name", Label: views.T(ctx, "Name of the view"), Value: name, Required: true},
			{Name: "shared", Label: views.T(ctx, "Who sees it"), Options: viewSharing(ctx)},
		}}
}

func viewSharing(ctx context.Context) []views.Option {
	return []views.Option{{Value: "", Label: views.T(ctx, "Only me")}, {Value: "1", Label: views.T(ctx, "Everybody in this account")}}
}

// SaveView keeps a query of the report.
func (h *Handlers) SaveView(c echo.Context) error {
	ctx := c.Request().Context()
	v, err := h.Store.SaveView(ctx, actor(c), models.View{Name: c.FormValue("name"), Query: c.FormValue("query"), Shared: c.FormValue("shared") == "1"})
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		f := models.View{Query: c.FormValue("query")}.Filter()
		return h.page(c, http.StatusUnprocessableEntity, views.Ask(h.viewQuestion(c, f, c.FormValue("name"), invalid)))
	}
	if err != nil {
		return err
	}
	q := queryOf(v.Filter())
	q.View = v.ID
	return h.back(c, views.ReportURL(q), "flash.saved")
}

// DeleteView forgets a saved view.
func (h *Handlers) DeleteView(c echo.Context) error {
	if err := h.Store.DeleteView(c.Request().Context(), actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.ReportURL(views.ReportQuery{}), "flash.view_deleted")
}
