package models

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// ListedEntry is one entry of a provider's own list.
type ListedEntry struct {
	Address string
	Kind    string
	Reason  string
	Since   time.Time // zero: it does not say
	ByHand  bool      // its interface cannot remove the entry
}

// Differences are what a provider's list and ours did not agree on.
type Differences struct {
	Theirs []ListedEntry // listed there, not known here until now
	Ours   []Suppression // open here, no longer listed there
	Same   int
}

// reconcileSlice is how many entries one transaction compares.
const reconcileSlice = 200

// Reconcile brings our list of a connection in line with its provider's, read since an instant, and says what
// differed. An entry that came or went in the meantime is left to the next time.
func (s *Store) Reconcile(ctx context.Context, by Actor, c Connection, read time.Time, entries []ListedEntry) (d Differences, err error) {
	if by.AccountID != c.AccountID {
		return d, ErrNotFound
	}
	if err := by.need(Work); err != nil {
		return d, err
	}
	account, err := s.Account(ctx, by)
	if err != nil {
		return d, err
	}
	channel := Email
	if !c.Carries(Email) {
		channel = SMS
	}
	listed := map[string]bool{}
	for slice := range slices.Chunk(entries, reconcileSlice) {
		err := s.inTx(ctx, func(t *tx) error {
			for _, e := range slice {
				value, normal := loosely(channel, e.Address, account.Country)
				listed[normal], listed[s.seal.addressDigest(channel, normal)] = true, true
				if err := t.seen(c, channel, e, value, normal, &d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return d, err
		}
	}
	if err := s.gone(ctx, c, read, listed, &d); err != nil {
		return d, err
	}
	return d, s.Note(ctx, by, "suppression.reconcile", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name,
		After: fmt.Sprintf("%d only there, %d only here, %d the same", len(d.Theirs), len(d.Ours), d.Same)})
}

// seen notes that the provider lists an address, and adds it when we did not know.
func (t *tx) seen(c Connection, channel Channel, e ListedEntry, value, normal string, d *Differences) error {
	var known Suppression
	err := t.Limit(1).Find(&known, "connection_id = ? AND normal = ? AND kind = ?", c.ID, normal, e.Kind).Error
	if err != nil {
		return found(err, "suppression")
	}
	if known.ID != "" && known.ClearedAt == nil {
		d.Same++
		return found(t.Model(&known).Where("id = ?", known.ID).Updates(map[string]any{"seen_at": t.now, "by_hand": e.ByHand}).Error, "suppression")
	}
	address, err := t.addressOf(c.AccountID, channel, value, normal)
	if err != nil {
		return err
	}
	entry := Suppression{AccountID: c.AccountID, ConnectionID: c.ID, AddressID: address.ID, Channel: channel, Address: address.Value,
		Normal: address.Normal, Kind: e.Kind, ProviderReason: cleanText(e.Reason), ListedAt: instant(e.Since), ByHand: e.ByHand, SeenAt: &t.now}
	if e.Since.IsZero() || known.ClearedAt != nil && !entry.ListedAt.After(*known.ClearedAt) {
		entry.ListedAt = t.now // it says nothing, or still says what it said before it was cleared
	}
	d.Theirs = append(d.Theirs, e)
	return t.suppress(entry)
}

// gone closes what is open here and is no longer listed there in any kind. Our own opt-out stays as it is.
func (s *Store) gone(ctx context.Context, c Connection, read time.Time, listed map[string]bool, d *Differences) error {
	var open []Suppression
	err := s.reading(ctx).Where("connection_id = ? AND cleared_at IS NULL AND listed_at < ?", c.ID, read).Order("id").Find(&open).Error
	if err != nil {
		return found(err, "suppressions")
	}
	open = slices.DeleteFunc(open, func(e Suppression) bool { return listed[e.Normal] })
	d.Ours = open
	for slice := range slices.Chunk(open, reconcileSlice) {
		err := s.inTx(ctx, func(t *tx) error {
			for _, e := range slice {
				if err := t.Model(&Suppression{}).Where("id = ? AND cleared_at IS NULL", e.ID).Update("cleared_at", t.now).Error; err != nil {
					return found(err, "closing a suppression")
				}
				t.record(Itself(c.AccountID), "suppression.off", AuditEntry{ObjectKind: "suppression", ObjectID: e.ID, Before: e.Kind})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// AskReconcile has the lists of a connection compared now.
func (s *Store) AskReconcile(ctx context.Context, a Actor, connectionID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	c, err := s.Connection(ctx, a, connectionID)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		t.record(a, "suppression.ask_reconcile", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return t.s.jobs.put(t, ReconcileArgs{ConnectionID: c.ID}, nil)
	})
}
