package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// askForm adds what asking needs from this person; a refusal says what else helps.
func (h *Handlers) askForm(ctx context.Context, a models.Actor, p *views.SuppressionPage, line models.SuppressionLine) error {
	takes, err := h.takesStop(ctx, a)
	if err != nil {
		return err
	}
	needs, err := h.Store.OptInNeeds(ctx, a, line.AddressID, takes)
	if refusal := asRefusal(err); refusal.Guard != "" {
		p.Needs = map[models.Guard]string{models.GuardLiftNobody: "change", models.GuardLiftErased: "change", models.GuardLiftYear: "year", models.GuardLiftStart: "start"}[refusal.Guard]
		return nil
	}
	if err != nil {
		return err
	}
	p.Ask = &views.AskForm{Consent: needs.Consent, Approval: needs.Approval, SupportOnly: needs.Support, After: needs.After, Values: map[string]string{},
		ByHand: noClearing(ctx, line, p.Provider)}
	return nil
}

// AskClear asks for the clearing of an entry, and for opting the address in again after it.
func (h *Handlers) AskClear(c echo.Context) error {
	ctx, a := c.Request().Context(), actor(c)
	p, err := h.suppressionPage(c)
	if err != nil {
		return err
	}
	if p.Ask == nil {
		return h.turnDown(c, views.SuppressionURL(p.ID), views.T(langCtx(c), "guard."+string(models.GuardLiftAsked)))
	}
	r, err := h.askClear(ctx, c, a, p)
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.turnDown(c, views.SuppressionURL(p.ID), refusalText(c, refusal))
	}
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		p.Ask.Errors = invalid
		for _, name := range []string{"by", "how", "date", "for", "note", "sure", "reason", "checked"} {
			p.Ask.Values[name] = c.FormValue(name)
		}
		return h.page(c, http.StatusUnprocessableEntity, views.Suppression(p))
	}
	if err != nil {
		return err
	}
	return h.backWith(c, views.SuppressionURL(p.ID), h.askedFlash(c, r))
}

func (h *Handlers) askClear(ctx context.Context, c echo.Context, a models.Actor, p views.SuppressionPage) (r models.OptInResult, err error) {
	ask := h.optInAsk(c, "")
	ask.Lacks = unticked(c, p.Ask.Consent)
	if !p.Ask.Consent {
		// This form has one field for why it works now and how that was checked, and a box.
		ask.Reason, ask.Checked = "confirmed", c.FormValue("reason")
		if c.FormValue("checked") != "1" {
			ask.Lacks = models.Invalid{"checked": {Key: "error.tick"}}
		}
	}
	if ask.TakesStop, err = h.takesStop(ctx, a); err != nil {
		return r, err
	}
	r, err = h.Store.AskClear(ctx, a, p.ID, ask)
	if invalid := (models.Invalid{}); errors.As(err, &invalid) && !p.Ask.Consent && invalid["note"].Key != "" {
		invalid["reason"] = invalid["note"]
		delete(invalid, "note")
	}
	return r, err
}
