package handlers

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/views"
)

// Customers is the list of customers.
func (h *Handlers) Customers(c echo.Context) error {
	q := customer.CustomerQuery{
		Q:      c.QueryParam("q"),
		After:  c.QueryParam("after"),
		Before: c.QueryParam("before"),
	}
	list, err := h.Store.Customer.Customers(c.Request().Context(), Actor(c), q)
	if err != nil {
		return err
	}
	p := views.CustomersPage{Base: h.base(c), Q: q.Q}
	for _, line := range list.Lines {
		p.Rows = append(p.Rows, views.CustomerRow{
			ID:          line.ID,
			Name:        line.Name,
			Ref:         line.Ref,
			Email:       line.Email.Value,
			Phone:       line.Phone.Value,
			EmailState:  line.Email.State(),
			PhoneState:  line.Phone.State(),
			Undelivered: line.Undelivered,
		})
	}
	if list.Newer != "" {
		p.Newer = views.CustomersURL(q.Q, "", list.Newer)
	}
	if list.Older != "" {
		p.Older = views.CustomersURL(q.Q, list.Older, "")
	}
	return h.page(c, http.StatusOK, views.Customers(p))
}

// Customer is one customer with addresses, agreements and history; open names the form that is open on the
// page.
func (h *Handlers) Customer(open string) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := h.customerPage(c)
		if err != nil {
			return err
		}
		if p.Open = open; open == "address" {
			p.Open = c.Param("aid")
			for _, a := range p.Addresses {
				if a.ID == p.Open {
					p.Edit.Value, p.Edit.Label = a.Value, a.Named
				}
			}
		}
		return h.page(c, http.StatusOK, views.Customer(p))
	}
}

// EditCustomer saves a customer's profile, from the customer's page or from beside a notification.
func (h *Handlers) EditCustomer(c echo.Context) error {
	if c.FormValue("notification") != "" {
		return h.EditFromNotification(c)
	}
	edit := customer.ContactEdit{
		CustomerID: c.Param("id"),
		Version:    number(c, "version"),
		Name:       c.FormValue("name"),
		Email:      c.FormValue("email"),
		Phone:      c.FormValue("phone"),
	}
	r, err := h.Store.Customer.EditContact(c.Request().Context(), Actor(c), edit)
	if err != nil {
		return h.customerRefused(c, err, func(p *views.CustomerPage) {
			p.Open = "profile"
			p.Edit.Name, p.Edit.Email, p.Edit.Phone = edit.Name, edit.Email, edit.Phone
		})
	}
	return h.back(c, views.CustomerURL(edit.CustomerID), h.savedText(c, r))
}

// savedText is the short message after a change, with what is worth knowing about it.
func (h *Handlers) savedText(c echo.Context, r customer.EditResult) string {
	parts := []string{views.T(c.Request().Context(), "flash.saved")}
	for _, hint := range r.Hints {
		parts = append(parts, h.sayHint(c, hint))
	}
	if warning := h.mailWarning(c); warning != "" {
		parts = append(parts, warning)
	}
	return strings.Join(parts, " ")
}

func (h *Handlers) sayHint(c echo.Context, hint models.Problem) string {
	if cause := hint.Values["cause"]; cause != "" {
		hint.Values["cause"] = views.T(c.Request().Context(), "cause."+cause+".in")
	}
	return views.Say(c.Request().Context(), hint)
}

// customerRefused shows the customer's page again with the form as it was typed and what is wrong with it;
// after somebody else's change with both versions.
func (h *Handlers) customerRefused(c echo.Context, err error, typed func(*views.CustomerPage)) error {
	var invalid models.Invalid
	var conflict models.Conflict
	if !errors.As(err, &invalid) && !errors.As(err, &conflict) {
		return err
	}
	p, failed := h.customerPage(c)
	if failed != nil {
		return failed
	}
	typed(&p)
	if p.Edit.Errors = invalid; p.OptIn != nil {
		p.Edit.Errors, p.OptIn.Errors = nil, invalid
	}
	if invalid == nil {
		p.Conflict = h.bothVersions(c, p, conflict)
	}
	return h.page(c, http.StatusUnprocessableEntity, views.Customer(p))
}

func (h *Handlers) bothVersions(c echo.Context, p views.CustomerPage,
	conflict models.Conflict) *views.Conflict {
	ctx, now := c.Request().Context(), map[models.Channel]string{}
	for _, a := range p.Addresses {
		if now[a.Channel] == "" {
			now[a.Channel] = a.Value
		}
	}
	both := &views.Conflict{Person: conflict.By, At: p.Now}
	for _, f := range []views.ConflictField{
		{Label: views.T(ctx, "Name"), Theirs: p.Name, Yours: p.Edit.Name},
		{Label: views.T(ctx, "channel.email.field"), Theirs: now[models.Email], Yours: p.Edit.Email},
		{Label: views.T(ctx, "channel.sms.field"), Theirs: now[models.SMS], Yours: p.Edit.Phone},
	} {
		if f.Theirs != f.Yours {
			both.Fields = append(both.Fields, f)
		}
	}
	return both
}
