package store

import (
	"context"
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// AddAccount opens an account. Zone and locale are checked; the country is taken from the locale when empty.
func (s *Store) AddAccount(ctx context.Context, a models.Actor,
	account models.Account) (models.Account, error) {
	if a.Kind != models.Command {
		return models.Account{}, models.ErrForbidden
	}
	if err := account.Check(); err != nil {
		return models.Account{}, err
	}
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		account.ID, account.Version, account.CreatedAt, account.Settings = models.NewID("acc",
			t.Now), 1, t.Now, "{}"
		if err := t.Create(&account).Error; err != nil {
			return fmt.Errorf("models: adding an account: %w", err)
		}
		if err := connection.AddGenericConnection(t, account.ID); err != nil {
			return err
		}
		a.AccountID = account.ID
		t.Record(a, "account.add",
			models.AuditEntry{ObjectKind: "account", ObjectID: account.ID, ObjectName: account.Name})
		return nil
	})
	return account, err
}

// EditAccount saves the name, place and language of the account. Somebody else's change since the page was
// made is a Conflict.
func (s *Store) EditAccount(ctx context.Context, a models.Actor,
	changed models.Account) (models.Account, error) {
	if err := a.Need(models.Configure); err != nil {
		return models.Account{}, err
	}
	changed.Country = strings.ToUpper(strings.TrimSpace(changed.Country))
	changed.Locale = strings.TrimSpace(changed.Locale)
	if err := changed.CheckPlace(); err != nil {
		return models.Account{}, err
	}
	var now models.Account
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		if err := people.HoldAccount(t, a.AccountID); err != nil {
			return err
		}
		now = models.Account{}
		if err := t.Take(&now, "id = ?", a.AccountID).Error; err != nil {
			return db.Wrap(err, "account")
		}
		if now.Version != changed.Version {
			return t.Conflict("account.edit", models.AuditEntry{AccountID: now.ID, ObjectID: now.ID},
				now.Version)
		}
		before, zone := now.Described(), now.Location()
		now.Name, now.Zone, now.Locale, now.Country, now.Version = changed.Name, changed.Zone, changed.Locale,
			changed.Country, now.Version+1
		now.WindowDays, now.SoftFailures, now.SoftDays = changed.WindowDays, changed.SoftFailures,
			changed.SoftDays
		err := t.Model(&models.Account{}).Where("id = ?", now.ID).
			Updates(map[string]any{"name": now.Name, "zone": now.Zone,
				"locale": now.Locale, "country": now.Country, "window_days": now.WindowDays,
				"soft_failures": now.SoftFailures, "soft_days": now.SoftDays, "version": now.Version}).
			Error
		if err != nil {
			return db.Wrap(err, "saving an account")
		}
		t.Record(a, "account.edit", models.AuditEntry{
			ObjectKind: "account",
			ObjectID:   now.ID,
			ObjectName: now.Name,
			Before:     before,
			After:      now.Described(),
		})
		if now.Zone != zone.String() {
			return ledger.MoveDays(t, now, zone)
		}
		return nil
	})
	return now, err
}
