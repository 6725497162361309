package models

import (
	"errors"
	"time"
)

// dryItem is what would become of one item of a set.
type dryItem struct {
	id      string
	guard   Guard // that refuses it; empty: it would be sent
	way     Channel
	address string
	digest  string
}

// dryRun asks the guards item by item, and knows what the items before have used up of the limits. Of a set that a job
// checks slice by slice it reads that from the job's items.
type dryRun struct {
	t       *tx
	actor   Actor
	job     BulkJob // ID empty: the set is small and all of it is here
	instead map[Channel]bool
	sends   map[Channel]bool // something is connected that sends the channel
	items   []dryItem
	send    int
	hour    int            // resends of the account in the last hour
	to      map[string]int // address → that would go to it
	digests map[string]bool
	rate    ComplaintRate
	OtherWays
}

func (t *tx) newDryRun(a Actor, job BulkJob) (*dryRun, error) {
	r := &dryRun{t: t, actor: a, job: job, instead: map[Channel]bool{}, sends: map[Channel]bool{}, to: map[string]int{}, digests: map[string]bool{}}
	for _, c := range job.Channels() {
		r.instead[c] = true
	}
	for _, c := range []Channel{Email, SMS} {
		_, err := t.sendingConnection(Notification{AccountID: a.AccountID}, c)
		if refusal := (Refusal{}); err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		r.sends[c] = err == nil
	}
	var err error
	if r.rate, err = complaints(t.DB, t.now, a.AccountID); err != nil {
		return nil, err
	}
	r.hour, err = t.resends(a.AccountID, "account_id = ?", a.AccountID, time.Hour)
	return r, err
}

// resends counts as guardLimits does.
func (t *tx) resends(accountID, where, value string, within time.Duration) (int, error) {
	var n int64
	err := t.Model(&Attempt{}).Where("account_id = ?", accountID).Where(where, value).
		Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?", t.now.Add(-within)).Count(&n).Error
	return int(n), found(err, "limits")
}

// try says what would become of the next item.
func (r *dryRun) try(n Notification) error {
	other := n.Channel.other()
	item, err := r.ways(n, other)
	if err != nil {
		return err
	}
	r.items = append(r.items, item)
	if item.guard == "" {
		r.send++
		r.to[item.address]++
		r.digests[item.digest] = true
	}
	if r.instead[other] || item.guard == GuardHourLimit || item.guard == GuardComplaints {
		return nil
	}
	could, err := r.could(n, other)
	if could {
		r.add(other, item.guard == "")
	}
	return err
}

// ways asks first for the channel that was chosen in place of the notification's own, where the customer takes it.
func (r *dryRun) ways(n Notification, other Channel) (dryItem, error) {
	if r.instead[other] {
		item, p, err := r.by(n, other)
		if err != nil {
			return item, err
		}
		if item.guard == "" {
			item.way = other
			r.add(other, true)
			if other == SMS {
				r.Parts += SMSParts(p.content.Text)
			}
			return item, nil
		}
	}
	item, _, err := r.by(n, n.Channel)
	return item, err
}

func (r *dryRun) by(n Notification, channel Channel) (dryItem, plan, error) {
	item := dryItem{id: n.ID}
	if r.rate.Stops() {
		item.guard = GuardComplaints
		return item, plan{}, nil
	}
	p, err := r.t.plan(r.actor, n, ResendAsk{NotificationID: n.ID, Bulk: true, Channel: channel})
	if err == nil {
		item.address, item.digest = p.address.ID, p.digest()
		err = r.together(item)
	}
	if refusal := (Refusal{}); errors.As(err, &refusal) {
		item.guard, err = refusal.Guard, nil
	}
	return item, p, err
}

// together are the guards that the items before have a part in: limits, and equal content.
func (r *dryRun) together(item dryItem) error {
	limits := r.t.s.limits
	before, err := r.goingTo(item.address)
	if err != nil {
		return err
	}
	if before > 0 {
		sent, err := r.t.resends(r.job.AccountID, "address_id = ?", item.address, 24*time.Hour)
		if err != nil {
			return err
		}
		if sent+before >= limits.PerAddress {
			return Refusal{Guard: GuardAddressLimit}
		}
	}
	if r.hour+r.job.Sent+r.send >= limits.PerHour {
		return Refusal{Guard: GuardHourLimit}
	}
	equal, err := r.seen(item.digest)
	if equal {
		return Refusal{Guard: GuardDuplicate}
	}
	return err
}

// goingTo is how many of the items before would go to an address.
func (r *dryRun) goingTo(address string) (int, error) {
	if r.job.ID == "" {
		return r.to[address], nil
	}
	var n int64
	err := r.t.Model(&bulkItem{}).
		Where("account_id = ? AND job_id = ? AND address_id = ? AND address_id <> ''", r.job.AccountID, r.job.ID, address).Count(&n).Error
	return int(n) + r.to[address], found(err, "items to one address")
}

func (r *dryRun) seen(digest string) (bool, error) {
	if r.digests[digest] || r.job.ID == "" {
		return r.digests[digest], nil
	}
	var n int64
	err := r.t.Model(&bulkItem{}).
		Where("account_id = ? AND job_id = ? AND digest = ? AND digest <> ''", r.job.AccountID, r.job.ID, digest).Limit(1).Count(&n).Error
	return n > 0, found(err, "equal items")
}

// could says whether the other channel would take it.
func (r *dryRun) could(n Notification, other Channel) (bool, error) {
	if !r.sends[other] {
		return false, nil
	}
	_, err := r.t.plan(r.actor, n, ResendAsk{NotificationID: n.ID, Bulk: true, Channel: other})
	if refusal := (Refusal{}); errors.As(err, &refusal) {
		return false, nil
	}
	return err == nil, err
}
