package connection

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Health is one connection with how it does.
type Health struct {
	Connection models.Connection
	State      models.HealthState
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

const usualDays = 14

// Health lists the connections of the account with how each does, in order of choice.
func (s *Store) Health(ctx context.Context, a models.Actor) ([]Health, error) {
	connections, err := s.Connections(ctx, a)
	if err != nil {
		return nil, err
	}
	usual, err := s.usualGaps(ctx, a)
	if err != nil {
		return nil, err
	}
	now := s.db.Now()
	all := make([]Health, len(connections))
	for i, c := range connections {
		all[i] = Health{Connection: c, State: c.Health(now, usual[c.ID])}
		if c.HeardAt != nil {
			all[i].Since = *c.HeardAt
		}
		if !s.db.Knows(c.Provider) {
			all[i].State = models.HealthTrial
		}
	}
	return all, nil
}

// Unconnected says whether the account is new: no connection but the generic one, and nothing has ever come.
func (s *Store) Unconnected(ctx context.Context, a models.Actor) (bool, error) {
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
	err = s.db.Reading(ctx).Raw("SELECT 1 FROM sent_daily WHERE account_id = ? LIMIT 1", a.AccountID).
		Scan(&one).Error
	return len(one) == 0, db.Wrap(err, "what was sent")
}

// Silent says whether no report has ever arrived by any of these connections.
func Silent(all []Health) bool {
	for _, h := range all {
		if h.Connection.HeardAt != nil {
			return false
		}
	}
	return true
}

// HealthInDetail is Health with what the pages of the settings show beside it.
func (s *Store) HealthInDetail(ctx context.Context, a models.Actor) ([]Health, error) {
	all, err := s.Health(ctx, a)
	if err != nil {
		return nil, err
	}
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return nil, err
	}
	now, zone := s.db.Now(), account.Location()
	refused, err := s.refusedSince(ctx, a, now.Add(-24*time.Hour))
	if err != nil {
		return nil, err
	}
	today, err := s.reportsSince(ctx, a, models.StartOfDay(models.DayOf(now, zone), zone))
	if err != nil {
		return nil, err
	}
	usual, err := s.usualGaps(ctx, a)
	if err != nil {
		return nil, err
	}
	gaps, err := s.OpenGaps(ctx, a, models.StandardWindow(now, zone, account.Days()))
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
func (s *Store) reportsSince(ctx context.Context, a models.Actor, since time.Time) (map[string]int, error) {
	var rows []struct {
		ConnectionID string
		N            int
	}
	err := s.db.Reading(ctx).
		Raw("SELECT connection_id, COUNT(*) AS n FROM events WHERE account_id = ? AND feed >= ? AND "+
			"received_at >= ? GROUP BY connection_id",
			a.AccountID, since.UnixMicro(), since.UTC()).
		Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.ConnectionID] = row.N
	}
	return counts, db.Wrap(err, "reports of today")
}

// usualGaps is how far apart each connection's messages lie, by what was sent in the last fortnight.
func (s *Store) usualGaps(ctx context.Context, a models.Actor) (map[string]time.Duration, error) {
	zone, err := s.people.Zone(ctx, a)
	if err != nil {
		return nil, err
	}
	var sums []struct {
		ConnectionID string
		N            int
	}
	err = s.db.Reading(ctx).
		Raw("SELECT connection_id, SUM(sent) AS n FROM sent_daily WHERE account_id = ? AND day >= ? GROUP "+
			"BY connection_id",
			a.AccountID, models.AddDays(models.DayOf(s.db.Now(), zone), -usualDays)).
		Scan(&sums).Error
	gaps := map[string]time.Duration{}
	for _, sum := range sums {
		if sum.N > 0 {
			gaps[sum.ConnectionID] = usualDays * 24 * time.Hour / time.Duration(sum.N)
		}
	}
	return gaps, db.Wrap(err, "usual gaps")
}
