package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/report"
)

type attemptJSON struct {
	ID                string              `json:"id"`
	Number            int                 `json:"number"`
	To                string              `json:"to"`
	Connection        string              `json:"connection,omitempty"`
	Outcome           models.AttemptState `json:"outcome"`
	Status            models.Status       `json:"status,omitempty"`
	Reason            string              `json:"reason,omitempty"`
	DecidedAt         time.Time           `json:"decided_at"`
	ProviderMessageID string              `json:"provider_message_id,omitempty"`
	AskedBy           string              `json:"asked_by,omitempty"`
	AskedAt           time.Time           `json:"asked_at"`
	Why               string              `json:"why,omitempty"`
	SMTPCode          int                 `json:"smtp_code,omitempty"`
	EnhancedCode      string              `json:"enhanced_code,omitempty"`
	ProviderCode      string              `json:"provider_code,omitempty"`
	Diagnostic        string              `json:"diagnostic,omitempty"`
}

type notificationJSON struct {
	ID            string                   `json:"id"`
	Ref           string                   `json:"ref,omitempty"`
	Version       int                      `json:"version"`
	Channel       models.Channel           `json:"channel"`
	Title         string                   `json:"title"`
	Kind          string                   `json:"kind,omitempty"`
	Customer      customerNameJSON         `json:"customer"`
	State         models.NotificationState `json:"state"`
	Status        models.Status            `json:"status,omitempty"`
	Reason        string                   `json:"reason,omitempty"`
	ReasonTitle   string                   `json:"reason_title,omitempty"`
	Resolution    string                   `json:"resolution,omitempty"`
	Advice        adviceJSON               `json:"advice"`
	DecidedAt     time.Time                `json:"decided_at"`
	FirstFailedAt *time.Time               `json:"first_failed_at,omitempty"`
	OnReport      bool                     `json:"on_report"`
	Returned      bool                     `json:"returned"`
	Outcome       string                   `json:"outcome,omitempty"`
	ClearedAt     *time.Time               `json:"cleared_at,omitempty"`
	SentAt        time.Time                `json:"sent_at"`
	DueAt         *time.Time               `json:"due_at,omitempty"`
	ValidUntil    *time.Time               `json:"valid_until,omitempty"`
	Tries         int                      `json:"tries"`
	Attempts      []attemptJSON            `json:"attempts"`
	Events        []eventJSON              `json:"events"`
}

// Notification is one notification with its attempts and events.
func (h *API) Notification(c echo.Context) error {
	st, err := h.Pages.Store.Report.NotificationDetail(c.Request().Context(), handlers.Actor(c),
		c.Param("id"))
	if err != nil {
		return err
	}
	return h.answerDetail(c, st)
}

// answerDetail answers with a notification as it is now.
func (h *API) answerDetail(c echo.Context, st report.NotificationDetail) error {
	said, advice, err := h.advice(c, st)
	if err != nil {
		return err
	}
	answer := notificationOf(st, advice.Cause)
	if answer.Advice = said; len(said.Steps) > 0 {
		answer.Resolution = advice.Cause.Resolution
	}
	return c.JSON(http.StatusOK, answer)
}

