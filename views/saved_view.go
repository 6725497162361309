package views

import (
	"slices"

	"undelivered/models/report"
)

// NewViewPage keeps the filters of the report under a name. POST /views: request_id, name, shared=1 and the
// fields of the query · /views/{id}/delete: request_id.
type NewViewPage struct {
	Base
	Query  report.Filter
	Name   string
	Shared bool
	Saved  []SavedView
	Errors Errors
}

// own are the views that the person may delete.
func (p NewViewPage) own() []SavedView {
	return slices.DeleteFunc(slices.Clone(p.Saved), func(v SavedView) bool { return !v.Own })
}

// SavedView is a query that somebody has kept.
type SavedView struct {
	ID     string
	Name   string
	Query  report.Filter
	N      int
	Own    bool
	Shared bool
}
