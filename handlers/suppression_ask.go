package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// askForm adds what asking needs from this person; a refusal says what else helps.
func (h *Handlers) askForm(ctx context.Context, a models.Actor, p *views.SuppressionPage,
	line consent.SuppressionLine) error {
	takes, err := h.takesStop(ctx, a)
	if err != nil {
		return err
	}
	needs, err := h.Store.Consent.OptInNeeds(ctx, a, line.AddressID, takes)
	if refusal := asRefusal(err); refusal.Guard != "" {
		p.Needs = map[models.Guard]string{models.GuardLiftNobody: "change", models.GuardLiftErased: "change",
			models.GuardLiftYear: "year", models.GuardLiftStart: "start"}[refusal.Guard]
		return nil
	}
	if err != nil {
		return err
	}
	p.Ask = &views.AskForm{
		Consent:     needs.Consent,
		Approval:    needs.Approval,
		SupportOnly: needs.Support,
		After:       needs.After,
		Values:      map[string]string{},
		ByHand:      noClearing(ctx, line, p.Provider),
	}
	return nil
}

// AskClear asks for the clearing of an entry, and for opting the address in again after it. The page is made
// only to say what is wrong.
func (h *Handlers) AskClear(c echo.Context) error {
	ctx, a, id := c.Request().Context(), Actor(c), c.Param("id")
	ask, err := h.clearAsk(ctx, c, a)
	if err != nil {
		return err
	}
	r, err := h.Store.Consent.AskClear(ctx, a, id, ask)
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.turnDown(c, views.SuppressionURL(id), refusalText(c, refusal))
	}
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		return h.askRefused(c, invalid)
	}
	if err != nil {
		return err
	}
	return h.backWith(c, views.SuppressionURL(id), h.askedFlash(c, r))
}

// recordsConsent says whether the form was the one that records an agreement; the other has one field for why
// it works now and how that was checked, and a box.
func recordsConsent(c echo.Context) bool {
	fields, err := c.FormParams()
	return err == nil && fields.Has("date")
}

func (h *Handlers) clearAsk(ctx context.Context, c echo.Context,
	a models.Actor) (ask consent.OptInAsk, err error) {
	ask = h.optInAsk(c, "")
	ask.Lacks = unticked(c, recordsConsent(c))
	if !recordsConsent(c) {
		ask.Reason, ask.Checked = "confirmed", c.FormValue("reason")
		if c.FormValue("checked") != "1" {
			ask.Lacks = models.Invalid{"checked": {Key: "error.tick"}}
		}
	}
	ask.TakesStop, err = h.takesStop(ctx, a)
	return ask, err
}

// askRefused is the page with what was typed, and what is wrong beside its field.
func (h *Handlers) askRefused(c echo.Context, invalid models.Invalid) error {
	p, err := h.suppressionPage(c)
	if err != nil {
		return err
	}
	if p.Ask == nil {
		return h.turnDown(c, views.SuppressionURL(p.ID),
			views.T(c.Request().Context(), "guard."+string(models.GuardLiftAsked)))
	}
	if note, wrong := invalid["note"]; wrong && !p.Ask.Consent {
		invalid["reason"] = note // this form's own name for it
		delete(invalid, "note")
	}
	p.Ask.Errors = invalid
	for _, name := range []string{"by", "how", "date", "for", "note", "sure", "reason", "checked"} {
		p.Ask.Values[name] = c.FormValue(name)
	}
	return h.page(c, http.StatusUnprocessableEntity, views.Suppression(p))
}
