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
	Previous int // the same sum for the window before
	Urgent   int // about something in the next 48 hours; more than DueCap: there are more
	Days     []DayCount
}

// WidgetNumber counts what the widget of an account shows, in the account's zone, by two queries: it is asked for on
// every page of somebody else's site. What waits is not counted, nor are the chips of the statuses.
func (s *Store) WidgetNumber(ctx context.Context, a Actor, zone *time.Location) (WidgetNumber, error) {
	if err := a.need(See); err != nil {
		return WidgetNumber{}, err
	}
	now := s.now()
	w := WidgetNumber{Number: Number{Range: StandardWindow(now, zone), AsOf: now}}
	w.ByChannel = map[Channel]int{Email: 0, SMS: 0}
	days, err := s.dayCounts(ctx, a.AccountID, window(w.Range.Before().From, w.Range.To, zone))
	if err != nil {
		return w, err
	}
	for _, d := range days {
		if d.Day < w.Range.From {
			w.Previous += d.Email + d.SMS
			continue
		}
		w.Days = append(w.Days, d)
		w.ByChannel[Email] += d.Email
		w.ByChannel[SMS] += d.SMS
	}
	w.Total = w.ByChannel[Email] + w.ByChannel[SMS]
	w.Window = w.Total
	w.Urgent, err = s.dueSoon(ctx, a.AccountID, w.Range, now)
	return w, err
}

// dueSoon counts what is about something in the next 48 hours, up to one more than DueCap.
func (s *Store) dueSoon(ctx context.Context, account string, w Window, now time.Time) (int, error) {
	return s.countRows(ctx, reportScope{Filter: Filter{Due: true}, account: account, window: w, now: now}, DueCap)
}
