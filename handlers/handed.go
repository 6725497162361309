package handlers

import (
	"slices"

	"undelivered/models"
	"undelivered/models/report"
)

// handedTo is the provider that has an attempt, as far as that is known: what another system has sent was
// only registered, until the provider itself tells of it.
func handedTo(st report.NotificationDetail, a models.Attempt) string {
	told := func(e models.Event) bool { return e.AttemptID == a.ID }
	if !a.Ours && a.ProviderMessageID == "" && !slices.ContainsFunc(st.Events, told) {
		return ""
	}
	return providerName(st.Connections[a.ConnectionID])
}
