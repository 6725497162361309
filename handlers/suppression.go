package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// Suppression is one entry with its requests and the form to ask for clearing it.
func (h *Handlers) Suppression(c echo.Context) error {
	p, err := h.suppressionPage(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Suppression(p))
}

func (h *Handlers) suppressionPage(c echo.Context) (views.SuppressionPage, error) {
	ctx, a := c.Request().Context(), Actor(c)
	line, err := h.Store.Consent.Suppression(ctx, a, c.Param("id"))
	if err != nil {
		return views.SuppressionPage{}, err
	}
	p := views.SuppressionPage{
		Base:           h.base(c),
		SuppressionRow: suppressionRow(c, line),
		Words:          line.ProviderReason,
		SeenAt:         Deref(line.SeenAt),
		Poll:           number(c, "poll"),
	}
	for _, r := range line.Requests {
		one := h.requestLine(c, r, line, p.Provider)
		if one.Link, err = h.agreeLink(ctx, a, r); err != nil {
			return p, err
		}
		p.Requests = append(p.Requests, one)
	}
	dropped, err := h.Store.Consent.Dropped(ctx, a, line.AddressID)
	if err != nil {
		return p, err
	}
	p.Offer = offerOf(dropped)
	for _, d := range dropped {
		p.DroppedNow = append(p.DroppedNow,
			views.AlsoRow{ID: d.ID, Title: d.Title, Status: d.Status, Channel: d.Channel, At: d.FailedAt})
	}
	if line.NotificationID != "" {
		st, err := h.Store.Report.NotificationDetail(ctx, a, line.NotificationID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return p, err
		}
		p.CausedBy = views.AlsoRow{
			ID:      st.Notification.ID,
			Title:   st.Notification.Title,
			Channel: st.Notification.Channel,
			At:      st.Notification.DecidedAt,
		}
	}
	if line.ClearedAt != nil {
		p.Needs = "cleared"
	}
	if line.ClearedAt != nil || !p.MayAsk {
		return p, nil
	}
	return p, h.askForm(c.Request().Context(), a, &p, line)
}

func (h *Handlers) requestLine(c echo.Context, r consent.ClearRequest, entry consent.SuppressionLine,
	provider string) views.RequestLine {
	line := views.RequestLine{
		ID:          r.ID,
		State:       stateShown(r),
		Person:      r.AskedByName,
		At:          r.AskedAt,
		Answer:      h.outcome(c, r, entry, provider),
		ListedAgain: Deref(r.RelistedAt),
		Times:       r.RelistedTimes,
		ReadBack:    Deref(r.ReadBackAt),
		Proven:      Deref(r.ProvenAt),
		Lapses:      r.LapsesAt(),
	}
	if r.Answer == "" && r.State == consent.RequestAsked {
		line.Question, line.Asked = r.Question, r.QuestionBy
	}
	return line
}
