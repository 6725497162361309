package report

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// DueCap is where counting what is due soon stops; one more row is read to know that there are more.
const DueCap = 100

// WidgetKey finds the key of a widget as KeyByToken does, with the place of its account: one question,
// because it is asked on every page of somebody else's site.
func (s *Store) WidgetKey(ctx context.Context,
	token string) (k people.Key, zone *time.Location, of models.Account, err error) {
	err = s.db.Reading(ctx).
		Raw(`SELECT k.id, k.account_id, k.kind, k.name, k.origins, k.used_at, a.zone, a.locale, a.window_days
			FROM keys k JOIN accounts a ON a.id = k.account_id
		WHERE k.token_hash = ? AND k.kind = ? AND k.revoked_at IS NULL`, models.TokenHash(token), people.KeyWidget).
		Row().
		Scan(&k.ID, &k.AccountID, &k.Kind, &k.Name, &k.Origins, &k.UsedAt, &of.Zone, &of.Locale,
			&of.WindowDays)
	if errors.Is(err, sql.ErrNoRows) {
		return k, nil, of, models.ErrNotFound
	}
	if err != nil {
		return k, nil, of, db.Wrap(err, "key of a widget")
	}
	return k, s.zones.of(of), of, s.people.TouchKey(ctx, k)
}

// WidgetNumber is what the widget shows: counts only.
type WidgetNumber struct {
	Number
	Previous int        // the same sum for the window before
	Urgent   int        // about something in the next 48 hours; more than DueCap: there are more
	Days     []DayCount // only where they are drawn
}

// WidgetNumber counts what the widget of an account shows, in the account's zone: it is asked for on every
// page of somebody else's site. What waits is not counted, nor are the chips of the statuses; the days of the
// window only when they are drawn, because grouping by day costs three times as much as the sums.
func (s *Store) WidgetNumber(ctx context.Context, a models.Actor, zone *time.Location, days int,
	withDays bool) (WidgetNumber, error) {
	if err := a.Need(models.See); err != nil {
		return WidgetNumber{}, err
	}
	now := s.db.Now()
	w := WidgetNumber{Number: Number{Range: models.StandardWindow(now, zone, days), AsOf: now}}
	err := s.widgetSums(ctx, a.AccountID, &w)
	if err == nil && withDays {
		w.Days, err = s.dayCounts(ctx, a.AccountID, w.Range)
	}
	return w, err
}

// widgetSums asks for all sums in one question.
func (s *Store) widgetSums(ctx context.Context, account string, w *WidgetNumber) error {
	before := w.Range.Before()
	due, dueValues := ReportScope{
		Filter:  Filter{View: ViewDue},
		Account: account,
		window:  w.Range,
		now:     w.AsOf,
	}.where()
	values := slices.Concat([]any{account, before.From, before.To}, dueValues,
		[]any{account, w.Range.From, w.Range.To})
	var sms int
	err := s.db.Reporting(ctx).
		Raw(`SELECT COALESCE(SUM(open), 0), COALESCE(SUM(open) FILTER (WHERE channel = 'sms'), 0),
		(SELECT COALESCE(SUM(open), 0) FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?),
		(SELECT COUNT(*) FROM (SELECT 1 FROM undelivered WHERE `+due+db.UpTo(DueCap+1)+`) AS counted)
		FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?`, values...).
		Row().Scan(&w.Total, &sms, &w.Previous, &w.Urgent)
	w.Window, w.ByChannel = w.Total, map[models.Channel]int{models.Email: w.Total - sms, models.SMS: sms}
	return db.Wrap(err, "the number")
}
