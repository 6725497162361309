package handlers

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// AddAddress gives a customer one more address or number.
func (h *Handlers) AddAddress(c echo.Context) error {
	return h.saveAddress(c, "", models.Channel(c.FormValue("channel")))
}

// ChangeAddress puts another address or number in the place of one.
func (h *Handlers) ChangeAddress(c echo.Context) error {
	was, err := h.Store.AddressOf(c.Request().Context(), actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.saveAddress(c, was.ID, was.Channel)
}

func (h *Handlers) saveAddress(c echo.Context, replaces string, channel models.Channel) error {
	id := c.Param("id")
	r, err := h.Store.AddAddress(c.Request().Context(), actor(c), models.AddressEdit{CustomerID: id, Version: number(c, "version"),
		Channel: channel, Value: c.FormValue("value"), Label: c.FormValue("label"), Replaces: replaces})
	if err != nil {
		return h.customerRefused(c, err, func(p *views.CustomerPage) {
			if p.Open = replaces; replaces == "" {
				p.Open = "new"
			}
			p.Edit.Channel, p.Edit.Value, p.Edit.Label = c.FormValue("channel"), c.FormValue("value"), c.FormValue("label")
		})
	}
	return h.back(c, views.CustomerURL(id), h.savedText(c, r))
}

// RemoveAddress takes an address away from a customer.
func (h *Handlers) RemoveAddress(c echo.Context) error {
	r, err := h.Store.RemoveAddress(c.Request().Context(), actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(c.Param("id")), h.savedText(c, r))
}

// MakeMain makes an address the one of its channel that is written to.
func (h *Handlers) MakeMain(c echo.Context) error {
	r, err := h.Store.MakeMain(c.Request().Context(), actor(c), c.Param("id"), c.Param("aid"))
	if err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(c.Param("id")), h.savedText(c, r))
}

// OptInForm opens the form that asks for what the cause needs; where this person may not, the page says why.
func (h *Handlers) OptInForm(c echo.Context) error {
	p, err := h.customerPage(c)
	if err != nil {
		return err
	}
	form, err := h.optInForm(c)
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.back(c, views.CustomerURL(p.ID), refusalText(c, refusal))
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
	ctx, a := c.Request().Context(), actor(c)
	address, err := h.Store.AddressOf(ctx, a, c.Param("id"), c.Param("aid"))
	if err != nil {
		return nil, err
	}
	takes, err := h.takesStop(ctx, a)
	if err != nil {
		return nil, err
	}
	needs, err := h.Store.OptInNeeds(ctx, a, address.ID, takes)
	if err != nil || needs.Nothing {
		return nil, err
	}
	return &views.OptInForm{AddressID: address.ID, Address: address.Value, Channel: address.Channel, Consent: needs.Consent,
		Approval: needs.Approval, SupportOnly: needs.Support, After: needs.After, Values: map[string]string{}}, nil
}

