package resend

import (
	"errors"
	"time"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
)

// dryItem is what would become of one item of a set.
type dryItem struct {
	id      string
	guard   models.Guard // that refuses it; empty: it would be sent
	way     models.Channel
	address string
	digest  string
}

// dryRun asks the guards item by item, and knows what the items before have used up of the limits. Of a set
// that a job checks slice by slice it reads that from the job's items.
type dryRun struct {
	t       *db.Tx
	actor   models.Actor
	job     BulkJob // ID empty: the set is small and all of it is here
	instead map[models.Channel]bool
	sends   map[models.Channel]bool // something is connected that sends the channel
	items   []dryItem
	send    int
	hour    int            // resends of the account in the last hour
	to      map[string]int // address → that would go to it
	digests map[string]bool
	rate    consent.ComplaintRate
	OtherWays
}

func newDryRun(t *db.Tx, a models.Actor, job BulkJob) (*dryRun, error) {
	r := &dryRun{
		t:       t,
		actor:   a,
		job:     job,
		instead: map[models.Channel]bool{},
		sends:   map[models.Channel]bool{},
		to:      map[string]int{},
		digests: map[string]bool{},
	}
	for _, c := range job.Channels() {
		r.instead[c] = true
	}
	for _, c := range []models.Channel{models.Email, models.SMS} {
		_, err := sendingConnection(t, models.Notification{AccountID: a.AccountID}, c)
		if refusal := (models.Refusal{}); err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		r.sends[c] = err == nil
	}
	var err error
	if r.rate, err = consent.Complaints(t.DB, t.Now, a.AccountID); err != nil {
		return nil, err
	}
	r.hour, err = resends(t, a.AccountID, "account_id = ?", a.AccountID, time.Hour)
	return r, err
}

// resends counts as guardLimits does.
func resends(t *db.Tx, accountID, where, value string, within time.Duration) (int, error) {
	var n int64
	err := t.Model(&models.Attempt{}).Where("account_id = ?", accountID).Where(where, value).
		Where("ours AND number > 0 AND own_state <> 'cancelled' AND asked_at > ?", t.Now.Add(-within)).
		Count(&n).Error
	return int(n), db.Wrap(err, "limits")
}

// try says what would become of the next item.
func (r *dryRun) try(n models.Notification) error {
	other := n.Channel.Other()
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
	if r.instead[other] || item.guard == models.GuardHourLimit || item.guard == models.GuardComplaints {
		return nil
	}
	could, err := r.could(n, other)
	if could {
		r.add(other, item.guard == "")
	}
	return err
}

// ways asks first for the channel that was chosen in place of the notification's own, where the customer
// takes it.
func (r *dryRun) ways(n models.Notification, other models.Channel) (dryItem, error) {
	if r.instead[other] {
		item, p, err := r.by(n, other)
		if err != nil {
			return item, err
		}
		if item.guard == "" {
			item.way = other
			r.add(other, true)
			if other == models.SMS {
				r.Parts += models.SMSParts(p.content.Text)
			}
			return item, nil
		}
	}
	item, _, err := r.by(n, n.Channel)
	return item, err
}

func (r *dryRun) by(n models.Notification, channel models.Channel) (dryItem, plan, error) {
	item := dryItem{id: n.ID}
	if r.rate.Stops() {
		item.guard = models.GuardComplaints
		return item, plan{}, nil
	}
	p, err := planResend(r.t, r.actor, n, ResendAsk{NotificationID: n.ID, Bulk: true, Channel: channel})
	if err == nil {
		item.address, item.digest = p.address.ID, p.digest()
		err = r.together(item)
	}
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		item.guard, err = refusal.Guard, nil
	}
	return item, p, err
}

// together are the guards that the items before have a part in: limits, and equal content.
func (r *dryRun) together(item dryItem) error {
	limits := r.t.Database.Limits()
	before, err := r.goingTo(item.address)
	if err != nil {
		return err
	}
	if before > 0 {
		sent, err := resends(r.t, r.job.AccountID, "address_id = ?", item.address, 24*time.Hour)
		if err != nil {
			return err
		}
		if sent+before >= limits.PerAddress {
			return models.Refusal{Guard: models.GuardAddressLimit}
		}
	}
	if r.hour+r.job.Sent+r.send >= limits.PerHour {
		return models.Refusal{Guard: models.GuardHourLimit}
	}
	equal, err := r.seen(item.digest)
	if equal {
		return models.Refusal{Guard: models.GuardDuplicate}
	}
	return err
}

// goingTo is how many of the items before would go to an address.
func (r *dryRun) goingTo(address string) (int, error) {
	if r.job.ID == "" {
		return r.to[address], nil
	}
	var n int64
	err := r.t.Model(&BulkItem{}).
		Where("account_id = ? AND job_id = ? AND address_id = ? AND address_id <> ''", r.job.AccountID,
			r.job.ID, address).
		Count(&n).Error
	return int(n) + r.to[address], db.Wrap(err, "items to one address")
}

func (r *dryRun) seen(digest string) (bool, error) {
	if r.digests[digest] || r.job.ID == "" {
		return r.digests[digest], nil
	}
	var n int64
	err := r.t.Model(&BulkItem{}).
		Where("account_id = ? AND job_id = ? AND digest = ? AND digest <> ''", r.job.AccountID, r.job.ID,
			digest).
		Limit(1).Count(&n).Error
	return n > 0, db.Wrap(err, "equal items")
}

// could says whether the other channel would take it.
func (r *dryRun) could(n models.Notification, other models.Channel) (bool, error) {
	if !r.sends[other] {
		return false, nil
	}
	_, err := planResend(r.t, r.actor, n, ResendAsk{NotificationID: n.ID, Bulk: true, Channel: other})
	if refusal := (models.Refusal{}); errors.As(err, &refusal) {
		return false, nil
	}
	return err == nil, err
}
