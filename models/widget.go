package models

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"
)

// DueCap is where counting what is due soon stops; one more row is read to know that there are more.
const DueCap = 100

// WidgetKey finds the key of a widget as KeyByToken does, with the place of its account: one question, because
// it is asked on every page of somebody else's site.
func (s *Store) WidgetKey(ctx context.Context, token string) (k Key, zone *time.Location, of Account, err error) {
	err = s.reading(ctx).Raw(`SELECT k.id, k.account_id, k.kind, k.name, k.origins, k.used_at, a.zone, a.locale, a.window_days FROM keys k JOIN accounts a ON a.id = k.account_id
		WHERE k.token_hash = ? AND k.kind = ? AND k.revoked_at IS NULL`, tokenHash(token), KeyWidget).Row().
		Scan(&k.ID, &k.AccountID, &k.Kind, &k.Name, &k.Origins, &k.UsedAt, &of.Zone, &of.Locale, &of.WindowDays)
	if errors.Is(err, sql.ErrNoRows) {
		return k, nil, of, ErrNotFound
	}
	if err != nil {
		return k, nil, of, found(err, "key of a widget")
	}
	return k, s.zones.of(of), of, s.touchKey(ctx, k)
}

// WidgetNumber is what the widget shows: counts only.
type WidgetNumber struct {
	Number
	Previous int        // the same sum for the window before
	Urgent   int        // about something in the next 48 hours; more than DueCap: there are more
	Days     []DayCount // only where they are drawn
}

// WidgetNumber counts what the widget of an account shows, in the account's zone: it is asked for on every page of
// somebody else's site. What waits is not counted, nor are the chips of the statuses; the days of the window only when
// they are drawn, because grouping by day costs three times as much as the sums.
func (s *Store) WidgetNumber(ctx context.Context, a Actor, zone *time.Location, days int, withDays bool) (WidgetNumber, error) {
	if err := a.need(See); err != nil {
		return WidgetNumber{}, err
	}
	now := s.now()
	w := WidgetNumber{Number: Number{Range: StandardWindow(now, zone, days), AsOf: now}}
	err := s.widgetSums(ctx, a.AccountID, &w)
	if err == nil && withDays {
		w.Days, err = s.dayCounts(ctx, a.AccountID, w.Range)
	}
	return w, err
}

// widgetSums asks for all sums in one question.
func (s *Store) widgetSums(ctx context.Context, account string, w *WidgetNumber) error {
	before := w.Range.Before()
	due, dueValues := reportScope{Filter: Filter{View: ViewDue}, account: account, window: w.Range, now: w.AsOf}.where()
	values := slices.Concat([]any{account, before.From, before.To}, dueValues, []any{account, w.Range.From, w.Range.To})
	var sms int
	err := s.reporting(ctx).Raw(`SELECT COALESCE(SUM(open), 0), COALESCE(SUM(open) FILTER (WHERE channel = 'sms'), 0),
		(SELECT COALESCE(SUM(open), 0) FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?),
		(SELECT COUNT(*) FROM (SELECT 1 FROM undelivered WHERE `+due+upTo(DueCap+1)+`) AS counted)
		FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?`, values...).Row().Scan(&w.Total, &sms, &w.Previous, &w.Urgent)
	w.Window, w.ByChannel = w.Total, map[Channel]int{Email: w.Total - sms, SMS: sms}
	return found(err, "the number")
}
