package consent

import (
	"context"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// seen notes that the provider lists an address, and adds it when we did not know.
func seen(t *db.Tx, m *comparison, e ListedEntry) error {
	channel := m.channel
	if connection.Carries(m.c, models.SMS) && !strings.Contains(e.Address, "@") {
		channel = models.SMS
	}
	value, normal := models.Loosely(channel, e.Address, m.country)
	digest := t.Database.Seal.AddressDigest(channel, normal)
	m.listed[normal], m.listed[digest] = true, true
	var known models.Suppression
	err := t.Limit(1).
		Find(&known, "account_id = ? AND connection_id = ? AND normal IN ? AND kind = ?", m.c.AccountID,
			m.c.ID, []string{normal, digest}, e.Kind).
		Error
	if err != nil {
		return db.Wrap(err, "suppression")
	}
	if known.ID != "" && known.ClearedAt == nil {
		m.Same++
		return db.Wrap(t.Model(&known).Where("account_id = ? AND id = ?", known.AccountID, known.ID).
			Updates(map[string]any{"seen_at": t.Now, "by_hand": e.ByHand}).Error, "suppression")
	}
	if m.file && known.ID != "" && !e.Since.After(*known.ClearedAt) {
		m.Same++
		return nil
	}
	address, err := ledger.AddressOf(t, m.c.AccountID, channel, value, normal)
	if err != nil {
		return err
	}
	entry := models.Suppression{
		AccountID:      m.c.AccountID,
		ConnectionID:   m.c.ID,
		AddressID:      address.ID,
		Channel:        channel,
		Address:        address.Value,
		Normal:         address.Normal,
		Kind:           e.Kind,
		ProviderReason: models.CleanText(e.Reason),
		ListedAt:       models.Instant(e.Since),
	}
	if e.Since.IsZero() || known.ClearedAt != nil && !entry.ListedAt.After(*known.ClearedAt) {
		entry.ListedAt = t.Now // it says nothing, or still says what it said before it was cleared
	}
	if m.Theirs = append(m.Theirs, e); address.Erased() {
		entry.ProviderReason = ""
	}
	if err := suppress(t, entry); err != nil {
		return err
	}
	return db.Wrap(t.Model(&models.Suppression{}).
		Where("account_id = ? AND connection_id = ? AND normal = ? AND kind = ?", m.c.AccountID, m.c.ID,
			address.Normal, e.Kind).
		Updates(map[string]any{"differed": models.OnlyThere, "differed_at": m.read, "seen_at": t.Now,
			"by_hand": e.ByHand}).
		Error, "a difference")
}

// gone closes what is open here and is no longer listed there in any kind. Our own opt-out stays as it is.
func (s *Store) gone(ctx context.Context, m *comparison) error {
	var open []models.Suppression
	err := s.db.Reading(ctx).
		Where("account_id = ? AND connection_id = ? AND channel = ? AND cleared_at IS NULL AND listed_at < ?",
			m.c.AccountID, m.c.ID, m.channel, m.read).
		Order("id").Find(&open).Error
	if err != nil {
		return db.Wrap(err, "suppressions")
	}
	m.Ours = slices.DeleteFunc(open, func(e models.Suppression) bool { return m.listed[e.Normal] })
	for slice := range slices.Chunk(m.Ours, reconcileSlice) {
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			for _, e := range slice {
				if err := closeEntry(t, e, m.read); err != nil {
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
func closeEntry(t *db.Tx, e models.Suppression, read time.Time) error {
	done := t.Model(&models.Suppression{}).
		Where("account_id = ? AND id = ? AND cleared_at IS NULL", e.AccountID, e.ID).
		Updates(map[string]any{"cleared_at": t.Now, "differed": models.OnlyHere, "differed_at": read})
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "closing a suppression")
	}
	t.Record(models.Itself(e.AccountID), "suppression.off",
		models.AuditEntry{ObjectKind: "suppression", ObjectID: e.ID, Before: e.Kind})
	return markReady(t, e.AccountID, e.AddressID)
}
