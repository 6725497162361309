package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

func families(byStatus map[models.Status]int) map[models.Family]int {
	sums := map[models.Family]int{}
	for status, n := range byStatus {
		sums[status.Info().Family] += n
	}
	return sums
}

// namesOf are the names of the people to whom rows are assigned.
func (h *Handlers) namesOf(ctx context.Context, a models.Actor,
	rows []models.Undelivered) (map[string]string, error) {
	assigned := slices.ContainsFunc(rows, func(u models.Undelivered) bool { return u.AssignedTo != "" })
	if !assigned {
		return nil, nil
	}
	staff, err := h.Store.People.Members(ctx, a)
	names := map[string]string{}
	for _, p := range staff {
		names[p.User.ID] = p.User.Name
	}
	return names, err
}

// reasonGroups are the reasons that occur, grouped by their status.
func reasonGroups(ctx context.Context, reasons []report.ReasonCount) []views.OptionGroup {
	byStatus := map[models.Status][]views.Option{}
	for _, r := range reasons {
		byStatus[r.Status] = append(byStatus[r.Status],
			views.Option{Value: r.Reason.ID, Label: cmp.Or(r.Reason.Title, views.T(ctx, "Not given"))})
	}
	var groups []views.OptionGroup
	for _, row := range models.Statuses {
		if options := byStatus[row.Code]; len(options) > 0 {
			groups = append(groups,
				views.OptionGroup{Label: views.StatusLabel(ctx, row.Code, models.Email), Options: options})
		}
	}
	return groups
}

// nameFilters finds the names of what a link narrows the list to, and of whom it may be narrowed to.
func (h *Handlers) nameFilters(ctx context.Context, a models.Actor, p *views.ReportPage) error {
	if p.Query.Customer != "" {
		cust, err := h.Store.Ledger.Customer(ctx, a, p.Query.Customer)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		p.Names.Customer = cust.Name
	}
	if p.Query.Connection != "" && p.Query.Connection != report.None {
		connection, err := h.Store.Connection.Connection(ctx, a, p.Query.Connection)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		p.Names.Connection = connection.Name
	}
	if p.Work.Assigned == 0 && p.Query.Assigned == "" {
		return nil
	}
	staff, err := h.Store.People.Members(ctx, a)
	for _, one := range staff {
		if one.User.ID == p.Query.Assigned {
			p.Names.Assigned = one.User.Name
		}
		if one.User.ID != a.ID {
			p.People = append(p.People, views.Option{Value: one.User.ID, Label: one.User.Name})
		}
	}
	return err
}
