package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/views"
)

// apiAdvice is what a notification's page says and offers, for programs.
type apiAdvice struct {
	Who     advice.Hand  `json:"who"`
	Steps   []string     `json:"steps"`
	Acts    []advice.Act `json:"acts"`
	Refused models.Guard `json:"refused,omitempty"` // why a resend would be refused now
	Next    *apiNext     `json:"next,omitempty"`
}

// apiNext is what happens without anybody.
type apiNext struct {
	Kind advice.NextKind `json:"kind"`
	At   time.Time       `json:"at"`
}

func (h *Handlers) apiAdvice(c echo.Context, st report.NotificationDetail) (apiAdvice, advice.Advice, error) {
	k, given, err := h.advise(c, st, false, false)
	if err != nil {
		return apiAdvice{}, given, err
	}
	p := views.NotificationPage{
		Base:    views.Base{Zone: st.Zone, Now: h.Store.Now()},
		Channel: k.Channel,
		DueAt:   deref(st.Notification.DueAt),
		Refusal: named(k.Refusal),
		Advice:  given,
		Contact: views.ContactForm{Name: st.Customer.Name, Email: st.Addresses[models.Email].Value,
			Phone: st.Addresses[models.SMS].Value},
	}
	answer := apiAdvice{
		Who:     given.Hand,
		Steps:   p.StepLines(c.Request().Context()),
		Acts:    given.Acts,
		Refused: given.Refuse,
	}
	if given.Next.Kind != advice.NextNothing {
		answer.Next = &apiNext{given.Next.Kind, given.Next.At.UTC()}
	}
	return answer, given, nil
}
