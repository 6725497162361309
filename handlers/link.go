package handlers

import (
	"context"
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// SignInLinkForm asks for a link, or takes one: the link itself only shows a button, because programs that
// look at mails open what is in them.
func (h *Handlers) SignInLinkForm(c echo.Context) error { return h.linkForm(c, views.SignInLink) }

// ResetForm asks for a mail, or with the token of a reset or an invitation for the new password.
func (h *Handlers) ResetForm(c echo.Context) error { return h.linkForm(c, views.Reset) }

func (h *Handlers) linkForm(c echo.Context, show func(views.SignInPage) templ.Component) error {
	p := h.signInPage(c)
	p.Token = c.QueryParam("token")
	if p.Token == "" && h.Post == nil {
		return models.ErrNotFound
	}
	if p.Token == "" {
		return h.page(c, http.StatusOK, show(p))
	}
	err := h.Store.People.LinkWorks(c.Request().Context(), p.Token)
	if errors.Is(err, people.ErrLink) {
		return h.linkUsed(c, p, show)
	}
	if err != nil {
		return err
	}
	if i, err := h.Store.People.InvitationByLink(c.Request().Context(), p.Token); err == nil && !i.Fresh {
		return h.leave(c, views.InvitationURL(p.Token)) // whoever is this person already signs in and accepts
	}
	return h.page(c, http.StatusOK, show(p))
}

// linkUsed says that a link does not work any more.
func (h *Handlers) linkUsed(c echo.Context, p views.SignInPage,
	show func(views.SignInPage) templ.Component) error {
	p.Token, p.Error = "", "error.link_used"
	if h.Post == nil {
		show = views.SignIn
	}
	return h.page(c, http.StatusUnprocessableEntity, show(p))
}

// SignInLink sends a link to an email, or signs in with the token of one.
func (h *Handlers) SignInLink(c echo.Context) error {
	token := c.FormValue("token")
	if token == "" {
		return h.askLink(c, people.LinkSignIn, views.SignInLink)
	}
	u, err := h.Store.People.SignInByLink(c.Request().Context(), Actor(c), token)
	if errors.Is(err, people.ErrLink) {
		return h.linkUsed(c, h.signInPage(c), views.SignInLink)
	}
	if err != nil {
		return err
	}
	if err := h.open(c, u, false, true); err != nil {
		return err
	}
	return h.leave(c, views.DashboardURL())
}

// Reset sends a link to choose a new password, or with the token of one sets it and signs in.
func (h *Handlers) Reset(c echo.Context) error {
	p := h.signInPage(c)
	if p.Token = c.FormValue("token"); p.Token == "" {
		return h.askLink(c, people.LinkReset, views.Reset)
	}
	password := c.FormValue("password")
	if password != c.FormValue("again") {
		p.Errors = views.Errors{"again": {Key: "error.password_same"}}
		return h.page(c, http.StatusUnprocessableEntity, views.Reset(p))
	}
	u, proven, err := h.Store.People.ChoosePassword(c.Request().Context(), Actor(c), p.Token, password)
	var invalid models.Invalid
	switch {
	case errors.As(err, &invalid):
		p.Errors = invalid
		return h.page(c, http.StatusUnprocessableEntity, views.Reset(p))
	case errors.Is(err, people.ErrLink):
		return h.linkUsed(c, p, views.Reset)
	case err != nil:
		return err
	}
	if err := h.open(c, u, false, proven); err != nil {
		return err
	}
	return h.leave(c, views.DashboardURL())
}

// askLink answers the same, and as fast, whether or not somebody has the email.
func (h *Handlers) askLink(c echo.Context, purpose people.Purpose,
	show func(views.SignInPage) templ.Component) error {
	if h.Post == nil {
		return models.ErrNotFound
	}
	ctx := c.Request().Context()
	p := h.signInPage(c)
	u, token, err := h.Store.People.AskLink(ctx, Actor(c), p.Email, purpose)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		p.Errors = invalid
		return h.page(c, http.StatusUnprocessableEntity, show(p))
	}
	if err != nil {
		return err
	}
	if token != "" {
		h.mailLink(ctx, u, purpose, token, "", "")
	}
	p.Sent = true
	return h.page(c, http.StatusOK, show(p))
}

// linkURL is the whole address of a link.
func (h *Handlers) linkURL(purpose people.Purpose, token string) string {
	if purpose == people.LinkSignIn {
		return h.BaseURL + views.SignInTokenURL(token)
	}
	return h.BaseURL + views.ResetTokenURL(token)
}

func (h *Handlers) mailLink(ctx context.Context, u models.User, purpose people.Purpose,
	token, account, by string) {
	m := views.LinkMail(ctx, string(purpose), h.linkURL(purpose, token), account, by)
	h.Post.SendSoon(ctx, delivery.Mail{To: u.Email, Subject: m.Subject, Text: m.Text})
}
