package handlers

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// OptInForm opens the form that asks for what the cause needs; where this person may not, the page says why.
func (h *Handlers) OptInForm(c echo.Context) error {
	p, err := h.customerPage(c)
	if err != nil {
		return err
	}
	form, err := h.optInForm(c)
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.turnDown(c, views.CustomerURL(p.ID), refusalText(c, refusal))
	}
	if err != nil {
		return err
	}
	if form == nil {
		return h.leave(c, views.CustomerURL(p.ID))
	}
	form.Values["by"], form.Values["date"] = p.Name, p.InputDate(p.Now)
	p.OptIn = form
	return h.page(c, http.StatusOK, views.Customer(p))
}

// optInForm is the form for one address; nil: nothing holds against it.
func (h *Handlers) optInForm(c echo.Context) (*views.OptInForm, error) {
	ctx, a := c.Request().Context(), Actor(c)
	address, err := h.Store.Consent.AddressOf(ctx, a, c.Param("id"), c.Param("aid"))
	if err != nil {
		return nil, err
	}
	takes, err := h.takesStop(ctx, a)
	if err != nil {
		return nil, err
	}
	needs, err := h.Store.Consent.OptInNeeds(ctx, a, address.ID, takes)
	if err != nil || needs.Nothing {
		return nil, err
	}
	return &views.OptInForm{
		AddressID:   address.ID,
		Address:     address.Value,
		Channel:     address.Channel,
		Consent:     needs.Consent,
		Approval:    needs.Approval,
		SupportOnly: needs.Support,
		After:       needs.After,
		Values:      map[string]string{},
	}, nil
}

// OptIn opts an address in again, or asks those who have to agree.
func (h *Handlers) OptIn(c echo.Context) error {
	ctx, a, id := c.Request().Context(), Actor(c), c.Param("id")
	form, err := h.optInForm(c)
	if err == nil && form == nil {
		return h.leave(c, views.CustomerURL(id))
	}
	var r consent.OptInResult
	if err == nil {
		ask := h.optInAsk(c, form.AddressID)
		if ask.TakesStop, err = h.takesStop(ctx, a); err != nil {
			return err
		}
		ask.Lacks = unticked(c, form.Consent)
		r, err = h.Store.Consent.OptIn(ctx, a, ask)
	}
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.turnDown(c, views.CustomerURL(id), refusalText(c, refusal))
	}
	if err != nil && form != nil {
		return h.customerRefused(c, err, func(p *views.CustomerPage) {
			p.OptIn = form
			for _, name := range []string{"by", "how", "date", "for", "note", "sure", "reason"} {
				form.Values[name] = c.FormValue(name)
			}
		})
	}
	if err != nil {
		return err
	}
	return h.backWith(c, views.CustomerURL(id), h.askedFlash(c, r))
}

// askedFlash says what became of a wish: opted in, asked, or a link to hand over.
func (h *Handlers) askedFlash(c echo.Context, r consent.OptInResult) views.Flash {
	switch {
	case r.Link != "":
		return views.Flash{
			Text:     views.T(c.Request().Context(), "flash.agree_link"),
			Link:     h.BaseURL + views.AgreeURL(r.Link),
			LinkText: views.T(c.Request().Context(), "The customer’s link"),
		}
	case len(r.Requests) > 0:
		return views.Flash{Text: views.T(c.Request().Context(), h.askedKey(r.Requests))}
	}
	return views.Flash{Text: views.T(c.Request().Context(), "flash.opted_in")}
}

// askedKey promises a mail only where one is sent: when somebody else decides, and this installation sends
// mail.
func (h *Handlers) askedKey(asked []consent.ClearRequest) string {
	waits := slices.ContainsFunc(asked,
		func(r consent.ClearRequest) bool { return r.State == consent.RequestAsked })
	switch {
	case !waits:
		return "flash.asked_now"
	case h.Post == nil:
		return "flash.asked_here"
	}
	return "flash.asked"
}

// unticked is the box under an agreement that was not ticked. Where the customer confirms by a link, it is
// the customer's to tick.
func unticked(c echo.Context, given bool) models.Invalid {
	if !given || c.FormValue("sure") == "1" || c.FormValue("how") == consent.HowLink {
		return nil
	}
	return models.Invalid{"sure": {Key: "error.tick"}}
}

// optInAsk reads the form of opting in, on the customer's page and on that of a suppression.
func (h *Handlers) optInAsk(c echo.Context, addressID string) consent.OptInAsk {
	return consent.OptInAsk{
		AddressID: addressID, RequestID: c.FormValue("request_id"), Reason: c.FormValue("reason"),
		Checked: c.FormValue("note"),
		Agreement: consent.Agreement{
			GivenBy:  c.FormValue("by"),
			How:      c.FormValue("how"),
			GivenAt:  h.agreedOn(c),
			Purpose:  c.FormValue("for"),
			Evidence: c.FormValue("note"),
		},
	}
}

// agreedOn is the end of the day that was typed, or now when it is today: a date names a whole day. Text that
// is no date is as good as none.
func (h *Handlers) agreedOn(c echo.Context) time.Time {
	zone := visitZone(c)
	day, err := time.ParseInLocation(time.DateOnly, c.FormValue("date"), zone)
	if err != nil {
		return time.Time{}
	}
	end := day.AddDate(0, 0, 1).Add(-time.Second)
	if now := h.Store.Now(); end.After(now) && !day.After(now) {
		return now
	}
	return end
}
