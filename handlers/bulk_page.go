package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/views"
)

// Bulk is the check of a large set, or the progress of many at once with the result of every item.
func (h *Handlers) Bulk(c echo.Context) error {
	page, err := h.bulkPage(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Bulk(page))
}

func (h *Handlers) bulkPage(c echo.Context) (views.BulkPage, error) {
	id, show := c.Param("id"), c.QueryParam("show")
	b, err := h.Store.Resend.BulkPage(c.Request().Context(), Actor(c), id, bulkShow(show),
		c.QueryParam("after"))
	if err != nil {
		return views.BulkPage{}, err
	}
	shows := func(what string) string { return bulkURL(id, what, "", 0) }
	page := views.BulkPage{
		Base:     h.base(c),
		ID:       b.ID,
		Kind:     string(b.Action),
		State:    string(b.State),
		Person:   b.ByName,
		At:       b.CreatedAt,
		Total:    b.Total,
		Done:     b.Done,
		Sent:     b.Sent,
		Poll:     number(c, "poll"),
		UndoTill: b.UndoTill,
		Gone:     b.Gone,
		Show:     show,
		AllURL:   views.BulkURL(id),
		Ways:     otherWays(b.OtherWays, b.Channels(), shows),
		Rows:     bulkRows(b.Rows, b.State == resend.BulkChecked),
	}
	page.PollURL, page.ThisURL = bulkURL(id, show, c.QueryParam("after"), page.Poll+1), bulkURL(id, show,
		c.QueryParam("after"), 0)
	page.LeftOut = leftOut(b.Refused, func(g models.Guard) string { return shows(string(g)) })
	if b.Why != "" {
		page.Problem = "guard." + b.Why + ".few"
	}
	if b.Older != "" {
		page.Older = bulkURL(id, show, b.Older, 0)
	}
	if b.Newer != "" {
		page.Newer = bulkURL(id, show, b.Newer, 0)
	}
	page.Question = views.BulkQuestion{
		Base:      page.Base,
		Job:       id,
		Total:     b.Total,
		Send:      b.Sent,
		LeftOut:   page.LeftOut,
		Ways:      page.Ways,
		SendURL:   shows("sent"),
		TypeCount: true,
	}
	return page, nil
}

// StartChecked confirms a large set that has been checked.
func (h *Handlers) StartChecked(c echo.Context) error {
	fields, err := c.FormParams()
	if err != nil {
		return err
	}
	id := c.Param("id")
	job, err := h.Store.Resend.StartChecked(c.Request().Context(), Actor(c), id,
		resend.BulkAsk{Count: fields.Get("count"), Instead: insteadOf(fields)})
	var invalid models.Invalid
	var refusal models.Refusal
	switch {
	case errors.As(err, &invalid):
		page, err := h.bulkPage(c)
		if err != nil {
			return err
		}
		page.Question.Errors, page.Question.Count = invalid, fields.Get("count")
		return h.page(c, http.StatusUnprocessableEntity, views.Bulk(page))
	case errors.As(err, &refusal):
		return h.turnDown(c, views.BulkURL(id), refusalText(c, refusal))
	case err != nil:
		return err
	case job.State != resend.BulkRunning:
		return h.leave(c, views.BulkURL(id))
	}
	return h.backWith(c, views.BulkURL(id), views.Flash{
		Text:    views.T(c.Request().Context(), "flash.bulk_resend"),
		UndoURL: views.BulkUndoURL(id),
	})
}

// CancelCheck forgets a check and leads back to the report; one that was confirmed meanwhile goes on.
func (h *Handlers) CancelCheck(c echo.Context) error {
	dropped, err := h.Store.Resend.DropCheck(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	if !dropped {
		return h.leave(c, views.BulkURL(c.Param("id")))
	}
	return h.back(c, views.ReportURL(report.Filter{}), "flash.nothing_sent")
}

// bulkShow reads what the items are narrowed to: those that are sent, a channel, or a guard.
func bulkShow(word string) resend.BulkShow {
	switch {
	case word == "sent":
		return resend.BulkShow{Sent: true}
	case models.Channel(word).Valid():
		return resend.BulkShow{Way: models.Channel(word)}
	}
	return resend.BulkShow{Guard: models.Guard(word)}
}

// bulkRows are the items of a set; ready: nothing has been confirmed yet.
func bulkRows(rows []resend.BulkRow, ready bool) []views.BulkRow {
	all := make([]views.BulkRow, len(rows))
	for i, r := range rows {
		all[i] = views.BulkRow{
			ID:       r.NotificationID,
			Title:    r.Title,
			Customer: r.Customer,
			State:    r.State,
			Guard:    r.Guard,
			Way:      r.Way,
		}
		switch {
		case ready && r.Guard != "":
			all[i].State = "refused"
		case ready:
			all[i].State = "ready"
		case r.State == "sent":
			all[i].Now = string(r.Now)
		}
	}
	return all
}

// otherWays are the channels that may be chosen, or are, in place of a notification's own.
func otherWays(w resend.OtherWays, chosen []models.Channel, url func(string) string) []views.OtherWays {
	return []views.OtherWays{
		{
			Channel: models.SMS,
			On:      slices.Contains(chosen, models.SMS),
			Sent:    w.Texts,
			Out:     w.TextsOut,
			Parts:   w.Parts,
			URL:     url("sms"),
		},
		{
			Channel: models.Email,
			On:      slices.Contains(chosen, models.Email),
			Sent:    w.Emails,
			Out:     w.EmailsOut,
			URL:     url("email"),
		},
	}
}

// showURL is the question with the items below it that one of its numbers counts.
func showURL(question string, ask resend.BulkAsk, what string) string {
	at, err := url.Parse(question)
	if err != nil {
		return question
	}
	fields := at.Query()
	fields.Set("show", what)
	for _, channel := range ask.Instead {
		fields.Add("instead", string(channel))
	}
	at.RawQuery, at.Fragment = fields.Encode(), "b-items"
	return at.String()
}

// bulkURL is a page of a job's items; show narrows them to those that one of its numbers counts.
func bulkURL(id, show, after string, poll int) string {
	fields := url.Values{}
	for name, value := range map[string]string{"show": show, "after": after} {
		if value != "" {
			fields.Set(name, value)
		}
	}
	if poll > 0 {
		fields.Set("poll", strconv.Itoa(poll))
	}
	if len(fields) == 0 {
		return views.BulkURL(id)
	}
	return views.BulkURL(id) + "?" + fields.Encode()
}
