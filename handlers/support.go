package handlers

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/views"
)

// deskOf are the requests that this person may decide: all accounts that let support in, or their own account's.
func (h *Handlers) deskOf(c echo.Context, list models.RequestList) (models.Desk, error) {
	if visit(c).User.Support {
		return h.Store.RequestsAcross(c.Request().Context(), supporter(c), list)
	}
	return h.Store.Requests(c.Request().Context(), actor(c), list)
}

// supporter is a support person at the desk, in no account.
func supporter(c echo.Context) models.Actor {
	a := actor(c)
	a.Kind, a.Role, a.AccountID = models.Person, models.Support, ""
	return a
}

// decider is who acts on a request: a manager in the account, or support on behalf of the account of the request,
// while that account lets support in.
func (h *Handlers) decider(c echo.Context) (models.Actor, error) {
	a := actor(c)
	if !visit(c).User.Support {
		if !a.May(models.Decide) || a.AccountID == "" {
			return a, models.ErrForbidden
		}
		return a, nil
	}
	account, err := h.Store.AccountOfRequest(c.Request().Context(), supporter(c), c.Param("id"))
	a.Kind, a.Role, a.AccountID = models.OnBehalf, models.Support, account
	return a, err
}

// Requests is the queue of clear requests, the first of the list open beside it. Before support nothing opens by itself:
// a look into an account is a person's own act.
func (h *Handlers) Requests(c echo.Context) error {
	list := models.RequestList(c.QueryParam("list"))
	desk, err := h.deskOf(c, list)
	if err != nil {
		return err
	}
	if list == models.RequestsWaiting && len(desk.Lines) > 0 && !visit(c).User.Support {
		c.SetParamNames("id")
		c.SetParamValues(desk.Lines[0].ID)
		return h.Request(c)
	}
	p := h.requestsPage(c, desk, string(list))
	return h.page(c, http.StatusOK, views.Requests(p))
}

func (h *Handlers) requestsPage(c echo.Context, desk models.Desk, list string) views.RequestsPage {
	p := views.RequestsPage{Base: h.base(c), List: list, Counts: map[string]int{}}
	for name, n := range desk.Counts {
		if name == models.RequestsWaiting {
			name = "waiting"
		}
		p.Counts[string(name)] = n
	}
	for _, line := range desk.Lines {
		p.Rows = append(p.Rows, requestRow(line))
	}
	return p
}

func requestRow(line models.RequestLine) views.RequestRow {
	return views.RequestRow{ID: line.ID, Address: line.Address, Channel: line.Channel, Account: line.Account,
		Kind: kindShown(line.Kind, line.Channel), At: line.AskedAt, State: string(line.State)}
}

// Request is one clear request with all that the decision needs. Support's look into it is written down.
func (h *Handlers) Request(c echo.Context) error {
	a, err := h.decider(c)
	if err != nil {
		return h.noRequest(c, err)
	}
	if a.Kind == models.OnBehalf {
		err := h.Store.Note(c.Request().Context(), a, "support.look", models.AuditEntry{ObjectKind: "request", ObjectID: c.Param("id")})
		if err != nil {
			return err
		}
	}
	return h.showRequest(c, a, http.StatusOK, nil)
}

// noRequest says before support that there is no such request, or that its account does not let support in any more:
// which of the two is not told.
func (h *Handlers) noRequest(c echo.Context, err error) error {
	if !visit(c).User.Support || !errors.Is(err, models.ErrNotFound) {
		return err
	}
	desk, err := h.deskOf(c, models.RequestsWaiting)
	if err != nil {
		return err
	}
	p := h.requestsPage(c, desk, "")
	p.Gone = true
	return h.page(c, http.StatusNotFound, views.Requests(p))
}

func (h *Handlers) showRequest(c echo.Context, a models.Actor, status int, wrong models.Invalid) error {
	desk, err := h.deskOf(c, models.RequestsWaiting)
	if err != nil {
		return err
	}
	k, err := h.Store.RequestCase(c.Request().Context(), a, c.Param("id"))
	if err != nil {
		return err
	}
	p := h.requestsPage(c, desk, "")
	open := h.requestView(c, a, k)
	open.Errors, open.Note, open.Declining = wrong, c.FormValue("note"), c.FormValue("d") == "decline"
	open.Next = after(p.Rows, open.ID)
	p.Open = &open
	return h.page(c, status, views.Requests(p))
}

