package models

import (
	"context"
	"time"
)

// DueCap is where counting what is due soon stops; one more row is read to know that there are more.
const DueCap = 100

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
func (s *Store) WidgetNumber(ctx context.Context, a Actor, zone *time.Location, withDays bool) (WidgetNumber, error) {
	if err := a.need(See); err != nil {
		return WidgetNumber{}, err
	}
	now := s.now()
	w := WidgetNumber{Number: Number{Range: StandardWindow(now, zone), AsOf: now}}
	var err error
	if w.ByChannel, err = s.openByChannel(ctx, a.AccountID, w.Range); err != nil {
		return w, err
	}
	w.Total = w.ByChannel[Email] + w.ByChannel[SMS]
	w.Window = w.Total
	if w.Previous, err = s.sumDays(ctx, a.AccountID, w.Range.Before()); err != nil {
		return w, err
	}
	if withDays {
		if w.Days, err = s.dayCounts(ctx, a.AccountID, w.Range); err != nil {
			return w, err
		}
	}
	w.Urgent, err = s.dueSoon(ctx, a.AccountID, w.Range, now)
	return w, err
}

// openByChannel is the number, in two parts.
func (s *Store) openByChannel(ctx context.Context, account string, w Window) (map[Channel]int, error) {
	var all, sms int
	err := s.reporting(ctx).Raw(`SELECT COALESCE(SUM(open), 0), COALESCE(SUM(CASE WHEN channel = 'sms' THEN open END), 0)
		FROM undelivered_daily WHERE account_id = ? AND day >= ? AND day <= ?`, account, w.From, w.To).Row().Scan(&all, &sms)
	return map[Channel]int{Email: all - sms, SMS: sms}, found(err, "the number")
}

// dueSoon counts what is about something in the next 48 hours, up to one more than DueCap.
func (s *Store) dueSoon(ctx context.Context, account string, w Window, now time.Time) (int, error) {
	return s.countRows(ctx, reportScope{Filter: Filter{Due: true}, account: account, window: w, now: now}, DueCap)
}
