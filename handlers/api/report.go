package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/report"
	"undelivered/static"
)

type customerNameJSON struct {
	ID   string `json:"id"`
	Ref  string `json:"ref,omitempty"`
	Name string `json:"name"`
}

type undeliveredJSON struct {
	ID           string                   `json:"id"`
	Ref          string                   `json:"ref,omitempty"`
	Channel      models.Channel           `json:"channel"`
	To           string                   `json:"to"`
	Title        string                   `json:"title"`
	Kind         string                   `json:"kind,omitempty"`
	Customer     customerNameJSON         `json:"customer"`
	Status       models.Status            `json:"status"`
	Reason       string                   `json:"reason"`
	ReasonTitle  string                   `json:"reason_title"`
	State        models.NotificationState `json:"state"`
	FailedAt     time.Time                `json:"failed_at"`
	DueAt        *time.Time               `json:"due_at,omitempty"`
	Connection   string                   `json:"connection,omitempty"`
	Tries        int                      `json:"tries"`
	Returned     bool                     `json:"returned"`
	OurSide      bool                     `json:"our_side"`
	NewAddress   bool                     `json:"new_address"`
	Suggestion   string                   `json:"suggestion,omitempty"`
	AssignedTo   string                   `json:"assigned_to,omitempty"`
	SnoozedUntil *time.Time               `json:"snoozed_until,omitempty"`
	OnHold       bool                     `json:"on_hold"`
	Advice       briefJSON                `json:"advice"`
}

// briefJSON is what a list says of a notification, as its page does.
type briefJSON struct {
	Who     advice.Hand  `json:"who"`
	Act     advice.Act   `json:"act,omitempty"`     // the one that is its page's job
	Refused models.Guard `json:"refused,omitempty"` // why a resend would be refused now
}

func rowOf(u models.Undelivered, ref string, brief advice.Brief) undeliveredJSON {
	reason, _ := models.ReasonByID(u.Reason)
	return undeliveredJSON{
		ID:           u.ID,
		Ref:          ref,
		Channel:      u.Channel,
		To:           u.Recipient,
		Title:        u.Title,
		Kind:         u.Kind,
		Customer:     customerNameJSON{u.CustomerID, u.CustomerRef, u.CustomerName},
		Status:       u.Status,
		Reason:       u.Reason,
		ReasonTitle:  reason.Title,
		State:        u.State,
		FailedAt:     u.FailedAt.UTC(),
		DueAt:        utc(u.DueAt),
		Connection:   u.ConnectionID,
		Tries:        u.Tries,
		Returned:     u.Returned,
		OurSide:      u.OurSide,
		NewAddress:   u.NewAddress,
		Suggestion:   u.Suggestion,
		AssignedTo:   u.AssignedTo,
		SnoozedUntil: utc(u.SnoozedUntil),
		OnHold:       u.OnHold,
		Advice:       briefJSON{brief.Hand, brief.Act, brief.Refuse},
	}
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	at := t.UTC()
	return &at
}

type reportJSON struct {
	Items         []undeliveredJSON `json:"items"`
	Total         int               `json:"total"`
	TotalIsCapped bool              `json:"total_is_capped"`
	Next          *string           `json:"next"`
	AsOf          time.Time         `json:"as_of"`
}

// orNull is a cursor; null: there is no more.
func orNull(cursor string) *string {
	if cursor == "" {
		return nil
	}
	return &cursor
}

// Undelivered is the report, with the filters of the page.
func (h *API) Undelivered(c echo.Context) error {
	ctx, a := c.Request().Context(), handlers.Actor(c)
	f, err := filterOf(c)
	if err != nil {
		return err
	}
	page, err := h.Pages.Store.Report.Undelivered(ctx, a, f)
	if err != nil {
		return err
	}
	ids := make([]string, len(page.Rows))
	for i, row := range page.Rows {
		ids[i] = row.ID
	}
	refs, err := h.Pages.Store.Report.RefsOf(ctx, a, ids)
	if err != nil {
		return err
	}
	briefs, err := h.Pages.Briefs(ctx, a, page.Rows)
	if err != nil {
		return err
	}
	answer := reportJSON{
		Items:         []undeliveredJSON{},
		Total:         page.Counts.Total,
		TotalIsCapped: page.Counts.Capped,
		Next:          orNull(page.Older),
		AsOf:          page.AsOf,
	}
	for _, row := range page.Rows {
		answer.Items = append(answer.Items, rowOf(row, refs[row.ID], briefs[row.ID]))
	}
	return c.JSON(http.StatusOK, answer)
}

// filterOf reads the filters, and limit instead of per.
func filterOf(c echo.Context) (report.Filter, error) {
	fields := c.QueryParams()
	fields.Del("per")
	f, err := report.ParseFilter(fields)
	if err != nil {
		return f, err
	}
	f.Per, err = limitOf(c)
	return f, err
}

func limitOf(c echo.Context) (int, error) {
	text := c.QueryParam("limit")
	if text == "" {
		return 0, nil
	}
	limit, err := strconv.Atoi(text)
	if err != nil || limit < 1 || limit > report.FeedMost {
		return 0, models.Invalid{
			"limit": {Key: "error.limit", Values: map[string]string{"most": strconv.Itoa(report.FeedMost)}},
		}
	}
	return limit, nil
}

type windowJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
	Zone string `json:"zone"`
}

type countJSON struct {
	Count         int                    `json:"count"`
	CountIsCapped bool                   `json:"count_is_capped"`
	ByChannel     map[models.Channel]int `json:"by_channel"`
	ByStatus      map[models.Status]int  `json:"by_status"`
	Waiting       int                    `json:"waiting"`
	Window        windowJSON             `json:"window"`
	AsOf          time.Time              `json:"as_of"`
}

// Count is the number, or the count of a filter.
func (h *API) Count(c echo.Context) error {
	f, err := filterOf(c)
	if err != nil {
		return err
	}
	n, err := h.Pages.Store.Report.CountUndelivered(c.Request().Context(), handlers.Actor(c), f)
	if err != nil {
		return err
	}
	for s := range n.ByStatus {
		if len(f.Statuses) > 0 && !slices.Contains(f.Statuses, s) {
			n.ByStatus[s] = 0
		}
	}
	for channel := range n.ByChannel {
		if f.Channel != "" && f.Channel != channel {
			n.ByChannel[channel] = 0
		}
	}
	return c.JSON(
		http.StatusOK,
		countJSON{Count: n.Total, CountIsCapped: n.Capped, ByChannel: n.ByChannel, ByStatus: n.ByStatus,
			Waiting: n.Waiting,
			Window:  windowJSON{n.Range.From, n.Range.To, n.Range.Zone.String()}, AsOf: n.AsOf},
	)
}

// OpenAPI is the description of the API.
func (h *API) OpenAPI(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=300")
	return c.JSONBlob(http.StatusOK, static.OpenAPI)
}