// after is the id of the request that follows one in the queue.
func after(rows []views.RequestRow, id string) string {
	for i, row := range rows[:max(len(rows)-1, 0)] {
		if row.ID == id {
			return rows[i+1].ID
		}
	}
	return ""
}

// Approve lets a request go to the provider. Who chose to decline and sent the form by its first button, declines.
func (h *Handlers) Approve(c echo.Context) error {
	if c.FormValue("d") == "decline" {
		return h.Decline(c)
	}
	return h.decided(c, func(a models.Actor, id, note string) (models.ClearRequest, error) {
		return h.Store.Approve(c.Request().Context(), a, id, note, c.FormValue("resend") == "1")
	}, "flash.approved")
}

// Decline ends a request with a reason.
func (h *Handlers) Decline(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (models.ClearRequest, error) {
		return h.Store.Decline(c.Request().Context(), a, id, note)
	}, "flash.declined")
}

// AskBack asks the one who asked a question.
func (h *Handlers) AskBack(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (models.ClearRequest, error) {
		return h.Store.AskBack(c.Request().Context(), a, id, note)
	}, "flash.question_asked")
}

// AnswerBack answers a question about a request.
func (h *Handlers) AnswerBack(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (models.ClearRequest, error) {
		return h.Store.AnswerQuestion(c.Request().Context(), a, id, note)
	}, "flash.answered")
}

// DoneByHand says how a request ended that was settled with the provider's support.
func (h *Handlers) DoneByHand(c echo.Context) error {
	return h.decided(c, func(a models.Actor, id, note string) (models.ClearRequest, error) {
		return h.Store.ReportByHand(c.Request().Context(), a, id, c.FormValue("result") == "done", note)
	}, "flash.saved")
}

func (h *Handlers) decided(c echo.Context, act func(a models.Actor, id, note string) (models.ClearRequest, error), done string) error {
	a, err := h.decider(c)
	if err != nil {
		return h.noRequest(c, err)
	}
	r, err := act(a, c.Param("id"), c.FormValue("note"))
	back := views.RequestURL(c.Param("id"))
	if refusal := asRefusal(err); refusal.Guard != "" {
		return h.back(c, back, refusalText(c, refusal))
	}
	if conflict := (models.Conflict{}); errors.As(err, &conflict) {
		return h.back(c, back, views.T(langCtx(c), "{person} has decided it already.", "person", conflict.By))
	}
	if invalid := (models.Invalid{}); errors.As(err, &invalid) {
		return h.showRequest(c, a, http.StatusUnprocessableEntity, invalid)
	}
	if err != nil {
		return err
	}
	if r.State == models.RequestDone && done == "flash.approved" {
		done = "flash.opted_in" // no provider lists it: it is done already
	}
	return h.back(c, back, done)
}

// SupportAccounts is the list of accounts that let support in.
func (h *Handlers) SupportAccounts(c echo.Context) error {
	ctx, a := c.Request().Context(), supporter(c)
	seats := map[string]string{}
	for _, seat := range visit(c).Seats {
		seats[seat.Account.ID] = seat.Account.Name
	}
	grants, err := h.Store.Grants(ctx, a)
	if err != nil {
		return err
	}
	p := views.AccountsPage{Base: h.base(c)}
	for _, grant := range grants {
		inside := a
		inside.Kind, inside.AccountID = models.OnBehalf, grant.AccountID
		counts, err := h.Store.CountUndelivered(ctx, inside, models.Filter{})
		if err != nil {
			return err
		}
		desk, err := h.Store.Requests(ctx, inside, models.RequestsWaiting)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, views.AccountRow{ID: grant.AccountID, Name: seats[grant.AccountID], Number: counts.Total,
			Requests: desk.Counts[models.RequestsWaiting], Until: grant.Until})
	}
	return h.page(c, http.StatusOK, views.SupportAccounts(p))
}
