package handlers

import (
	"context"

	"undelivered/models"
	"undelivered/views"
)

// offer is what was dropped because of these addresses and is ready to be sent again.
func (h *Handlers) offer(ctx context.Context, a models.Actor, addresses ...string) (views.Offer, error) {
	dropped, err := h.Store.Consent.Dropped(ctx, a, addresses...)
	return offerOf(dropped), err
}

func offerOf(dropped []models.Undelivered) (o views.Offer) {
	for _, d := range dropped {
		if d.Ready {
			o.IDs = append(o.IDs, d.ID)
		}
	}
	return o
}
