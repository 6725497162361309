package models

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// GuardCount is how many one guard refuses.
type GuardCount struct {
	Guard Guard
	N     int
}

// BulkDry says what would come of many at once, to the unit.
type BulkDry struct {
	Action  BulkAction
	Total   int
	Send    int // that would be queued, or cleared
	Refused []GuardCount
	Type    bool // the person has to type the number
	Warning bool // customers complain, though not yet too often
	Rate    ComplaintRate
}

// number is what the person types: how many are sent, or how many are cleared.
func (d BulkDry) number() string { return strconv.Itoa(d.Send) }

// typed says whether the number was typed, with or without what people put between its figures.
func (d BulkDry) typed(count string) bool {
	return strings.NewReplacer(",", "", ".", "", " ", "", "\u00a0", "", "\u202f", "").Replace(count) == d.number()
}

// DryRun asks all guards for each item of the set, as the work itself will, and changes nothing.
func (s *Store) DryRun(ctx context.Context, a Actor, ask BulkAsk) (BulkDry, error) {
	if err := a.need(Work); err != nil {
		return BulkDry{}, err
	}
	scope, err := s.bulkScope(ctx, a, ask.Filter)
	if err != nil {
		return BulkDry{}, err
	}
	run := dryRun{t: s.looking(ctx), actor: a, action: ask.Action, refused: map[Guard]int{}, to: map[string]int{}, digests: map[string]bool{}}
	if ask.Action == BulkResend {
		if err := run.begin(s); err != nil {
			return BulkDry{}, err
		}
	}
	err = s.eachOfSet(ctx, scope, func(slice []Notification) error {
		for _, n := range slice {
			if err := run.try(n); err != nil {
				return err
			}
		}
		return nil
	})
	d := BulkDry{Action: ask.Action, Total: run.total, Send: run.send, Type: run.total > s.limits.BulkConfirm, Rate: run.rate}
	d.Warning = d.Rate.high() && !d.Rate.stops()
	for guard, n := range run.refused {
		d.Refused = append(d.Refused, GuardCount{guard, n})
	}
	sortGuards(d.Refused)
	return d, err
}

// sortGuards puts the largest first.
func sortGuards(all []GuardCount) {
	slices.SortFunc(all, func(a, b GuardCount) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(string(a.Guard), string(b.Guard))
	})
}

// dryRun counts what would happen. Its maps hold what would be sent, which the hourly limit bounds.
type dryRun struct {
	t       *tx
	actor   Actor
	action  BulkAction
	total   int
	send    int
	hour    int // resends of the account in the last hour
	refused map[Guard]int
	to      map[string]int // address → that would go to it
	digests map[string]bool
	rate    ComplaintRate
}

func (r *dryRun) begin(s *Store) (err error) {
	if r.rate, err = s.complaints(r.t.ctx, r.actor.AccountID); err != nil {
		return err
	}
	r.hour, err = r.t.resends("account_id = ?", r.actor.AccountID, time.Hour)
	return err
}

// resends counts as guardLimits does.
func (t *tx) resends(where, value string, within time.Duration) (int, error) {
	var n int64
	err := t.Model(&Attempt{}).Where(where, value).
		Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?", t.now.Add(-within)).Count(&n).Error
	return int(n), found(err, "limits")
}

func (r *dryRun) try(n Notification) error {
	r.total++
	err := r.guards(n)
	refusal := Refusal{}
	switch {
	case errors.As(err, &refusal):
		r.refused[refusal.Guard]++
		return nil
	case err == nil:
		r.send++
	}
	return err
}

func (r *dryRun) guards(n Notification) error {
	if r.action == BulkClear {
		if n.ClearedAt != nil {
			return Refusal{Guard: GuardCleared}
		}
		return nil
	}
	if r.rate.stops() {
		return Refusal{Guard: GuardComplaints}
	}
	p, err := r.t.plan(r.actor, n, ResendAsk{NotificationID: n.ID, Bulk: true})
	if err != nil {
		return err
	}
	limits := r.t.s.limits
	if r.to[p.address.ID] > 0 {
		before, err := r.t.resends("address_id = ?", p.address.ID, 24*time.Hour)
		if err != nil {
			return err
		}
		if before+r.to[p.address.ID] >= limits.PerAddress {
			return Refusal{Guard: GuardAddressLimit}
		}
	}
	if r.hour+r.send >= limits.PerHour {
		return Refusal{Guard: GuardHourLimit}
	}
	digest := p.digest()
	if r.digests[digest] {
		return Refusal{Guard: GuardDuplicate}
	}
	r.digests[digest] = true
	r.to[p.address.ID]++
	return nil
}

// digest is the same for equal content to the same address.
func (p plan) digest() string {
	sum := sha256.New()
	for _, part := range []string{p.address.Normal, p.content.Subject, p.content.Text, p.content.HTML} {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return base64.RawStdEncoding.EncodeToString(sum.Sum(nil))
}
