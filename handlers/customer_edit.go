package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/resend"
	"undelivered/views"
)

// EditFromNotification saves the contact details that stand beside a notification, and resends when that was
// pressed. What is wrong is said beside its field, with what was typed still there.
func (h *Handlers) EditFromNotification(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	edit := customer.ContactEdit{
		CustomerID: id,
		Version:    number(c, "version"),
		Email:      c.FormValue("email"),
		Phone:      c.FormValue("phone"),
	}
	cust, err := h.Store.Ledger.Customer(ctx, Actor(c), id)
	if err != nil {
		return err
	}
	edit.Name = cust.Name
	before, err := h.Store.Ledger.MainAddresses(ctx, Actor(c), id)
	if err != nil {
		return err
	}
	result, err := h.Store.Customer.EditContact(ctx, Actor(c), edit)
	if form := h.refusedContact(c, cust, edit, err); form != nil {
		page, err := h.notificationPage(c, c.FormValue("notification"), form)
		if err != nil {
			return err
		}
		if page.Near, err = h.near(c, page.ID); err != nil {
			return err
		}
		return h.page(c, http.StatusUnprocessableEntity, views.Notification(page))
	}
	if err == nil {
		err = h.learn(c, before[models.Email].Value, edit.Email)
	}
	if err != nil {
		return err
	}
	return h.savedContact(c, c.FormValue("notification"), result)
}

// refusedContact is the form to show again, with what was typed; nil: nothing was wrong with it.
func (h *Handlers) refusedContact(c echo.Context, now models.Customer, edit customer.ContactEdit,
	err error) *views.ContactForm {
	form := &views.ContactForm{
		CustomerID: now.ID,
		Name:       now.Name,
		Ref:        now.Ref,
		Since:      now.CreatedAt,
		Version:    now.Version,
		Email:      edit.Email,
		Phone:      edit.Phone,
	}
	var invalid models.Invalid
	var conflict models.Conflict
	switch {
	case errors.As(err, &invalid):
		form.Errors = invalid
	case errors.As(err, &conflict):
		form.Version, form.Errors = conflict.Version, views.Errors{
			"": {Key: "error.changed_to", Values: h.presentContact(c, now, conflict)},
		}
	default:
		return nil
	}
	return form
}

// presentContact is what a customer's details say now, after somebody else's change.
func (h *Handlers) presentContact(c echo.Context, now models.Customer,
	conflict models.Conflict) map[string]string {
	values := map[string]string{"person": conflict.By}
	main, err := h.Store.Ledger.MainAddresses(c.Request().Context(), Actor(c), now.ID)
	if err == nil { // without them the sentence still says who changed it
		values["email"], values["phone"] = main[models.Email].Value, main[models.SMS].Value
	}
	return values
}

// savedContact says beside a notification what was saved, and what is worth knowing about it; with "save and
// resend" it goes out again.
func (h *Handlers) savedContact(c echo.Context, id string, r customer.EditResult) error {
	ctx := c.Request().Context()
	var also []string
	for _, hint := range r.Hints {
		also = append(also, views.Say(ctx, hint))
	}
	asks, err := h.looksMistyped(c, r)
	if err != nil {
		return err
	}
	if asks != "" {
		return h.turnDown(c, views.NotificationURL(id), views.T(ctx, "flash.saved")+" "+views.T(ctx,
			"Nothing is sent yet: did you mean {address}?", "address", asks))
	}
	if c.FormValue("do") != "save-resend" {
		if warning := h.mailWarning(c); warning != "" {
			also = append(also, warning)
		}
		return h.back(c, views.NotificationURL(id),
			strings.Join(append([]string{views.T(ctx, "flash.saved")}, also...), " "))
	}
	attempt, err := h.Store.Resend.AskResend(ctx, Actor(c), resend.ResendAsk{
		NotificationID:  id,
		RequestID:       c.FormValue("request_id"),
		CustomerVersion: r.Customer.Version,
	})
	refusal := asRefusal(err)
	if act, asks := questionOf[refusal.Guard]; asks {
		return h.back(c, views.NotificationConfirmURL(id, act), "flash.saved")
	}
	if refusal.Guard != "" {
		return h.turnDown(c, views.NotificationURL(id),
			views.T(ctx, "flash.saved")+" "+refusalText(c, refusal))
	}
	if err != nil {
		return err
	}
	return h.onItsWay(c, attempt, "flash.saved_resent")
}