func notificationOf(st report.NotificationDetail, reason models.Reason) notificationJSON {
	n := st.Notification
	answer := notificationJSON{
		ID:            n.ID,
		Ref:           models.Readable(n.Ref),
		Version:       n.Version,
		Channel:       n.Channel,
		Title:         n.Title,
		Kind:          n.Kind,
		Customer:      customerNameJSON{st.Customer.ID, st.Customer.Ref, st.Customer.Name},
		State:         n.State,
		Status:        n.Status,
		Reason:        reason.ID,
		ReasonTitle:   reason.Title,
		DecidedAt:     n.DecidedAt.UTC(),
		FirstFailedAt: utc(n.FirstFailedAt),
		OnReport:      st.Row.ID != "" && st.Row.LeftAt == nil,
		Returned:      n.Returned,
		Outcome:       n.Outcome,
		ClearedAt:     utc(n.ClearedAt),
		SentAt:        n.SentAt.UTC(),
		DueAt:         utc(n.DueAt),
		ValidUntil:    utc(n.ValidUntil),
		Tries:         n.Tries,
		Attempts:      []attemptJSON{},
		Events:        []eventJSON{},
	}
	for _, a := range st.Attempts {
		answer.Attempts = append(
			answer.Attempts,
			attemptJSON{ID: a.ID, Number: a.Number, To: a.Recipient, Connection: a.ConnectionID,
				Outcome: a.Outcome, Status: a.Status, Reason: a.Reason, DecidedAt: a.DecidedAt.UTC(),
				ProviderMessageID: a.ProviderMessageID,
				AskedBy:           a.AskedByName, AskedAt: a.AskedAt.UTC(), Why: a.Why, SMTPCode: a.SMTPCode,
				EnhancedCode: a.EnhancedCode,
				ProviderCode: a.ProviderCode, Diagnostic: a.Diagnostic},
		)
	}
	optedOut := map[string]bool{}
	for _, o := range st.OptOuts {
		optedOut[o.EventID] = true
	}
	for _, e := range st.Events {
		answer.Events = append(answer.Events,
			eventOf(e, st.Connections[e.ConnectionID].Provider, optedOut[e.ID]))
	}
	return answer
}

type addressJSON struct {
	ID           string            `json:"id"`
	Channel      models.Channel    `json:"channel"`
	Value        string            `json:"value"`
	Main         bool              `json:"main"`
	State        string            `json:"state"`
	SoftFailures int               `json:"soft_failures"`
	OptedOut     []optOutJSON      `json:"opted_out"`
	Listed       []suppressionJSON `json:"listed"`
}

type optOutJSON struct {
	Cause models.Cause `json:"cause"`
	Since time.Time    `json:"since"`
}

type customerJSON struct {
	ID        string        `json:"id"`
	Ref       string        `json:"ref,omitempty"`
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	Phone     string        `json:"phone"`
	Zone      string        `json:"zone,omitempty"`
	Locale    string        `json:"locale,omitempty"`
	Version   int           `json:"version"`
	UpdatedAt time.Time     `json:"updated_at"`
	Addresses []addressJSON `json:"addresses"`
}

// Customer is a customer's contact details with what holds against each address.
func (h *API) Customer(c echo.Context) error {
	answer, err := h.customer(c, c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

func (h *API) customer(c echo.Context, id string) (customerJSON, error) {
	ctx, a := c.Request().Context(), handlers.Actor(c)
	cust, err := h.Pages.Store.Ledger.Customer(ctx, a, id)
	if err != nil {
		return customerJSON{}, err
	}
	addresses, err := h.Pages.Store.Report.AddressesOf(ctx, a, cust.ID)
	if err != nil {
		return customerJSON{}, err
	}
	answer := customerJSON{ID: cust.ID, Ref: cust.Ref, Name: cust.Name, Zone: cust.Zone, Locale: cust.Locale,
		Version: cust.Version, UpdatedAt: cust.UpdatedAt.UTC(), Addresses: []addressJSON{}}
	for _, address := range addresses {
		if address.Main && address.Channel == models.SMS {
			answer.Phone = address.Value
		} else if address.Main {
			answer.Email = address.Value
		}
		answer.Addresses = append(answer.Addresses, addressOf(address))
	}
	return answer, nil
}

func addressOf(a report.AddressNow) addressJSON {
	row := addressJSON{
		ID:           a.ID,
		Channel:      a.Channel,
		Value:        a.Value,
		Main:         a.Main,
		State:        "active",
		SoftFailures: a.SoftFailures,
		OptedOut:     []optOutJSON{},
		Listed:       []suppressionJSON{},
	}
	for _, o := range a.OptOuts {
		row.OptedOut = append(row.OptedOut, optOutJSON{o.Cause, o.OccurredAt.UTC()})
	}
	for _, s := range a.Listings {
		row.Listed = append(row.Listed, suppressionOf(s, ""))
	}
	switch {
	case len(a.OptOuts) > 0:
		row.State = "opted_out"
	case len(a.Listings) > 0:
		row.State = "suppressed"
	case a.SoftFailures > 0:
		row.State = "shaky"
	}
	return row
}
