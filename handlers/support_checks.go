package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// lookedUp is what others say at the moment that a person looks at a request.
type lookedUp struct {
	closed bool // nothing is to be decided: nobody was asked
	listed bool
	err    error // why the provider could not be asked
	domain string
	mail   delivery.MailService
}

// lookUp asks the provider's list and the directory of domains, both at once; each has few seconds. A request
// that is closed asks nobody.
func (h *Handlers) lookUp(ctx context.Context, a models.Actor, k consent.RequestCase) lookedUp {
	l := lookedUp{err: delivery.ErrNotAsked, mail: delivery.MailUnsure, domain: k.Address.Domain()}
	if l.closed = k.Request.State != consent.RequestAsked &&
		k.Request.State != consent.RequestByHand; l.closed {
		return l
	}
	var both sync.WaitGroup
	if k.Entry.ID != "" && h.Receiver != nil {
		both.Go(func() {
			c, err := h.Store.Connection.Connection(ctx, a, k.Entry.ConnectionID)
			if err == nil {
				l.listed, err = delivery.StillListed(ctx, h.Store, h.Receiver.Client, c, k.Entry.Suppression)
			}
			l.err = err
		})
	}
	if l.domain != "" && h.Directory.MX != nil {
		both.Go(func() { l.mail = h.Directory.TakesMail(ctx, l.domain) })
	}
	both.Wait()
	return l
}

// checks are what we have looked at before a person decides.
func (h *Handlers) checks(c echo.Context, k consent.RequestCase, l lookedUp) []views.CheckLine {
	lines := []views.CheckLine{h.agreementCheck(c, k)}
	for _, line := range []views.CheckLine{listCheck(c, k, l), mailCheck(c, k, l), complaintCheck(c, k),
		earlierCheck(c, k), rateCheck(c, k), questionCheck(c, k)} {
		if line.Bold != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// graded is a line that is good, or else of another state.
func graded(good bool, otherwise, bold, text string) views.CheckLine {
	if good {
		otherwise = "ok"
	}
	return views.CheckLine{State: otherwise, Bold: bold, Text: text}
}

func (h *Handlers) agreementCheck(c echo.Context, k consent.RequestCase) views.CheckLine {
	ctx, r := c.Request().Context(), k.Request
	switch {
	case r.WaitsForCustomer():
		return graded(false, "no", views.T(ctx, "The customer has not confirmed yet."),
			views.T(ctx, "The link has been handed over, and not been used."))
	case r.ConsentID == "":
		return graded(r.Checked != "", "no", views.T(ctx, "A reason is recorded."),
			views.T(ctx, "lift."+r.Reason)+".")
	case k.Consent.GivenAt.After(k.Since):
		return graded(true, "", views.T(ctx, "The agreement is recorded."),
			views.T(ctx, "{how}, on a date after the opt-out.", "how", views.T(ctx, "how."+k.Consent.How)))
	}
	return graded(false, "no", views.T(ctx, "The agreement is older than the opt-out."), views.T(ctx,
		"{how}, on {date}.", "how", views.T(ctx, "how."+k.Consent.How), "date", h.on(c, k.Consent.GivenAt)))
}

// listCheck is asked of the provider at the moment. That an entry is gone is good news: approving still opts
// in.
func listCheck(c echo.Context, k consent.RequestCase, l lookedUp) views.CheckLine {
	ctx, provider := c.Request().Context(), providerTitle(k.Entry.Provider)
	switch {
	case k.Entry.ID == "" || errors.Is(l.err, delivery.ErrNotAsked):
		return views.CheckLine{}
	case l.err != nil:
		return graded(false, "warn",
			views.T(ctx, "We can’t tell whether {provider} still lists it.", "provider", provider),
			views.T(ctx, "It did not answer just now."))
	case l.listed:
		return graded(true, "", views.T(ctx, "{provider} still lists it.", "provider", provider),
			views.T(ctx, "Asked just now."))
	}
	return graded(false, "warn", views.T(ctx, "{provider} does not list it any more.", "provider", provider),
		views.T(ctx, "Approving lifts our own opt-out."))
}

func mailCheck(c echo.Context, k consent.RequestCase, l lookedUp) views.CheckLine {
	ctx := c.Request().Context()
	if l.domain == "" || l.closed {
		return views.CheckLine{}
	}
	switch l.mail {
	case delivery.MailYes:
		return graded(true, "", views.T(ctx, "The address can receive email."),
			views.T(ctx, "{domain} has a mail server.", "domain", l.domain))
	case delivery.MailNo:
		return graded(false, "no", views.T(ctx, "The address can’t receive email."),
			views.T(ctx, "{domain} has no mail server.", "domain", l.domain))
	}
	return graded(false, "warn", views.T(ctx, "We can’t tell whether the address can receive email."),
		views.T(ctx, "The directory of domains did not answer about {domain}.", "domain", l.domain))
}

func complaintCheck(c echo.Context, k consent.RequestCase) views.CheckLine {
	ctx := c.Request().Context()
	text := views.T(ctx, "None was lifted in the last 12 months.")
	if k.Lifted > 0 {
		text = views.N(ctx, "lifted_lately", k.Lifted)
	}
	switch k.Complaints {
	case 0:
		return graded(true, "", views.T(ctx, "No spam report from this address."), "")
	case 1:
		return graded(k.Lifted == 0, "warn", views.T(ctx, "First spam report from this address."), text)
	}
	return graded(false, "warn",
		views.T(ctx, "{n} spam reports from this address.", "n", views.Count(k.Complaints)), text)
}

func earlierCheck(c echo.Context, k consent.RequestCase) views.CheckLine {
	ctx := c.Request().Context()
	switch {
	case k.Request.SupportOnly:
		return graded(false, "warn", views.T(ctx, "Only support decides this."),
			views.T(ctx, "It has happened before."))
	case k.Entry.Times > 1:
		return graded(false, "warn",
			views.T(ctx, "It has been listed {n} times.", "n", views.Count(k.Entry.Times)), "")
	case len(k.Earlier) > 0:
		return graded(false, "warn", views.N(ctx, "earlier_requests", len(k.Earlier)),
			views.T(ctx, "They are listed below."))
	}
	return views.CheckLine{}
}

// rateCheck is how many customers of the account report spam: approving more of them makes it no better.
func rateCheck(c echo.Context, k consent.RequestCase) views.CheckLine {
	ctx, percent := c.Request().Context(),
		func(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) }
	bold := views.T(ctx, "This account’s complaint rate is {rate}.", "rate", percent(k.Rate.Rate()))
	warn, stop := percent(consent.ComplaintsWarn), percent(consent.ComplaintsStop)
	switch {
	case k.Rate.Stops():
		return graded(false, "no", bold,
			views.T(ctx, "Above the {stop} at which bulk resend stops.", "stop", stop))
	case k.Rate.High():
		return graded(false, "warn", bold, views.T(ctx,
			"Above the {warn} at which we warn. Bulk resend stops at {stop}.", "warn", warn, "stop", stop))
	}
	return graded(true, "", bold, views.T(ctx, "Below the {warn} at which we warn.", "warn", warn))
}

func questionCheck(c echo.Context, k consent.RequestCase) views.CheckLine {
	ctx, r := c.Request().Context(), k.Request
	if r.Question == "" {
		return views.CheckLine{}
	}
	answer := r.Answer
	if strings.TrimSpace(answer) == "" {
		answer = views.T(ctx, "No answer yet.")
	}
	return graded(r.Answer != "", "warn",
		views.T(ctx, "{person} asked: {question}", "person", r.QuestionBy, "question", r.Question), answer)
}
