package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/models/report"
	"undelivered/views"
)

// activityKinds are the nouns of the log, for its filter.
var activityKinds = []string{
	"notification",
	"customer",
	"address",
	"consent",
	"request",
	"suppression",
	"bulk",
	"report",
	"person",
	"key",
	"connection",
	"account",
	"support",
}

// Activity is the log of who did what, the newest line first.
func (h *Handlers) Activity(c echo.Context) error {
	q := activityQuery(c)
	f, wrong := h.activityFilter(c, q)
	list, err := h.Store.People.Activity(c.Request().Context(), Actor(c), f)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p := views.ActivityPage{
		Base:   h.base(c),
		Query:  q,
		Errors: wrong,
		Rows:   activityRows(ctx, list.Lines, list.Names),
	}
	activityChoices(ctx, &p, list.People)
	p.People = append(p.People, views.Option{Value: string(models.Product), Label: views.Product})
	if q.After, q.Before = list.Older, ""; list.Older != "" {
		p.Older = views.ActivityURL(q)
	}
	if q.After, q.Before = "", list.Newer; list.Newer != "" {
		p.Newer = views.ActivityURL(q)
	}
	return h.page(c, statusOf(wrong), views.Activity(p))
}

func activityQuery(c echo.Context) views.ActivityQuery {
	return views.ActivityQuery{
		Person: c.QueryParam("person"),
		Kind:   c.QueryParam("kind"),
		From:   c.QueryParam("from"),
		To:     c.QueryParam("to"),
		After:  c.QueryParam("after"),
		Before: c.QueryParam("before"),
	}
}

// activityFilter reads the query; dates that cannot be read are named, and left out.
func (h *Handlers) activityFilter(c echo.Context,
	q views.ActivityQuery) (people.ActivityFilter, models.Invalid) {
	f := people.ActivityFilter{Person: q.Person, Kind: q.Kind, After: q.After, Before: q.Before}
	if q.From == "" && q.To == "" {
		return f, nil
	}
	span := report.Filter{From: q.From, To: q.To}
	if span.From == "" {
		span.From = span.To
	}
	if span.To == "" {
		span.To = h.Store.Now().In(visitZone(c)).Format(time.DateOnly)
	}
	w, err := span.Window(h.Store.Now(), visit(c).Seat.Account.Location(), visit(c).Seat.Account.Days())
	var wrong models.Invalid
	if errors.As(err, &wrong) {
		return f, wrong
	}
	f.Window = w
	return f, nil
}

func activityRows(ctx context.Context, lines []models.AuditEntry,
	names map[string]string) []views.ActivityRow {
	var rows []views.ActivityRow
	for _, line := range lines {
		row := views.ActivityRow{
			At:        line.At,
			Person:    line.ActorName,
			Support:   line.ActorKind == models.OnBehalf,
			Action:    line.Action,
			Object:    names[line.ObjectID],
			ObjectURL: objectURL(line),
			Before:    line.Before,
			After:     line.After,
			Reason:    line.Reason,
			Network:   line.Network,
		}
		if row.Object == "" {
			row.Object = line.ObjectName
			if line.ObjectKind != "bulk" { // a set has no name of its own, but a page
				row.ObjectURL = ""
			}
		}
		switch line.Action {
		case "connection.add", "connection.remove":
			row.Before, row.After = providerWord(line.Before), providerWord(line.After)
		case "refused":
			row.Object = "" // the way of a page, for machines
		case "customer.erase":
			row.After = "" // which lines lost their texts, for whoever checks the log: in the file
		}
		rows = append(rows, row)
	}
	return rows
}

// providerWord is the name of a provider, and nothing where none is named.
func providerWord(code string) string {
	if code == "" {
		return ""
	}
	return providerTitle(code)
}

// objectURL is where an object of the log is shown.
func objectURL(line models.AuditEntry) string {
	pages := map[string]func(string) string{
		"notification": views.NotificationURL,
		"customer":     views.CustomerURL,
		"suppression":  views.SuppressionURL,
		"request":      views.RequestURL,
		"bulk":         views.BulkURL,
	}
	if page, shown := pages[line.ObjectKind]; shown && line.ObjectID != "" {
		return page(line.ObjectID)
	}
	return ""
}

var activityHeader = []string{
	"at",
	"who",
	"kind_of_actor",
	"network",
	"action",
	"object_kind",
	"object_id",
	"object",
	"before",
	"after",
	"reason",
	"line",
	"digest",
}

// ActivityCSV is the same query as a file, and a line of the log by itself.
func (h *Handlers) ActivityCSV(c echo.Context) error {
	ctx, a := c.Request().Context(), Actor(c)
	f, wrong := h.activityFilter(c, activityQuery(c))
	if len(wrong) > 0 {
		return echo.NewHTTPError(http.StatusUnprocessableEntity)
	}
	if err := h.Store.Note(ctx, a, "activity.export",
		models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID}); err != nil {
		return err
	}
	s := h.newSheet(c, "activity", h.Store.Now())
	return s.end(h.activityLines(ctx, a, f, s))
}

func (h *Handlers) activityLines(ctx context.Context, a models.Actor, f people.ActivityFilter,
	s *sheet) error {
	if err := s.line(activityHeader...); err != nil {
		return err
	}
	f.After, f.Before, f.Per = "", "", 500
	for {
		list, err := h.Store.People.Activity(ctx, a, f)
		if err != nil {
			return err
		}
		for _, l := range list.Lines {
			err := s.line(l.At.Format(time.RFC3339), l.ActorName, string(l.ActorKind), l.Network, l.Action,
				l.ObjectKind, l.ObjectID, list.Names[l.ObjectID], l.Before, l.After, l.Reason,
				views.Count(l.Seq), l.Digest)
			if err != nil {
				return err
			}
		}
		if err := s.send(); err != nil || list.Older == "" {
			return err
		}
		f.After = list.Older
	}
}

// SupportActivity is what support has done in the accounts that let it in.
func (h *Handlers) SupportActivity(c echo.Context) error {
	q := activityQuery(c)
	q.After, q.Before = "", ""
	f, wrong := h.activityFilter(c, q)
	list, err := h.Store.People.SupportActivity(c.Request().Context(), supporter(c), f, 200)
	if err != nil {
		return err
	}
	accounts := map[string]string{}
	for _, seat := range visit(c).Seats {
		accounts[seat.Account.ID] = seat.Account.Name
	}
	p := views.ActivityPage{
		Base:   h.base(c),
		Desk:   true,
		Query:  q,
		Errors: wrong,
		Rows:   activityRows(c.Request().Context(), list.Lines, nil),
	}
	activityChoices(c.Request().Context(), &p, list.People)
	for i := range p.Rows {
		p.Rows[i].Account, p.Rows[i].ObjectURL = accounts[list.Lines[i].AccountID], ""
	}
	return h.page(c, statusOf(wrong), views.Activity(p))
}

// activityChoices are the kinds and people of the filter.
func activityChoices(ctx context.Context, p *views.ActivityPage, staff []people.AuditPerson) {
	for _, kind := range activityKinds {
		p.Kinds = append(p.Kinds, views.Option{Value: kind, Label: views.T(ctx, "noun."+kind)})
	}
	for _, person := range staff {
		p.People = append(p.People, views.Option{Value: person.ActorID, Label: person.ActorName})
	}
}

func statusOf(wrong models.Invalid) int {
	if len(wrong) > 0 {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
