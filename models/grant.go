package models

import (
	"context"
	"fmt"
	"time"
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
func (s *Store) GrantSupport(ctx context.Context, a Actor, until time.Time) (g Grant, err error) {
	if err := a.need(Configure); err != nil {
		return Grant{}, err
	}
	until = instant(until)
	if now := s.now(); !until.After(now) || until.Sub(now) > longestGrant {
		return Grant{}, Invalid{"until": Problem{Key: "error.grant_until"}}
	}
	err = s.inTx(ctx, func(t *tx) error {
		if _, err := t.endGrants(a.AccountID); err != nil {
			return err
		}
		g = Grant{ID: newID("grt", t.now), AccountID: a.AccountID, GrantedBy: a.Name, GrantedAt: t.now, Until: until}
		if err := t.Create(&g).Error; err != nil {
			return fmt.Errorf("models: letting support in: %w", err)
		}
		t.record(a, "support.grant", AuditEntry{ObjectKind: "grant", ObjectID: g.ID, After: until.Format(time.RFC3339)})
		return nil
	})
	return g, err
}

// EndSupport shuts support out now.
func (s *Store) EndSupport(ctx context.Context, a Actor) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		ended, err := t.endGrants(a.AccountID)
		if err == nil && ended > 0 {
			t.record(a, "support.end", AuditEntry{ObjectKind: "account", ObjectID: a.AccountID})
		}
		return err
	})
}

func (t *tx) endGrants(accountID string) (int64, error) {
	done := t.Model(&Grant{}).Where("account_id = ? AND ended_at IS NULL AND until > ?", accountID, t.now).Update("ended_at", t.now)
	return done.RowsAffected, found(done.Error, "ending support's access")
}

// SupportGrant is the grant that holds now; the zero Grant: support is not let in.
func (s *Store) SupportGrant(ctx context.Context, a Actor) (Grant, error) {
	if err := a.need(See); err != nil {
		return Grant{}, err
	}
	var g Grant
	err := s.reading(ctx).Where("account_id = ? AND ended_at IS NULL AND until > ?", a.AccountID, s.now()).
		Order("until DESC").Limit(1).Find(&g).Error
	return g, found(err, "support's access")
}

// Grants are all grants that hold now, the ones that end first before the others: support's list of accounts.
func (s *Store) Grants(ctx context.Context, a Actor) ([]Grant, error) {
	if a.Role != Support {
		return nil, ErrForbidden
	}
	var all []Grant
	err := s.reading(ctx).Where("ended_at IS NULL AND until > ?", s.now()).Order("until, id").Find(&all).Error
	return all, found(err, "grants")
}
