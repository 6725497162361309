package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// apiAdvice is what a notification's page says and offers, for programs.
type apiAdvice struct {
	Who     models.Hand  `json:"who"`
	Steps   []string     `json:"steps"`
	Acts    []models.Act `json:"acts"`
	Refused models.Guard `json:"refused,omitempty"` // why a resend would be refused now
	Next    *apiNext     `json:"next,omitempty"`
}

// apiNext is what happens without anybody.
type apiNext struct {
	Kind models.NextKind `json:"kind"`
	At   time.Time       `json:"at"`
}

func (h *Handlers) apiAdvice(c echo.Context, st models.Story) (apiAdvice, models.Advice, error) {
	k, advice, err := h.advise(c, st, false, false)
	if err != nil {
		return apiAdvice{}, advice, err
	}
	p := views.NotificationPage{Base: views.Base{Zone: st.Zone, Now: h.Store.Now()}, Channel: k.Channel, DueAt: deref(st.Notification.DueAt),
		Refusal: named(k.Refusal), Advice: advice, Contact: views.ContactForm{Name: st.Customer.Name, Email: st.Addresses[models.Email].Value,
			Phone: st.Addresses[models.SMS].Value}}
	answer := apiAdvice{Who: advice.Hand, Steps: p.StepLines(langCtx(c)), Acts: advice.Acts, Refused: advice.Refuse}
	if advice.Next.Kind != models.NextNothing {
		answer.Next = &apiNext{advice.Next.Kind, advice.Next.At.UTC()}
	}
	return answer, advice, nil
}
