package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/providers"
	"undelivered/views"
)

// SupportEvents lists what was not understood, in all accounts that let support in.
func (h *Handlers) SupportEvents(c echo.Context) error {
	return h.supportEvents(c, http.StatusOK)
}

func (h *Handlers) supportEvents(c echo.Context, status int) error {
	ctx := c.Request().Context()
	looks, err := h.Store.Intake.UnexplainedList(ctx, Actor(c))
	if err != nil {
		return err
	}
	p := views.EventsPage{
		Base: h.base(c),
		Reasons: map[models.Channel][]views.OptionGroup{
			models.Email: reasonsOf(c, models.Email),
			models.SMS:   reasonsOf(c, models.SMS),
		},
	}
	if p.Proposals, err = h.proposals(c); err != nil {
		return err
	}
	for _, l := range looks {
		words := l.Words
		if l.N > 1 {
			words += "\n" + views.T(ctx, "({n} times)", "n", views.Count(l.N))
		}
		p.Rows = append(
			p.Rows,
			views.EventRow{ID: l.ID, Account: l.Account, Connection: l.Connection, Kind: string(l.Kind),
				Words: words, At: l.ReceivedAt, Tries: l.Tries, Channel: l.Channel,
				Likely: models.LikelyReason(l.Channel, l.Words).ID},
		)
	}
	return h.page(c, status, views.SupportEvents(p))
}

// proposals are what was proposed for the dictionary, the most frequent first.
func (h *Handlers) proposals(c echo.Context) ([]views.ProposalRow, error) {
	all, err := h.Store.Intake.Proposals(c.Request().Context(), Actor(c))
	rows := make([]views.ProposalRow, len(all))
	for i, p := range all {
		entry, _ := models.ReasonByID(p.Reason)
		row, _ := providers.ByCode(p.Provider)
		rows[i] = views.ProposalRow{
			ID:       p.ID,
			Provider: row.Name,
			Words:    p.Words,
			Reason:   p.Reason,
			Title:    entry.Title,
			N:        p.N,
			Person:   p.ByName,
			At:       p.At,
		}
	}
	return rows, err
}

// WithdrawProposal takes a proposal for the dictionary back.
func (h *Handlers) WithdrawProposal(c echo.Context) error {
	if err := h.Store.Intake.Withdraw(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, views.SupportEventsURL(), "notice.reason_withdrawn")
}

// reasonsOf are a channel's entries of the dictionary by status, to choose from.
func reasonsOf(c echo.Context, channel models.Channel) []views.OptionGroup {
	ctx := c.Request().Context()
	var groups []views.OptionGroup
	for _, row := range models.Statuses {
		g := views.OptionGroup{Label: views.StatusLabel(ctx, row.Code, channel)}
		for _, r := range models.Reasons() {
			if r.Channel == channel && r.Status() == row.Code {
				g.Options = append(g.Options, views.Option{Value: r.ID, Label: r.Title})
			}
		}
		if len(g.Options) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// ReplayEvent gives a parked event another chance.
func (h *Handlers) ReplayEvent(c echo.Context) error {
	why, err := h.Receiver.Replay(c.Request().Context(), Actor(c), c.Param("id"))
	switch {
	case err != nil:
		return err
	case why != "":
		return h.turnDown(c, views.SupportEventsURL(),
			views.T(c.Request().Context(), "notice.event_unreadable", "why", why))
	}
	return h.back(c, views.SupportEventsURL(), "notice.event_replayed")
}

// ProposeReason keeps which entry of the dictionary explains a reply.
func (h *Handlers) ProposeReason(c echo.Context) error {
	err := h.Store.Intake.Propose(c.Request().Context(), Actor(c), c.Param("id"), c.FormValue("reason"),
		c.FormValue("note"))
	if err != nil {
		return err
	}
	return h.back(c, views.SupportEventsURL(), "notice.reason_proposed")
}
