package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/views"
)

// adviceJSON is what a notification's page says and offers, for programs.
type adviceJSON struct {
	Who     advice.Hand  `json:"who"`
	Steps   []string     `json:"steps"`
	Acts    []advice.Act `json:"acts"`
	Refused models.Guard `json:"refused,omitempty"` // why a resend would be refused now
	Next    *nextJSON    `json:"next,omitempty"`
}

// nextJSON is what happens without anybody.
type nextJSON struct {
	Kind advice.NextKind `json:"kind"`
	At   time.Time       `json:"at"`
}

func (h *API) advice(c echo.Context, st report.NotificationDetail) (adviceJSON, advice.Advice, error) {
	k, given, err := h.Pages.Advise(c, st, false, false)
	if err != nil {
		return adviceJSON{}, given, err
	}
	p := views.NotificationPage{
		Base:    views.Base{Zone: st.Zone, Now: h.Pages.Store.Now()},
		Channel: k.Channel,
		DueAt:   handlers.Deref(st.Notification.DueAt),
		Refusal: handlers.Named(k.Refusal),
		Advice:  given,
		Contact: views.ContactForm{Name: st.Customer.Name, Email: st.Addresses[models.Email].Value,
			Phone: st.Addresses[models.SMS].Value},
	}
	answer := adviceJSON{
		Who:     given.Hand,
		Steps:   p.StepLines(c.Request().Context()),
		Acts:    given.Acts,
		Refused: given.Refuse,
	}
	if given.Next.Kind != advice.NextNothing {
		answer.Next = &nextJSON{given.Next.Kind, given.Next.At.UTC()}
	}
	return answer, given, nil
}