// looksMistyped is what an email address that was changed just now, and is to be written to at once, was
// probably meant to be: the person is asked first. Who presses again has been asked.
func (h *Handlers) looksMistyped(c echo.Context, r customer.EditResult) (string, error) {
	if c.FormValue("do") != "save-resend" || !r.EmailChanged {
		return "", nil
	}
	return h.Store.Ledger.Suggestion(c.Request().Context(), Actor(c), c.FormValue("email"))
}

// mailWarning names a domain that takes no mail; a directory that does not answer says nothing against it.
func (h *Handlers) mailWarning(c echo.Context) string {
	_, domain, found := strings.Cut(c.FormValue("email"), "@")
	if !found || h.Directory.MX == nil ||
		h.Directory.TakesMail(c.Request().Context(), domain) != delivery.MailNo {
		return ""
	}
	return views.T(c.Request().Context(), "hint.no_mail", "domain", domain)
}

// learn remembers a corrected domain, if the directory knows that the one before takes no mail and that this
// one does.
func (h *Handlers) learn(c echo.Context, wrong, corrected string) error {
	ctx := c.Request().Context()
	return h.Store.Ledger.LearnCorrection(
		ctx,
		Actor(c),
		wrong,
		corrected,
		func(domain string) (takes, known bool) {
			if h.Directory.MX == nil {
				return false, false
			}
			answer := h.Directory.TakesMail(ctx, domain)
			return answer == delivery.MailYes, answer != delivery.MailUnsure
		},
	)
}

// AcceptSuggestion puts a suggested address in place of the mistyped one, and resends when that was pressed.
func (h *Handlers) AcceptSuggestion(c echo.Context) error {
	ctx, id := c.Request().Context(), c.Param("id")
	r, changed, err := h.accept(ctx, c, id, number(c, "version"))
	if err != nil {
		return err
	}
	if !changed {
		return h.turnDown(c, back(c), views.T(c.Request().Context(), "suggestion.gone"))
	}
	if beside := c.FormValue("notification"); beside != "" {
		return h.savedContact(c, beside, r)
	}
	return h.acceptedAmongMany(c, id)
}

// accept puts the suggested address in place of the mistyped one; not changed: there is no suggestion any
// more.
func (h *Handlers) accept(ctx context.Context, c echo.Context, id string,
	version int) (r customer.EditResult, changed bool, err error) {
	a := Actor(c)
	cust, err := h.Store.Ledger.Customer(ctx, a, id)
	if err != nil {
		return r, false, err
	}
	main, err := h.Store.Ledger.MainAddresses(ctx, a, id)
	if err != nil {
		return r, false, err
	}
	mistyped := main[models.Email].Value
	suggestion, err := h.Store.Ledger.Suggestion(ctx, a, mistyped)
	if err != nil || suggestion == "" {
		return r, false, err
	}
	r, err = h.Store.Customer.EditContact(
		ctx,
		a,
		customer.ContactEdit{CustomerID: id, Version: version, Name: cust.Name, Email: suggestion,
			Phone: main[models.SMS].Value},
	)
	if err != nil {
		return r, false, err
	}
	return r, true, h.learn(c, mistyped, suggestion)
}

// DismissSuggestion notes that an address is right as it is; it is not suggested again.
func (h *Handlers) DismissSuggestion(c echo.Context) error {
	if err := h.Store.Ledger.DismissSuggestion(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.backWith(c, back(c), views.Flash{
		Text:       views.T(c.Request().Context(), "flash.dismissed"),
		UndoURL:    views.SuggestionUndismissURL(c.Param("id")),
		UndoFields: map[string]string{"notification": c.FormValue("notification")},
	})
}

// UndismissSuggestion takes it back that an address is right as it is.
func (h *Handlers) UndismissSuggestion(c echo.Context) error {
	if err := h.Store.Ledger.UndismissSuggestion(c.Request().Context(), Actor(c), c.Param("id")); err != nil {
		return err
	}
	return h.back(c, back(c), "flash.undismissed")
}

// back is where an act on a suggestion came from.
func back(c echo.Context) string {
	if id := c.FormValue("notification"); id != "" {
		return views.NotificationURL(id)
	}
	return views.SuggestionsURL()
}
