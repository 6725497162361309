package report

import (
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// sender is the connection that a resend would go by: sendingConnection as a question.
const sender = `SELECT c.id FROM connections c WHERE c.account_id = undelivered.account_id AND c.sends
	AND c.removed_at IS NULL
	AND c.stopped_at IS NULL AND c.channels LIKE '%' || undelivered.channel || '%' AND `

// mayBeTried is what the guards of a resend let through now, as far as rows tell: an address that neither we
// nor the provider refuse, and that has not been tried too often; a text that is still kept, may be repeated
// and is not too late; and a connection that sends. A test holds it to what the pages offer.
func (r ReportScope) mayBeTried(c *db.Conditions) {
	by := sender + r.sends
	c.Add(`EXISTS (` + by + `)`)
	c.Add(`EXISTS (SELECT 1 FROM customer_addresses main JOIN addresses mine
		ON mine.account_id = main.account_id AND mine.id = main.address_id
		WHERE main.account_id = undelivered.account_id AND main.customer_id = undelivered.customer_id
			AND main.channel = undelivered.channel AND main.main
		AND NOT EXISTS (SELECT 1 FROM opt_outs WHERE account_id = mine.account_id AND address_id = mine.id
			AND lifted_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM suppressions WHERE account_id = mine.account_id AND normal = mine.normal
			AND cleared_at IS NULL
			AND connection_id = (`+by+` ORDER BY CASE WHEN c.id = (SELECT connection_id FROM notifications
				WHERE account_id = undelivered.account_id AND id = undelivered.id)
				THEN 0 ELSE 1 END, c.position, c.id LIMIT 1))
		AND (SELECT COUNT(*) FROM attempts WHERE account_id = mine.account_id AND address_id = mine.id
			AND ours AND number > 0
			AND own_state <> 'cancelled' AND asked_at > ?) < ?)`, r.now.Add(-24*time.Hour), r.perAddress)
	c.Add(
		`EXISTS (SELECT 1 FROM notifications n JOIN contents ON contents.account_id = n.account_id
			AND contents.notification_id = n.id
		WHERE n.account_id = undelivered.account_id AND n.id = undelivered.id AND NOT n.no_repeat
			AND (n.valid_until IS NULL OR n.valid_until >= ?)
		AND (contents.text <> '' OR contents.html <> '' AND undelivered.channel = 'email'))`,
		r.now,
	)
	r.notOver(c)
}

// notOver leaves out what is about something past. What names a day by its midnight is over when the day is.
func (r ReportScope) notOver(c *db.Conditions) {
	zone := time.UTC
	if r.window.Zone != nil {
		zone = r.window.Zone
	}
	today := models.StartOfDay(models.DayOf(r.now, zone), zone)
	last, values := []string{
		"due_at IS NULL",
		"due_at >= ?",
		"due_at >= ? AND due_at < ?",
	}, []any{
		r.now,
		today,
		today.Add(time.Minute),
	}
	for _, kind := range models.LastingKinds() {
		last, values = append(last, "LOWER(kind) LIKE ?"), append(values, "%"+kind+"%")
	}
	c.Add("("+strings.Join(last, " OR ")+")", values...)
}
