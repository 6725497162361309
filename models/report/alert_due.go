package report

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// Alert is one thing worth a mail.
type Alert struct {
	Kind    AlertKind
	Account models.Account
	To      []string
	N       int      // of what the kind counts
	Usual   int      // jump: how many a day are usual
	Names   []string // stopped: of the connections
	Percent float64  // rate
}

// From how many failures on a day a jump is worth a mail: this many, and this many times as many as usual.
const (
	jumpLeast = 20
	jumpTimes = 3
	jumpDays  = 14
)

// AlertsDue are what holds in the account now and what its people want to know, whether they were told today
// or not.
func (s *Store) AlertsDue(ctx context.Context, a models.Actor) ([]Alert, error) {
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	settings, err := settings(account)
	if err != nil || len(settings.Alerts.To) == 0 || !settings.Alerts.wantsAny() {
		return nil, err
	}
	d, err := s.Dashboard(ctx, a)
	if err != nil {
		return nil, err
	}
	rate, err := consent.Complaints(s.db.Reading(ctx), s.db.Now(), a.AccountID)
	if err != nil {
		return nil, err
	}
	today, usual, err := s.failuresOfDays(ctx, account)
	if err != nil {
		return nil, err
	}
	alerts := faultAlerts(d.Todo)
	if rate.Stops() {
		alerts[AlertRate] = Alert{N: rate.Complaints, Percent: 100 * rate.Rate()}
	}
	if today >= jumpLeast && today >= jumpTimes*usual {
		alerts[AlertJump] = Alert{N: today, Usual: usual}
	}
	if settings.Alerts.digestDay(s.db.Now().In(account.Location())) {
		alerts[AlertDigest] = Alert{N: d.Total}
	}
	var due []Alert
	for _, kind := range []AlertKind{AlertStopped, AlertIncident, AlertJump, AlertRate, AlertDigest} {
		if alert, holds := alerts[kind]; holds && settings.Alerts.wants(kind) {
			alert.Kind, alert.Account, alert.To = kind, account, settings.Alerts.To
			due = append(due, alert)
		}
	}
	return due, nil
}

// faultAlerts are the faults among what is to be done, each kind of alert with all of its own.
func faultAlerts(todo []Todo) map[AlertKind]Alert {
	alerts := map[AlertKind]Alert{}
	for _, fault := range todo {
		kind, known := map[string]AlertKind{"connection_fault": AlertStopped, "reports_stopped": AlertStopped,
			"our_side": AlertIncident}[fault.Kind]
		if !known {
			continue
		}
		alert := alerts[kind]
		if alert.N += max(fault.N, 1); fault.Name != "" {
			alert.Names = append(alert.Names, fault.Name)
		}
		alerts[kind] = alert
	}
	return alerts
}

// failuresOfDays is how many notifications failed today, and how many a day in the two weeks before.
func (s *Store) failuresOfDays(ctx context.Context, account models.Account) (today, usual int, err error) {
	now, zone := s.db.Now(), account.Location()
	var rows []struct {
		Day string
		N   int
	}
	err = s.db.Reading(ctx).
		Raw("SELECT day, SUM(total) AS n FROM undelivered_daily WHERE account_id = ? AND day >= ? GROUP BY "+
			"day",
			account.ID, models.DayOf(now.Add(-jumpDays*24*time.Hour), zone)).
		Scan(&rows).Error
	for _, row := range rows {
		if row.Day == models.DayOf(now, zone) {
			today = row.N
		} else {
			usual += row.N
		}
	}
	return today, usual / jumpDays, db.Wrap(err, "failures of days")
}
