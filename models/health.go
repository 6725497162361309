package models

import (
	"context"
	"time"
)

// HealthState says whether a connection's delivery reports arrive.
type HealthState string

// The states of a connection's health.
const (
	HealthReceiving HealthState = "receiving"
	HealthQuiet     HealthState = "quiet"
	HealthUnused    HealthState = "unused"
	HealthRefused   HealthState = "refused" // its last requests were not proven to come from the provider
	HealthStopped   HealthState = "stopped" // its login was refused
)

// Health is one connection with how it does.
type Health struct {
	Connection Connection
	State      HealthState
	Since      time.Time // quiet: of the last verified event

	// Only HealthInDetail fills these.
	Today   int        // reports that came today
	Refused []Refusals // requests refused in the last day, by cause
	PerDay  int        // how many messages a day are usual
	Gaps    []Gap      // times for which reports may be missing
}

// RefusedLately is how many requests were refused in the last day.
func (h Health) RefusedLately() int {
	n := 0
	for _, r := range h.Refused {
		n += r.N
	}
	return n
}

// When silence is unusual: longer than so many of the connection's own gaps between messages, and than a day.
const (
	quietGaps  = 10
	quietLeast = 24 * time.Hour
	quietMost  = 7 * 24 * time.Hour
	usualDays  = 14
)

// Health lists the connections of the account with how each does, in order of choice.
func (s *Store) Health(ctx context.Context, a Actor) ([]Health, error) {
	connections, err := s.Connections(ctx, a)
	if err != nil {
		return nil, err
	}
	usual, err := s.usualGaps(ctx, a)
	if err != nil {
		return nil, err
	}
	now := s.now()
	all := make([]Health, len(connections))
	for i, c := range connections {
		all[i] = Health{Connection: c, State: c.health(now, usual[c.ID])}
		if c.HeardAt != nil {
			all[i].Since = *c.HeardAt
		}
	}
	return all, nil
}

// Unconnected says whether the account is new: no connection but the generic one, and nothing has ever come.
func (s *Store) Unconnected(ctx context.Context, a Actor) (bool, error) {
	connections, err := s.Connections(ctx, a)
	if err != nil {
		return false, err
	}
	for _, c := range connections {
		if c.Provider != GenericProvider || c.HeardAt != nil {
			return false, nil
		}
	}
	var one []int
	err = s.reading(ctx).Raw("SELECT 1 FROM sent_daily WHERE account_id = ? LIMIT 1", a.AccountID).Scan(&one).Error
	return len(one) == 0, found(err, "what was sent")
}

// HealthInDetail is Health with what the pages of the settings show beside it.
func (s *Store) HealthInDetail(ctx context.Context, a Actor) ([]Health, error) {
	all, err := s.Health(ctx, a)
	if err != nil {
		return nil, err
	}
	account, err := s.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	now, zone := s.now(), account.Location()
	refused, err := s.refusedSince(ctx, a, now.Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	today, err := s.reportsSince(ctx, a, startOfDay(dayOf(now, zone), zone))
	if err != nil {
		return nil, err
	}
	usual, err := s.usualGaps(ctx, a)
	if err != nil {
		return nil, err
	}
	gaps, err := s.OpenGaps(ctx, a, StandardWindow(now, zone, account.Days()))
	if err != nil {
		return nil, err
	}
	for i := range all {
		id := all[i].Connection.ID
		all[i].Today, all[i].Refused = today[id], refused[id]
		if gap := usual[id]; gap > 0 {
			all[i].PerDay = int((24*time.Hour + gap/2) / gap)
		}
		for _, g := range gaps {
			if g.ConnectionID == id {
				all[i].Gaps = append(all[i].Gaps, g)
			}
		}
	}
	return all, nil
}

// reportsSince counts what came since a time, by connection.
func (s *Store) reportsSince(ctx context.Context, a Actor, since time.Time) (map[string]int, error) {
	var rows []struct {
		ConnectionID string
		N            int
	}
	err := s.reading(ctx).Raw("SELECT connection_id, COUNT(*) AS n FROM events WHERE account_id = ? AND feed >= ? AND received_at >= ? GROUP BY connection_id",
		a.AccountID, since.UnixMicro(), since.UTC()).Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.ConnectionID] = row.N
	}
	return counts, found(err, "reports of today")
}

// usualGaps is how far apart each connection's messages lie, by what was sent in the last fortnight.
func (s *Store) usualGaps(ctx context.Context, a Actor) (map[string]time.Duration, error) {
	zone, err := s.zone(ctx, a)
	if err != nil {
		return nil, err
	}
	var sums []struct {
		ConnectionID string
		N            int
	}
	err = s.reading(ctx).Raw("SELECT connection_id, SUM(sent) AS n FROM sent_daily WHERE account_id = ? AND day >= ? GROUP BY connection_id",
		a.AccountID, addDays(dayOf(s.now(), zone), -usualDays)).Scan(&sums).Error
	gaps := map[string]time.Duration{}
	for _, sum := range sums {
		if sum.N > 0 {
			gaps[sum.ConnectionID] = usualDays * 24 * time.Hour / time.Duration(sum.N)
		}
	}
	return gaps, found(err, "usual gaps")
}

func (c Connection) health(now time.Time, gap time.Duration) HealthState {
	switch {
	case c.StoppedAt != nil:
		return HealthStopped
	case c.RefusedAt != nil && (c.HeardAt == nil || c.RefusedAt.After(*c.HeardAt)):
		return HealthRefused
	case c.HeardAt == nil:
		return HealthUnused
	}
	limit := quietMost
	if gap > 0 {
		limit = min(max(quietGaps*gap, quietLeast), quietMost)
	}
	if now.Sub(*c.HeardAt) > limit {
		return HealthQuiet
	}
	return HealthReceiving
}
