package models

import (
	"context"
	"slices"
	"strings"
	"time"
)

// seen notes that the provider lists an address, and adds it when we did not know.
func (t *tx) seen(m *comparison, e ListedEntry) error {
	channel := m.channel
	if m.c.Carries(SMS) && !strings.Contains(e.Address, "@") {
		channel = SMS
	}
	value, normal := loosely(channel, e.Address, m.country)
	digest := t.s.seal.addressDigest(channel, normal)
	m.listed[normal], m.listed[digest] = true, true
	var known Suppression
	err := t.Limit(1).
		Find(&known, "account_id = ? AND connection_id = ? AND normal IN ? AND kind = ?", m.c.AccountID, m.c.ID, []string{normal, digest}, e.Kind).Error
	if err != nil {
		return found(err, "suppression")
	}
	if known.ID != "" && known.ClearedAt == nil {
		m.Same++
		return found(t.Model(&known).Where("account_id = ? AND id = ?", known.AccountID, known.ID).
			Updates(map[string]any{"seen_at": t.now, "by_hand": e.ByHand}).Error, "suppression")
	}
	if m.file && known.ID != "" && !e.Since.After(*known.ClearedAt) {
		m.Same++
		return nil
	}
	address, err := t.addressOf(m.c.AccountID, channel, value, normal)
	if err != nil {
		return err
	}
	entry := Suppression{AccountID: m.c.AccountID, ConnectionID: m.c.ID, AddressID: address.ID, Channel: channel, Address: address.Value,
		Normal: address.Normal, Kind: e.Kind, ProviderReason: cleanText(e.Reason), ListedAt: instant(e.Since)}
	if e.Since.IsZero() || known.ClearedAt != nil && !entry.ListedAt.After(*known.ClearedAt) {
		entry.ListedAt = t.now // it says nothing, or still says what it said before it was cleared
	}
	if m.Theirs = append(m.Theirs, e); address.Erased() {
		entry.ProviderReason = ""
	}
	if err := t.suppress(entry); err != nil {
		return err
	}
	return found(t.Model(&Suppression{}).
		Where("account_id = ? AND connection_id = ? AND normal = ? AND kind = ?", m.c.AccountID, m.c.ID, address.Normal, e.Kind).
		Updates(map[string]any{"differed": OnlyThere, "differed_at": m.read, "seen_at": t.now, "by_hand": e.ByHand}).Error, "a difference")
}

// gone closes what is open here and is no longer listed there in any kind. Our own opt-out stays as it is.
func (s *Store) gone(ctx context.Context, m *comparison) error {
	var open []Suppression
	err := s.reading(ctx).
		Where("account_id = ? AND connection_id = ? AND channel = ? AND cleared_at IS NULL AND listed_at < ?", m.c.AccountID, m.c.ID, m.channel, m.read).
		Order("id").Find(&open).Error
	if err != nil {
		return found(err, "suppressions")
	}
	m.Ours = slices.DeleteFunc(open, func(e Suppression) bool { return m.listed[e.Normal] })
	for slice := range slices.Chunk(m.Ours, reconcileSlice) {
		err := s.inTx(ctx, func(t *tx) error {
			for _, e := range slice {
				if err := t.closeEntry(e, m.read); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// closeEntry closes what its provider does not list any more.
func (t *tx) closeEntry(e Suppression, read time.Time) error {
	done := t.Model(&Suppression{}).
		Where("account_id = ? AND id = ? AND cleared_at IS NULL", e.AccountID, e.ID).
		Updates(map[string]any{"cleared_at": t.now, "differed": OnlyHere, "differed_at": read})
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "closing a suppression")
	}
	t.record(Itself(e.AccountID), "suppression.off", AuditEntry{ObjectKind: "suppression", ObjectID: e.ID, Before: e.Kind})
	return t.offerDropped(e.AccountID, e.AddressID)
}
