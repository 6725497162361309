package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models/people"
	"undelivered/views"
)

// Invitation shows which accounts have invited the person who is signed in: the one of the link, or with a
// sign-in that has proven the mailbox all of them.
func (h *Handlers) Invitation(c echo.Context) error {
	ctx, v := c.Request().Context(), visit(c)
	p := views.InvitationPage{Token: c.FormValue("token"), Email: v.User.Email}
	var err error
	if p.Token == "" {
		p.Open, err = h.Store.People.Invitations(ctx, v)
	} else {
		p.Open, err = h.invitationByLink(c, p.Token)
	}
	if err != nil {
		return err
	}
	p.Wrong = p.Token != "" && len(p.Open) == 0
	return h.page(c, http.StatusOK, views.Invitations(p))
}

func (h *Handlers) invitationByLink(c echo.Context, token string) ([]people.Invitation, error) {
	i, err := h.Store.People.InvitationByLink(c.Request().Context(), token)
	if errors.Is(err, people.ErrLink) || err == nil && !i.IsFor(visit(c).User) {
		return nil, nil
	}
	return []people.Invitation{i}, err
}

// AnswerInvitation accepts an invitation, or declines it.
func (h *Handlers) AnswerInvitation(c echo.Context) error {
	ctx, v := c.Request().Context(), visit(c)
	if c.FormValue("answer") == "decline" {
		if err := h.Store.People.DeclineInvitation(ctx, Actor(c), v, c.FormValue("token")); err != nil {
			return err
		}
		return h.back(c, views.MeURL(), "notice.invitation_declined")
	}
	if err := h.Store.People.AcceptInvitation(ctx, Actor(c), v, c.FormValue("token"),
		c.FormValue("account")); err != nil {
		return err
	}
	return h.leave(c, views.DashboardURL())
}
