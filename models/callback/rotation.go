package callback

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// mayTurn says whether somebody may renew and end secrets: the owner on the page, or the system that set
// callbacks.
func mayTurn(a models.Actor) error {
	if a.Kind == models.APIKey {
		return a.Need(models.Register)
	}
	return a.Need(models.Configure)
}

// Endpoint is where the account's own system is called; ErrNotFound: nowhere.
func (s *Store) Endpoint(ctx context.Context, a models.Actor) (CallbackEndpoint, error) {
	if err := mayTurn(a); err != nil {
		return CallbackEndpoint{}, err
	}
	var e CallbackEndpoint
	err := s.db.Reading(ctx).Take(&e, "account_id = ?", a.AccountID).Error
	return e, db.Wrap(err, "callbacks")
}

// OldSecret says whether the secret before the present one still signs.
func (e CallbackEndpoint) OldSecret(now time.Time) bool {
	return e.OldSecretUntil != nil && e.OldSecretUntil.After(now)
}

// RenewSecret gives callbacks another secret, and returns it. Each is signed with the one before as well,
// until a moment that the page and the answer tell.
func (s *Store) RenewSecret(ctx context.Context,
	a models.Actor) (e CallbackEndpoint, secret string, err error) {
	err = s.turning(ctx, a, func(t *db.Tx, now *CallbackEndpoint) error {
		secret = newSecret()
		until := t.Now.Add(models.SecretOverlap)
		now.OldSecretSealed, now.OldSecretUntil = now.SecretSealed, &until
		now.SecretSealed = t.Database.Seal.Seal([]byte(secret))
		t.Record(a, "callbacks.renew", models.AuditEntry{
			ObjectKind: "account",
			ObjectID:   a.AccountID,
			After:      until.Format(time.RFC3339),
		})
		e = *now
		return nil
	})
	return e, secret, err
}

// EndOldSecret ends the secret before the present one at once.
func (s *Store) EndOldSecret(ctx context.Context, a models.Actor) error {
	return s.turning(ctx, a, func(t *db.Tx, now *CallbackEndpoint) error {
		if now.OldSecretUntil == nil {
			return nil
		}
		now.OldSecretSealed, now.OldSecretUntil = "", nil
		t.Record(a, "callbacks.end_old", models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID})
		return nil
	})
}

// turning changes the secrets of an account's callbacks. The row is written first, so that two at once come
// one after the other.
func (s *Store) turning(ctx context.Context, a models.Actor,
	change func(t *db.Tx, now *CallbackEndpoint) error) error {
	if err := mayTurn(a); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var e CallbackEndpoint
		if err := t.Raw("UPDATE callback_endpoints SET sequence = sequence WHERE account_id = ? RETURNING *",
			a.AccountID).Scan(&e).Error; err != nil {
			return db.Wrap(err, "callbacks")
		}
		if e.AccountID == "" {
			return models.ErrNotFound
		}
		if err := change(t, &e); err != nil {
			return err
		}
		return db.Wrap(t.Model(&CallbackEndpoint{}).Where("account_id = ?", a.AccountID).
			Select("secret_sealed", "old_secret_sealed", "old_secret_until").
			Updates(e).Error, "secret of callbacks")
	})
}

// oldSecret opens the secret before, as long as it signs too.
func (s *Store) oldSecret(sealed string, until *time.Time) (string, error) {
	if until == nil || !until.After(s.db.Now()) {
		return "", nil
	}
	plain, err := s.db.Seal.Open(sealed)
	return string(plain), err
}
