package handlers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// history is what happened, newest first: the attempts, what the provider said of them, and what people did.
// It is put together from cause to effect, so that of one moment the effect stands above its cause.
func history(st report.NotificationDetail) []views.HistoryRow {
	rows := []views.HistoryRow{
		{Kind: "created", Channel: st.Notification.Channel, At: st.Notification.SentAt},
	}
	for _, a := range st.Attempts {
		rows = append(rows, attemptRows(st, a)...)
	}
	deciding := decidingEvent(st)
	for _, e := range st.Events {
		rows = append(rows, views.HistoryRow{
			Kind:     string(e.Type),
			Channel:  e.Channel,
			Provider: providerName(st.Connections[e.ConnectionID]),
			Address:  e.Recipient,
			Text:     eventWords(e),
			At:       e.OccurredAt,
			Decides: e.ID == deciding && len(st.Events) > 1 &&
				st.Notification.State == models.StateFailed,
			Probable: e.Probable,
			Copies:   copies(e),
		})
	}
	for _, o := range st.OptOuts {
		if o.NotificationID == st.Notification.ID {
			rows = append(rows, views.HistoryRow{
				Kind:    optOutKind(o.Cause),
				Channel: o.Channel,
				Person:  o.SetByName,
				At:      o.OccurredAt,
			})
		}
	}
	for _, n := range st.Notes {
		rows = append(rows, views.HistoryRow{Kind: "note", Person: n.ByName, Text: n.Text, At: n.At})
	}
	if st.Notification.ClearedAt != nil {
		rows = append(rows, views.HistoryRow{
			Kind:   "cleared",
			Person: st.Notification.ClearedByName,
			At:     *st.Notification.ClearedAt,
		})
	}
	slices.SortStableFunc(rows, func(a, b views.HistoryRow) int { return a.At.Compare(b.At) })
	slices.Reverse(rows)
	return rows
}

// optOutKind names an opt-out as the address's badge does.
func optOutKind(cause models.Cause) string {
	if cause == models.CauseComplaint {
		return "opted_out_customer"
	}
	return cmp.Or(byCustomerKind[cause], "opted_out")
}

func copies(e models.Event) int {
	if e.Copies > 1 {
		return e.Copies
	}
	return 0
}

// eventWords is the short form of what was said: the code, then the words.
func eventWords(e models.Event) string {
	words, _, _ := strings.Cut(e.Diagnostic, "\n")
	if len(words) > 160 {
		words = strings.ToValidUTF8(words[:160], "") + "…"
	}
	if words == "" {
		return e.ProviderCode
	}
	return words
}

func attemptRows(st report.NotificationDetail, a models.Attempt) []views.HistoryRow {
	provider := providerName(st.Connections[a.ConnectionID])
	row := func(kind string, at time.Time) views.HistoryRow {
		return views.HistoryRow{
			Kind:     kind,
			Channel:  a.Channel,
			Person:   a.AskedByName,
			Provider: provider,
			Try:      a.Number + 1,
			Address:  a.Recipient,
			At:       at,
		}
	}
	var rows []views.HistoryRow
	if a.Resend() {
		rows = append(rows, row("asked", a.AskedAt))
	}
	switch {
	case !a.Ours:
		rows = append(rows, row("handed", a.AskedAt))
	case a.AcceptedAt != nil:
		rows = append(rows, row("handed", *a.AcceptedAt))
	}
	switch a.OwnState {
	case models.Cancelled:
		rows = append(rows, row("cancelled", a.OwnAt))
	case models.Rejected:
		rejected := row("rejected", a.OwnAt)
		rejected.Text = a.Diagnostic
		rows = append(rows, rejected)
	case models.OutcomeUnknown:
		rows = append(rows, row("unknown_outcome", a.OwnAt))
	case models.Presumed:
		if a.Why == "by_person" {
			rows = append(rows, row("arrived", a.OwnAt))
		}
	}
	return rows
}

// decidingEvent is the event that gives the present status: why this status, and not another.
func decidingEvent(st report.NotificationDetail) string {
	for i := len(st.Events) - 1; i >= 0; i-- {
		e := st.Events[i]
		if e.OccurredAt.Equal(st.Notification.DecidedAt) &&
			(string(e.Type) == string(st.Notification.Status) || e.Type == models.Complaint) {
			return e.ID
		}
	}
	return ""
}

// said is the evidence behind the status, in the provider's words.
func said(st report.NotificationDetail) views.ProviderSaid {
	id := decidingEvent(st)
	for _, e := range st.Events {
		if e.ID == id {
			return views.ProviderSaid{
				Provider:  providerName(st.Connections[e.ConnectionID]),
				Code:      codes(e),
				MessageID: cmp.Or(e.ProviderMessageID, e.MessageID),
				Words:     e.Diagnostic,
			}
		}
	}
	last := newest(st)
	return views.ProviderSaid{
		Provider:  providerName(st.Connections[last.ConnectionID]),
		Words:     last.Diagnostic,
		MessageID: last.ProviderMessageID,
	}
}

func codes(e models.Event) string {
	var parts []string
	if e.SMTPCode != 0 {
		parts = append(parts, fmt.Sprint(e.SMTPCode))
	}
	if e.EnhancedCode != "" {
		parts = append(parts, e.EnhancedCode)
	}
	if len(parts) == 0 && e.ProviderCode != "" {
		parts = append(parts, e.ProviderCode)
	}
	return strings.Join(parts, " ")
}

func contentOf(st report.NotificationDetail, c echo.Context) views.Content {
	k := st.Content
	name, address, _ := strings.Cut(strings.TrimSuffix(k.Sender, ">"), "<")
	if address == "" {
		name, address = "", k.Sender
	}
	return views.Content{
		Subject:  k.Subject,
		FromName: strings.Trim(name, ` "`),
		From:     address,
		Text:     k.Text,
		HasHTML:  k.HTML != "",
		Show:     c.QueryParam("html") != "",
		Kept:     k.Text != "" || k.HTML != "",
		Never:    st.Notification.Origin == models.OriginEvent,
		KeptTo:   k.CreatedAt.AddDate(0, 0, 90),
	}
}

func also(st report.NotificationDetail) []views.AlsoRow {
	var rows []views.AlsoRow
	for _, u := range st.Also {
		rows = append(rows,
			views.AlsoRow{ID: u.ID, Title: u.Title, Status: u.Status, Channel: u.Channel, At: u.FailedAt})
	}
	return rows
}
