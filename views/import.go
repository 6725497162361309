package views

import (
	"context"

	"undelivered/models"
	"undelivered/models/report"
)

// ImportPage is the round trip of a corrected CSV: upload, preview, result.
//
// POST /import (multipart): request_id, file · POST /import/{id}/apply: request_id, resend=1.
type ImportPage struct {
	Base
	ID      string // of the file that was checked; empty: none yet
	Rows    []ImportRow
	Total   int
	Changes int
	Done    int // changes that are made
	Wrong   int
	Applied bool
	Resend  report.Filter // what can be resent after it
	OnlyBad bool          // Rows are those that can't be taken
	Newer   string
	Older   string
	Errors  Errors
}

// ImportRow is one change of the file and its check.
type ImportRow struct {
	Line     int
	Customer string
	Field    string // a key of the catalogue: channel.email.field, …
	Old, New string
	State    string // ok, done, wrong, conflict, opted_out
	Problem  models.Problem
}

func (p ImportPage) left() int { return p.Changes - p.Done }

func (p ImportPage) verb(ctx context.Context) string {
	if p.Applied {
		return N(ctx, "import.go_on", p.left())
	}
	return N(ctx, "import.apply", p.left())
}

func (r ImportRow) badge(ctx context.Context) Badge {
	tone := map[string]look{
		"ok":        {"blue", "pencil"},
		"done":      {"green", "check"},
		"wrong":     {"red", "circle-alert"},
		"conflict":  {"amber", "triangle-alert"},
		"opted_out": {"plum", "ban"},
	}
	return badgeOf(ctx, tone, "import.", r.State)
}
