package handlers

import (
	"maps"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/models/resend"
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
	st, err := h.Store.Report.NotificationDetail(c.Request().Context(), Actor(c), q.ID)
	if err != nil {
		return err
	}
	k, _, err := h.Advise(c, st, false, false)
	if err != nil {
		return err
	}
	ask, asks := resendQuestions[k.Refusal.Guard]
	if k.Stand == advice.StandUnknown {
		ask, asks = views.Unknown, true
		if k.Refusal.Guard != models.GuardUnknown {
			q.NotAgain = refusalText(c, k.Refusal)
		}
	}
	if !asks {
		return h.leave(c, views.NotificationURL(q.ID))
	}
	return h.page(c, http.StatusOK, ask(q))
}

// resendQuestions are what the guards want to know before a resend.
var resendQuestions = map[models.Guard]func(views.NotificationQuestion) templ.Component{
	models.GuardUnknown: views.Unknown, models.GuardMayArrive: views.ResendTwice,
	models.GuardSameRefusal: views.ResendFirst,
	models.GuardOver:        views.ResendLate,
}

// question is what all questions about one notification show.
func (h *Handlers) question(c echo.Context) (views.NotificationQuestion, error) {
	st, err := h.Store.Report.NotificationDetail(c.Request().Context(), Actor(c), c.Param("id"))
	if err != nil {
		return views.NotificationQuestion{}, err
	}
	n, last := st.Notification, newest(st)
	return views.NotificationQuestion{
		Base: h.base(c), ID: n.ID, Version: n.Version, Title: n.Title, Name: st.Customer.Name,
		Channel: n.Channel,
		Address: st.Addresses[n.Channel].Value, CustomerID: st.Customer.ID,
		CustomerVersion: st.Customer.Version,
		Provider:        providerName(st.Connections[last.ConnectionID]),
		At:              last.OwnAt,
		DueAt:           Deref(n.DueAt),
		Over:            resend.Over(st, h.Store.Now()),
	}, nil
}

// newest is the newest attempt that was not cancelled.
func newest(st report.NotificationDetail) models.Attempt {
	for i := len(st.Attempts) - 1; i >= 0; i-- {
		if st.Attempts[i].Outcome != models.Cancelled {
			return st.Attempts[i]
		}
	}
	return models.Attempt{}
}

// toldOf is the attempt that the present state tells of: of what was delivered the one that was, which need
// not be the newest.
func toldOf(st report.NotificationDetail) models.Attempt {
	for _, a := range slices.Backward(st.Attempts) {
		if st.Notification.State == models.StateDelivered && a.Outcome == models.AttemptDelivered &&
			a.AddressID == st.Notification.AddressID {
			return a
		}
	}
	return newest(st)
}

// refusalText is the sentence of a refusal.
func refusalText(c echo.Context, r models.Refusal) string {
	b := views.Base{Zone: visitZone(c), Account: accountLink(visit(c).Seat.Account)}
	return views.Guard{Refusal: Named(r)}.Sentence(c.Request().Context(), b)
}

// Named gives a refusal the provider's name in place of its code.
func Named(r models.Refusal) models.Refusal {
	if code := r.Values["provider"]; code != "" {
		r.Values = maps.Clone(r.Values)
		r.Values["provider"] = providerTitle(code)
	}
	return r
}
