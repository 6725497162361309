package handlers

import (
	"maps"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// ConfirmClear asks why a notification is taken off the report.
func (h *Handlers) ConfirmClear(c echo.Context) error {
	q, err := h.question(c)
	if err != nil {
		return err
	}
	return h.page(c, http.StatusOK, views.ClearQuestion(q))
}

// ConfirmResend asks what the guards want to know before a resend.
func (h *Handlers) ConfirmResend(c echo.Context) error {
	q, err := h.question(c)
	if err != nil {
		return err
	}
	refusal := asRefusal(h.Store.CheckResend(c.Request().Context(), actor(c), c.Param("id")))
	switch refusal.Guard {
	case models.GuardUnknown:
		return h.page(c, http.StatusOK, views.Unknown(q))
	case models.GuardMayArrive:
		return h.page(c, http.StatusOK, views.ResendTwice(q))
	case models.GuardSameRefusal:
		return h.page(c, http.StatusOK, views.ResendFirst(q))
	}
	return h.leave(c, views.NotificationURL(c.Param("id")))
}

// question is what all questions about one notification show.
func (h *Handlers) question(c echo.Context) (views.NotificationQuestion, error) {
	st, err := h.Store.Story(c.Request().Context(), actor(c), c.Param("id"))
	if err != nil {
		return views.NotificationQuestion{}, err
	}
	n, last := st.Notification, newest(st)
	return views.NotificationQuestion{
		Base: h.base(c), ID: n.ID, Version: n.Version, Title: n.Title, Name: st.Customer.Name, Channel: n.Channel,
		Address: st.Addresses[n.Channel].Value, CustomerID: st.Customer.ID, CustomerVersion: st.Customer.Version,
		Provider: providerName(st.Connections[last.ConnectionID]), At: last.OwnAt,
	}, nil
}

// newest is the newest attempt that was not cancelled.
func newest(st models.Story) models.Attempt {
	for i := len(st.Attempts) - 1; i >= 0; i-- {
		if st.Attempts[i].Outcome != models.Cancelled {
			return st.Attempts[i]
		}
	}
	return models.Attempt{}
}

// toldOf is the attempt that the present state tells of: of what was delivered the one that was, which need not be the
// newest.
func toldOf(st models.Story) models.Attempt {
	for _, a := range slices.Backward(st.Attempts) {
		if st.Notification.State == models.StateDelivered && a.Outcome == models.AttemptDelivered && a.AddressID == st.Notification.AddressID {
			return a
		}
	}
	return newest(st)
}

// refusalText is the sentence of a refusal.
func refusalText(c echo.Context, r models.Refusal) string {
	b := views.Base{Zone: visitZone(c), Account: accountLink(visit(c).Seat.Account)}
	return views.Guard{Refusal: named(r)}.Sentence(langCtx(c), b)
}

// named gives a refusal the provider's name in place of its code.
func named(r models.Refusal) models.Refusal {
	if code := r.Values["provider"]; code != "" {
		r.Values = maps.Clone(r.Values)
		r.Values["provider"] = providerTitle(code)
	}
	return r
}
