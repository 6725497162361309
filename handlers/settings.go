package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// AccountSettings shows what the business is called, and where it is.
func (h *Handlers) AccountSettings(c echo.Context) error {
	a, err := h.Store.People.Account(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	return h.accountSettings(c, http.StatusOK, a, nil)
}

func (h *Handlers) accountSettings(c echo.Context, status int, a models.Account,
	problems views.Errors) error {
	p := h.accountPage(c, a)
	p.Errors = problems
	return h.page(c, status, views.AccountSettings(p))
}

func (h *Handlers) accountPage(c echo.Context, a models.Account) views.AccountPage {
	p := views.AccountPage{
		Base:      h.base(c),
		Name:      a.Name,
		Zone:      a.Zone,
		Locale:    a.Locale,
		Country:   a.Country,
		Version:   a.Version,
		Window:    strconv.Itoa(a.Days()),
		Countries: models.Countries(),
	}
	if a.WindowDays < 0 {
		p.Window = c.FormValue("window") // as it was typed
	}
	failures, days := a.SoftRuleDays(h.Store.Limits())
	p.SoftFailures, p.SoftDays = strconv.Itoa(failures), strconv.Itoa(days)
	if a.SoftFailures < 0 {
		p.SoftFailures = c.FormValue("soft_failures")
	}
	if a.SoftDays < 0 {
		p.SoftDays = c.FormValue("soft_days")
	}
	return p
}

// SaveAccount saves name, place and language of the account.
func (h *Handlers) SaveAccount(c echo.Context) error {
	// A version that is no number is an old one.
	version, _ := strconv.Atoi(c.FormValue("version"))
	a := models.Account{Name: c.FormValue("name"), Zone: c.FormValue("zone"), Locale: c.FormValue("locale"),
		Country: c.FormValue("country"), WindowDays: daysTyped(c), Version: version}
	now := visit(c).Seat.Account
	a.SoftFailures, a.SoftDays = numberTyped(c, "soft_failures", now.SoftFailures), numberTyped(c,
		"soft_days", now.SoftDays)
	if !offersLanguage(c, a.Locale) {
		return h.accountSettings(c, http.StatusUnprocessableEntity, a,
			views.Errors{"locale": {Key: "error.language"}})
	}
	_, err := h.Store.EditAccount(c.Request().Context(), Actor(c), a)
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return h.accountSettings(c, http.StatusUnprocessableEntity, a, invalid)
	}
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return h.accountChanged(c, a, conflict)
	}
	if err != nil {
		return err
	}
	return h.back(c, views.SettingsURL("account"), "flash.saved")
}

// daysTyped is the window that was typed; what is no number is none that can be chosen, and nothing is what
// it was.
func daysTyped(c echo.Context) int {
	typed := strings.TrimSpace(c.FormValue("window"))
	if typed == "" {
		return visit(c).Seat.Account.Days()
	}
	days, err := strconv.Atoi(typed)
	if err != nil || days == 0 {
		return -1
	}
	return days
}

// numberTyped is a number of the account's rules: nothing is what it was, and what is no number is none that
// can be chosen.
func numberTyped(c echo.Context, field string, now int) int {
	typed := strings.TrimSpace(c.FormValue(field))
	if typed == "" {
		return now
	}
	if n, err := strconv.Atoi(typed); err == nil && n > 0 {
		return n
	}
	return -1
}

// accountChanged shows what was typed beside what somebody else has saved since the page was made.
func (h *Handlers) accountChanged(c echo.Context, typed models.Account, conflict models.Conflict) error {
	now, err := h.Store.People.Account(c.Request().Context(), Actor(c))
	if err != nil {
		return err
	}
	p := h.accountPage(c, typed).Beside(c.Request().Context(), h.accountPage(c, now), conflict.By)
	return h.page(c, http.StatusUnprocessableEntity, views.AccountSettings(p))
}

// offersLanguage says whether a language could have been chosen: one with pages, or what the account has.
func offersLanguage(c echo.Context, tag string) bool {
	return slices.ContainsFunc(views.LanguageOptions(c.Request().Context(), visit(c).Seat.Account.Locale),
		func(o views.Option) bool { return o.Value == tag })
}
