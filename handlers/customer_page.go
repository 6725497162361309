package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// How much of a customer's past the page shows.
const (
	shownNotifications = 20
	shownHistory       = 50
)

// customerPage gathers what the page of one customer shows.
func (h *Handlers) customerPage(c echo.Context) (views.CustomerPage, error) {
	ctx, a := c.Request().Context(), Actor(c)
	cust, err := h.Store.Ledger.Customer(ctx, a, c.Param("id"))
	if err != nil {
		return views.CustomerPage{}, err
	}
	addresses, err := h.Store.Consent.CustomerAddresses(ctx, a, cust.ID)
	if err != nil {
		return views.CustomerPage{}, err
	}
	p := views.CustomerPage{
		Base:    h.base(c),
		ID:      cust.ID,
		Version: cust.Version,
		Name:    cust.Name,
		Ref:     cust.Ref,
		Since:   cust.CreatedAt,
		Erased:  cust.ErasedAt != nil,
	}
	p.Edit.Name = cust.Name
	names, err := h.connectionNames(ctx, a)
	if err != nil {
		return p, err
	}
	shared, asked, err := h.addressCompany(ctx, a, cust.ID)
	if err != nil {
		return p, err
	}
	p.Unreachable = !p.Erased
	if len(addresses) == 0 {
		p.Unreached = views.T(ctx, "No address and no number is left. Ask {name} for one.", "name",
			views.FirstName(cust.Name))
	}
	for _, one := range addresses {
		row := h.addressRow(c, cust, one, names)
		row.Shared, row.Asked = shared[one.ID], asked[one.ID]
		p.Addresses = append(p.Addresses, row)
		if one.Main && one.Channel == models.Email {
			p.Edit.Email = one.Value
		} else if one.Main {
			p.Edit.Phone = one.Value
		}
		if row.State == consent.AddressActive || row.State == consent.AddressShaky {
			p.Unreachable = false
		}
	}
	return p, h.customerPast(ctx, a, &p, addresses, names)
}

// addressCompany is, for each address of a customer, who else has it and what is asked about it.
func (h *Handlers) addressCompany(ctx context.Context, a models.Actor,
	id string) (map[string][]views.Sharer, map[string][]views.AskedLine, error) {
	sharers, err := h.Store.Customer.Sharers(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	shared := map[string][]views.Sharer{}
	for _, one := range sharers {
		shared[one.AddressID] = append(shared[one.AddressID], views.Sharer{ID: one.ID, Name: one.Name})
	}
	requests, err := h.Store.Customer.OpenRequests(ctx, a, id)
	asked := map[string][]views.AskedLine{}
	for _, r := range requests {
		asked[r.AddressID] = append(asked[r.AddressID],
			views.AskedLine{ID: r.ID, State: stateShown(r), Person: r.AskedByName, At: r.AskedAt})
	}
	return shared, asked, err
}

// connectionNames are the names of the providers of the account's connections, by id.
func (h *Handlers) connectionNames(ctx context.Context, a models.Actor) (map[string]string, error) {
	all, err := h.Store.Connection.Connections(ctx, a)
	names := map[string]string{}
	for _, one := range all {
		names[one.ID] = providerName(one)
	}
	return names, err
}

func (h *Handlers) customerPast(ctx context.Context, a models.Actor, p *views.CustomerPage,
	addresses []consent.AddressState, names map[string]string) error {
	sent, total, err := h.Store.Customer.CustomerNotifications(ctx, a, p.ID, shownNotifications)
	if err != nil {
		return err
	}
	p.All = total
	for _, n := range sent {
		p.Notifications = append(
			p.Notifications,
			views.CustomerNotification{ID: n.ID, Title: n.Title, Address: n.Recipient, Channel: n.Channel,
				Status: n.Status, State: string(n.State), At: n.SentAt},
		)
	}
	values := map[string]string{}
	objects := []string{p.ID}
	for _, one := range addresses {
		values[one.ID], objects = one.Value, append(objects, one.ID)
	}
	consents, err := h.Store.Consent.ConsentsOf(ctx, a, p.ID)
	if err != nil {
		return err
	}
	for _, one := range consents {
		p.Consents = append(p.Consents, views.ConsentRow{
			Address:   values[one.AddressID],
			Channel:   one.Channel,
			By:        models.Readable(one.GivenBy),
			How:       one.How,
			Purpose:   one.Purpose,
			Given:     one.GivenAt,
			Words:     models.Readable(one.Words),
			Evidence:  models.Readable(evidence(ctx, one)),
			Recorded:  one.RecordedByName,
			At:        one.RecordedAt,
			Withdrawn: one.Withdrawal,
		})
	}
	p.May = maySend(ctx, p.Base, addresses, consents)
	if p.Offer, err = h.offer(ctx, a, objects[1:]...); err != nil {
		return err
	}
	p.History, err = h.customerHistory(ctx, a, p.ID, names)
	return err
}
