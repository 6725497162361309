package sample

import (
	"fmt"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// seedTables are the tables that Seed writes, in an order that their references allow.
var seedTables = []struct{ name, columns string }{
	{"customers", "id, account_id, ref, name, sort_name, search, created_at, updated_at"},
	{"addresses", "id, account_id, channel, value, normal, created_at"},
	{"customer_addresses", "customer_id, address_id, account_id, channel, main, added_at"},
	{
		"notifications",
		"id, account_id, ref, origin, customer_id, channel, title, kind, connection_id, due_at, state, " +
			"status, reason, " +
			"decided_at, first_failed_at, address_id, cleared_at, cleared_by_name, outcome, sent_at, " +
			"created_at, updated_at",
	},
	{
		"attempts",
		"id, notification_id, account_id, number, channel, connection_id, address_id, recipient, " +
			"own_state, own_at, outcome, " +
			"status, reason, decided_at, provider_message_id, asked_at, accepted_at, created_at",
	},
	{
		"events",
		"id, account_id, connection_id, notification_id, attempt_id, dedupe_key, type, channel, reason, " +
			"recipient, " +
			"provider_message_id, occurred_at, received_at, feed, state, due_at",
	},
	{"contents", "notification_id, account_id, text, created_at"},
	{
		"undelivered",
		"id, account_id, channel, status, reason, state, failed_at, day, title, kind, due_at, customer_id, " +
			"customer_ref, " +
			"customer_name, sort_name, address_id, recipient, domain, connection_id, our_side, tries, " +
			"returned, suggestion, search, left_at, left_why, outcome",
	},
}

var (
	seedFirst = []string{
		"Priya",
		"Daniel",
		"Sofia",
		"Aled",
		"Grace",
		"Tomasz",
		"Wen",
		"Maryam",
		"Zoë",
		"Łukasz",
		"Íñigo",
		"Olena",
		"Kwame",
		"Aoife",
		"Dmitri",
		"Fatima",
		"Jürgen",
		"Chloé",
		"Hiroshi",
		"Anaïs",
		"Mehmet",
		"Siobhán",
		"Rajesh",
		"Ngozi",
	}
	seedLast = []string{
		"Raman",
		"Okonkwo",
		"Marchetti",
		"Pritchard",
		"Adeyemi",
		"Zieliński",
		"Li",
		"Hosseini",
		"Ångström",
		"Müller",
		"O’Brien",
		"Kovács",
		"Nguyễn",
		"Fernández",
		"Petrov",
		"Yılmaz",
		"Tanaka",
		"Van den Berg",
		"Sørensen",
		"Dubois",
	}
	seedDomains = []string{
		"gmail.com",
		"gmail.com",
		"gmail.com",
		"outlook.com",
		"outlook.com",
		"yahoo.co.uk",
		"icloud.com",
		"btinternet.com",
		"example.com",
		"northmail.example",
		"harbour.example",
		"gmial.com",
	}
	seedTitles = []string{
		"Appointment reminder",
		"Invoice",
		"Recall: check-up due",
		"Appointment confirmed",
		"Treatment plan to sign",
		"Order on its way",
	}
	seedKinds = []string{"reminder", "invoice", "recall", "confirmation", "document", "order"}
	// seedReasons are weighted by how often they stand here.
	seedReasons = map[models.Channel][]string{
		models.Email: {
			"user-unknown",
			"user-unknown",
			"user-unknown",
			"mailbox-full",
			"mailbox-full",
			"domain-unknown",
			"connection-failed",
			"policy",
			"spam-content",
			"expired",
			"dropped-bounce",
			"complaint",
		},
		models.SMS: {"sms-unreachable", "sms-unreachable", "sms-opted-out", "sms-delivery-unconfirmed"},
	}
)

func (w *seeder) makePeople(n int) {
	born := w.now.AddDate(0, 0, -w.plan.Days)
	for range n {
		i := len(w.people)
		name := pick(w.random, seedFirst) + " " + pick(w.random, seedLast)
		p := seedPerson{
			id:      w.id("cus", born),
			ref:     fmt.Sprintf("C-%06d", i),
			name:    name,
			address: map[models.Channel]string{},
			value: map[models.Channel]string{
				models.Email: fmt.Sprintf("customer%d@%s", i,
					pick(w.random, seedDomains)), models.SMS: fmt.Sprintf("+447%09d", 700900000+i)},
		}
		w.add("customers", p.id, w.account.ID, p.ref, name, ledger.SortName(name),
			models.SearchText(name, p.ref, p.value[models.Email], p.value[models.SMS]), born, born)
		for _, channel := range []models.Channel{models.Email, models.SMS} {
			p.address[channel] = w.id("adr", born)
			w.add("addresses", p.address[channel], w.account.ID, channel, p.value[channel], p.value[channel],
				born)
			w.add("customer_addresses", p.id, p.address[channel], w.account.ID, channel, true, born)
		}
		w.people = append(w.people, p)
	}
}

// makeNotification makes the i-th notification: they lie evenly in time, the oldest first.
func (w *seeder) makeNotification(t *db.Tx, i int) {
	span := time.Duration(w.plan.Days) * 24 * time.Hour
	sent := models.Instant(w.now.Add(-span).Add(time.Duration(float64(span) * float64(i) / float64(w.share))))
	channel := models.Email
	if w.random.IntN(5) == 0 {
		channel = models.SMS
	}
	what := w.random.IntN(len(seedTitles))
	person := pick(w.random, w.people)
	n := models.Notification{
		ID:           w.id("ntf", sent),
		AccountID:    w.account.ID,
		Channel:      channel,
		Title:        seedTitles[what],
		Kind:         seedKinds[what],
		CustomerID:   person.id,
		ConnectionID: w.connection[channel],
		AddressID:    person.address[channel],
		SentAt:       sent,
		State:        models.StateDelivered,
		DecidedAt:    sent.Add(time.Duration(1+w.random.IntN(300)) * time.Second),
	}
	if w.random.IntN(10) == 0 {
		due := n.SentAt.AddDate(0, 0, 3)
		n.DueAt = &due
	}
	if w.random.Float64() < w.plan.Undelivered {
		w.fail(&n)
	}
	w.count(n, person.value[channel])
	w.addNotification(n)
	if !w.plan.Bare {
		w.addAttempt(n, person)
	}
	if n.FirstFailedAt != nil {
		w.addRow(t, n, person)
	}
}

// fail makes the notification one that failed; one of ten has been cleared since.
func (w *seeder) fail(n *models.Notification) {
	reason, _ := models.ReasonByID(pick(w.random, seedReasons[n.Channel]))
	n.State, n.Status, n.Reason = models.StateFailed, reason.Status(), reason.ID
	at := n.DecidedAt
	n.FirstFailedAt = &at
	if w.random.IntN(10) == 0 {
		cleared := at.Add(time.Hour)
		n.State, n.ClearedAt, n.ClearedByName, n.Outcome = models.StateCleared, &cleared, "Sample manager",
			pick(
				w.random,
				ledger.Outcomes,
			)
	}
}

func (w *seeder) count(n models.Notification, to string) {
	key := ledger.SentDay{
		AccountID:    w.account.ID,
		Day:          models.DayOf(n.SentAt, w.account.Location()),
		Channel:      n.Channel,
		ConnectionID: n.ConnectionID,
		Kind:         n.Kind,
		Domain:       models.DomainOf(n.Channel, to),
	}
	d := w.sent[key]
	if d == nil {
		copied := key
		d, w.sent[key] = &copied, &copied
	}
	d.Sent++
	if n.State == models.StateDelivered {
		d.Delivered++
	}
}

func (w *seeder) addNotification(n models.Notification) {
	w.add("notifications", n.ID, n.AccountID, "S-"+n.ID, models.OriginRegistered, n.CustomerID, n.Channel,
		n.Title, n.Kind, n.ConnectionID, n.DueAt, n.State, n.Status, n.Reason, n.DecidedAt, n.FirstFailedAt,
		n.AddressID, n.ClearedAt, n.ClearedByName, n.Outcome, n.SentAt, n.SentAt, n.DecidedAt)
}

func (w *seeder) addAttempt(n models.Notification, p seedPerson) {
	outcome, kind := models.AttemptDelivered, models.Delivered
	if n.FirstFailedAt != nil {
		reason, _ := models.ReasonByID(n.Reason)
		outcome, kind = models.Failed, reason.EventType()
	}
	attempt, to, message := w.id("att", n.SentAt), p.value[n.Channel], "sample "+n.ID
	w.add("attempts", attempt, n.ID, n.AccountID, 0, n.Channel, n.ConnectionID, n.AddressID, to,
		models.AttemptAccepted, n.SentAt, outcome, n.Status, n.Reason, n.DecidedAt, message, n.SentAt,
		n.SentAt, n.SentAt)
	w.add("events", w.id("evt", n.DecidedAt), n.AccountID, n.ConnectionID, n.ID, attempt, "sample "+n.ID,
		kind, n.Channel, n.Reason, to, message, n.DecidedAt, n.DecidedAt, n.DecidedAt.UnixMicro(),
		models.EventApplied, n.DecidedAt)
}

func (w *seeder) addRow(t *db.Tx, n models.Notification, p seedPerson) {
	reason, _ := models.ReasonByID(n.Reason)
	to := p.value[n.Channel]
	// so that it can be sent again
	w.add("contents", n.ID, n.AccountID, "Dear "+p.name+",\n\nplease see to it.", n.SentAt)
	row := models.Undelivered{
		ID:           n.ID,
		AccountID:    n.AccountID,
		Channel:      n.Channel,
		Status:       n.Status,
		Reason:       n.Reason,
		State:        n.State,
		FailedAt:     n.DecidedAt,
		Day:          models.DayOf(n.DecidedAt, w.account.Location()),
		Kind:         n.Kind,
		Domain:       models.DomainOf(n.Channel, to),
		ConnectionID: n.ConnectionID,
		Outcome:      n.Outcome,
	}
	if n.ClearedAt != nil {
		row.LeftAt, row.LeftWhy = n.ClearedAt, string(models.StateCleared)
	}
	if n.Channel == models.Email && n.Status.Info().Family == models.FixAddress &&
		strings.HasSuffix(to, "@gmial.com") {
		row.Suggestion = strings.TrimSuffix(to, "@gmial.com") + "@gmail.com"
	}
	w.add("undelivered", row.ID, row.AccountID, row.Channel, row.Status, row.Reason, row.State, row.FailedAt,
		row.Day, n.Title, row.Kind, n.DueAt, p.id, p.ref, p.name, ledger.SortName(p.name), n.AddressID, to,
		row.Domain, row.ConnectionID, reason.OurSide(), 1, false, row.Suggestion,
		models.SearchText(p.name, p.ref, to, n.Title), row.LeftAt, row.LeftWhy, row.Outcome)
	ledger.CountRow(t, row, 1)
}
