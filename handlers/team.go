package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/views"
)

// People shows who works in the account, and whether support may look in.
func (h *Handlers) People(c echo.Context) error {
	return h.people(c, http.StatusOK, views.PeoplePage{})
}

func (h *Handlers) people(c echo.Context, status int, p views.PeoplePage) error {
	ctx, a := c.Request().Context(), Actor(c)
	all, err := h.Store.People.Colleagues(ctx, a)
	if err != nil {
		return err
	}
	grant, err := h.Store.People.SupportGrant(ctx, a)
	if err != nil {
		return err
	}
	if grant.ID != "" {
		p.Grant = &grant
	}
	for _, m := range all {
		p.People = append(
			p.People,
			views.PersonRow{ID: m.User.ID, Name: m.User.Name, Email: m.User.Email, Role: string(m.Role),
				Invited: m.Invited(), Locked: m.User.LockedAt != nil, SignedIn: m.User.SignedInAt,
				Self: m.User.ID == a.ID},
		)
	}
	p.Base, p.Mails, p.NewAs = h.base(c), h.Post != nil, cmp.Or(p.NewAs, string(models.Manager))
	return h.page(c, status, views.PeopleSettings(p))
}

// AddPerson adds somebody to the account, and mails or shows the link with which they choose a password.
func (h *Handlers) AddPerson(c echo.Context) error {
	p := views.PeoplePage{Email: c.FormValue("email"), Name: c.FormValue("name"), NewAs: c.FormValue("role")}
	u, token, err := h.Store.People.AddUser(c.Request().Context(), Actor(c),
		people.NewUser{Email: p.Email, Name: p.Name, Role: models.Role(p.NewAs)})
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		p.Errors = invalid
		return h.people(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return h.invited(c, u, token)
}

// InviteAgain makes a new link for somebody who has not come yet.
func (h *Handlers) InviteAgain(c echo.Context) error {
	u, token, err := h.Store.People.InviteAgain(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return h.invited(c, u, token)
}

// invited mails the invitation, or shows its link this once: the same for everybody, known elsewhere or not.
func (h *Handlers) invited(c echo.Context, u models.User, token string) error {
	ctx, v := c.Request().Context(), visit(c)
	if h.Post == nil {
		shownOnce(c, views.SettingsURL("people"))
		return h.people(c, http.StatusOK,
			views.PeoplePage{Link: h.linkURL(people.LinkInvite, token), LinkTo: u.Name})
	}
	h.mailLink(ctx, u, people.LinkInvite, token, v.Seat.Account.Name, v.User.Name)
	return h.back(c, views.SettingsURL("people"), "notice.person_added")
}

// SetRole changes what a member may do.
func (h *Handlers) SetRole(c echo.Context) error {
	err := h.Store.People.SetRole(c.Request().Context(), Actor(c), c.Param("id"),
		models.Role(c.FormValue("role")))
	return h.personDone(c, err, "flash.saved")
}

// AskRemovePerson asks before a member is removed.
func (h *Handlers) AskRemovePerson(c echo.Context) error {
	ctx := c.Request().Context()
	m, err := h.Store.People.Colleague(ctx, Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	title, back := views.T(ctx, "Remove {person}?", "person", m.User.Name), views.SettingsURL("people")
	return h.page(c, http.StatusOK, views.Ask(views.Question{Base: h.base(c), Nav: "settings", Title: title,
		Crumbs: []views.Crumb{{Text: views.T(ctx, "People and roles"), URL: back}, {Text: title}},
		Text: views.T(ctx,
			"They can’t open this account any more, from now on. What they did stays in the activity log."),
		Action: views.PersonActURL(
			m.User.ID,
			"remove",
		), Back: back, Verb: views.T(ctx, "Remove {person}", "person", m.User.Name), Danger: true}))
}

// RemovePerson takes a member out of the account.
func (h *Handlers) RemovePerson(c echo.Context) error {
	err := h.Store.People.RemoveMember(c.Request().Context(), Actor(c), c.Param("id"))
	return h.personDone(c, err, "notice.person_removed")
}

func (h *Handlers) personDone(c echo.Context, err error, text string) error {
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return h.people(c, http.StatusUnprocessableEntity, views.PeoplePage{Errors: invalid})
	}
	if err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("people"), text)
}

// SupportAccess lets support in until the end of a day, or ends it now.
func (h *Handlers) SupportAccess(c echo.Context) error {
	ctx := c.Request().Context()
	if c.FormValue("end") == "1" {
		return h.personDone(c, h.Store.People.EndSupport(ctx, Actor(c)), "notice.support_out")
	}
	p := views.PeoplePage{Until: c.FormValue("until")}
	day, err := time.ParseInLocation(time.DateOnly, p.Until, visit(c).Seat.Account.Location())
	if err == nil {
		_, err = h.Store.People.GrantSupport(ctx, Actor(c), day.AddDate(0, 0, 1))
	} else {
		err = models.Invalid{"until": {Key: "error.grant_until"}}
	}
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		p.Errors = invalid
		return h.people(c, http.StatusUnprocessableEntity, p)
	}
	return h.personDone(c, err, "notice.support_in")
}