// OptIn opts an address in again, or asks those who have to agree.
func (h *Handlers) OptIn(c echo.Context) error {
	ctx, a, id := c.Request().Context(), actor(c), c.Param("id")
	form, err := h.optInForm(c)
	if err == nil && form == nil {
		return h.leave(c, views.CustomerURL(id))
	}
	var r models.OptInResult
	if err == nil {
		ask := h.optInAsk(c, form.AddressID)
		if ask.TakesStop, err = h.takesStop(ctx, a); err != nil {
			return err
		}
		ask.Lacks = unticked(c, form.Consent)
		r, err = h.Store.OptIn(ctx, a, ask)
	}
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.back(c, views.CustomerURL(id), refusalText(c, refusal))
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
func (h *Handlers) askedFlash(c echo.Context, r models.OptInResult) views.Flash {
	switch {
	case r.Link != "":
		return views.Flash{Text: views.T(langCtx(c), "flash.agree_link"), Link: h.BaseURL + views.AgreeURL(r.Link), LinkText: views.T(langCtx(c), "The customer’s link")}
	case len(r.Requests) > 0:
		return views.Flash{Text: views.T(langCtx(c), "flash.asked")}
	}
	return views.Flash{Text: views.T(langCtx(c), "flash.opted_in")}
}

// unticked is the box under an agreement that was not ticked. Where the customer confirms by a link, it is the
// customer's to tick.
func unticked(c echo.Context, consent bool) models.Invalid {
	if !consent || c.FormValue("sure") == "1" || c.FormValue("how") == models.HowLink {
		return nil
	}
	return models.Invalid{"sure": {Key: "error.tick"}}
}

// optInAsk reads the form of opting in, on the customer's page and on that of a suppression.
func (h *Handlers) optInAsk(c echo.Context, addressID string) models.OptInAsk {
	return models.OptInAsk{
		AddressID: addressID, RequestID: c.FormValue("request_id"), Reason: c.FormValue("reason"), Checked: c.FormValue("note"),
		Agreement: models.Agreement{GivenBy: c.FormValue("by"), How: c.FormValue("how"), GivenAt: h.agreedOn(c), Purpose: c.FormValue("for"), Evidence: c.FormValue("note")},
	}
}

// agreedOn is the end of the day that was typed, or now when it is today: a date names a whole day. Text that is no
// date is as good as none.
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

// ConfirmOptOut asks before nothing more is sent to an address.
func (h *Handlers) ConfirmOptOut(c echo.Context) error {
	ctx, id := langCtx(c), c.Param("id")
	address, err := h.Store.AddressOf(ctx, actor(c), id, c.Param("aid"))
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.Ask(views.Question{Base: h.base(c), Nav: "customers", Crumbs: []views.Crumb{{Text: views.T(ctx, "Customers"), URL: views.CustomersURL("", "", "")}},
		Title: views.T(ctx, "Opt {address} out?", "address", address.Value), Text: views.T(ctx, "Nothing more is sent to it, from now on. Anything waiting is cancelled."),
		Action: views.OptOutURL(id, address.ID), Back: views.CustomerURL(id), Verb: views.T(ctx, "Opt out"),
		Inputs: []views.Field{{Name: "note", Label: views.T(ctx, "How the customer said so"), Note: views.T(ctx, "(optional)")}}}))
}

// OptOut records that the customer asked to hear no more.
func (h *Handlers) OptOut(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	address, err := h.Store.AddressOf(ctx, actor(c), id, c.Param("aid"))
	if err != nil {
		return err
	}
	if err := h.Store.OptOutByStaff(ctx, actor(c), address.ID, c.FormValue("note")); err != nil {
		return err
	}
	return h.back(c, views.CustomerURL(id), views.T(langCtx(c), "flash.opted_out", "address", address.Value))
}

// ConfirmErase asks before a customer is erased.
func (h *Handlers) ConfirmErase(c echo.Context) error { return h.askErase(c, http.StatusOK, nil) }

func (h *Handlers) askErase(c echo.Context, status int, wrong models.Invalid) error {
	ctx, id := langCtx(c), c.Param("id")
	customer, err := h.Store.Customer(ctx, actor(c), id)
	if err != nil {
		return err
	}
	return h.page(c, status, views.Ask(views.Question{Base: h.base(c), Nav: "customers", Danger: true,
		Title: views.T(ctx, "Erase {name}?", "name", customer.Name), Text: views.T(ctx, "Name, addresses, titles, texts, notes and what the activity log says of the customer are removed for good. We keep the counts, that there were agreements, and a mark that can’t be read, so that nobody writes to these addresses again. This can’t be taken back."),
		Action: views.CustomerEraseURL(id), Back: views.CustomerURL(id), Verb: views.T(ctx, "Erase"), Errors: wrong,
		Inputs: []views.Field{{Name: "name", Label: views.T(ctx, "Type the name to confirm"), Value: c.FormValue("name")}}}))
}

// Erase forgets a customer, once the name has been typed.
func (h *Handlers) Erase(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	customer, err := h.Store.Customer(ctx, actor(c), id)
	if err != nil {
		return err
	}
	if c.FormValue("name") != customer.Name {
		return h.askErase(c, http.StatusUnprocessableEntity, models.Invalid{"name": {Key: "error.erase_name"}})
	}
	if err := h.Store.EraseCustomer(ctx, actor(c), id, number(c, "version")); err != nil {
		return err
	}
	return h.back(c, views.CustomersURL("", "", ""), "flash.erased")
}

// ExportCustomer is all that is kept about one customer, as a file.
func (h *Handlers) ExportCustomer(c echo.Context) error {
	file, err := h.Store.CustomerFile(c.Request().Context(), actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="customer-`+file.Customer.ID+`.json"`)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSONPretty(http.StatusOK, file, "  ")
}
