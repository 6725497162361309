package people

import (
	"context"
	"fmt"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Grant lets support staff into an account until a date.
type Grant struct {
	ID        string
	AccountID string
	GrantedBy string // name of the owner
	GrantedAt time.Time
	Until     time.Time
	EndedAt   *time.Time
}

// TableName is the table's name.
func (Grant) TableName() string { return "support_grants" }

// longestGrant is how far ahead access may be given.
const longestGrant = 366 * 24 * time.Hour

// GrantSupport lets support in until an instant, in place of any grant before.
func (s *Store) GrantSupport(ctx context.Context, a models.Actor, until time.Time) (g Grant, err error) {
	if err := a.Need(models.Configure); err != nil {
		return Grant{}, err
	}
	until = models.Instant(until)
	if now := s.db.Now(); !until.After(now) || until.Sub(now) > longestGrant {
		return Grant{}, models.Invalid{"until": models.Problem{Key: "error.grant_until"}}
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if _, err := endGrants(t, a.AccountID); err != nil {
			return err
		}
		g = Grant{
			ID:        models.NewID("grt", t.Now),
			AccountID: a.AccountID,
			GrantedBy: a.Name,
			GrantedAt: t.Now,
			Until:     until,
		}
		if err := t.Create(&g).Error; err != nil {
			return fmt.Errorf("models: letting support in: %w", err)
		}
		t.Record(a, "support.grant",
			models.AuditEntry{ObjectKind: "grant", ObjectID: g.ID, After: until.Format(time.RFC3339)})
		return nil
	})
	return g, err
}

// EndSupport shuts support out now.
func (s *Store) EndSupport(ctx context.Context, a models.Actor) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		ended, err := endGrants(t, a.AccountID)
		if err == nil && ended > 0 {
			t.Record(a, "support.end", models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID})
		}
		return err
	})
}

func endGrants(t *db.Tx, accountID string) (int64, error) {
	done := t.Model(&Grant{}).Where("account_id = ? AND ended_at IS NULL AND until > ?", accountID, t.Now).
		Update("ended_at", t.Now)
	return done.RowsAffected, db.Wrap(done.Error, "ending support's access")
}

// SupportGrant is the grant that holds now; the zero Grant: support is not let in.
func (s *Store) SupportGrant(ctx context.Context, a models.Actor) (Grant, error) {
	if err := a.Need(models.See); err != nil {
		return Grant{}, err
	}
	var g Grant
	err := s.db.Reading(ctx).
		Where("account_id = ? AND ended_at IS NULL AND until > ?", a.AccountID, s.db.Now()).
		Order("until DESC").Limit(1).Find(&g).Error
	return g, db.Wrap(err, "support's access")
}

// Grants are all grants that hold now, the ones that end first before the others: support's list of accounts.
func (s *Store) Grants(ctx context.Context, a models.Actor) ([]Grant, error) {
	if a.Role != models.Support {
		return nil, models.ErrForbidden
	}
	var all []Grant
	err := s.db.Reading(ctx).Where("ended_at IS NULL AND until > ?", s.db.Now()).Order("until, id").
		Find(&all).Error
	return all, db.Wrap(err, "grants")
}

// GrantedAccounts are the accounts that let support in now.
func (s *Store) GrantedAccounts(ctx context.Context, a models.Actor) ([]string, error) {
	grants, err := s.Grants(ctx, a)
	var ids []string
	for _, grant := range grants {
		ids = append(ids, grant.AccountID)
	}
	return ids, err
}
