package db

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"gorm.io/gorm/clause"

	"undelivered/models"
)

// DigestKey is the key by which what was erased is recognised. It stays the same when the secret key is
// changed, and is only sealed anew: of an erased address nothing is left that could be digested by another.
type DigestKey struct {
	Name   string `gorm:"primaryKey"`
	Sealed string
}

// erasedKey is the only one so far.
const erasedKey = "erased"

// settleDigestKey reads the installation's key, or at the first start keeps the one that follows from the
// secret key. It fails when the secret key is not the one of this database, before anything is written with
// it.
func (s *DB) settleDigestKey(ctx context.Context) error {
	row, err := s.digestKey(ctx)
	if errors.Is(err, models.ErrNotFound) {
		first := DigestKey{Name: erasedKey, Sealed: s.Seal.Seal(s.Seal.digest)}
		// Another instance may be starting: whoever comes second takes the first one's.
		keep := s.Main.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true})
		if err := keep.Create(&first).Error; err != nil {
			return Wrap(err, "keeping the key of what was erased")
		}
		row, err = s.digestKey(ctx)
	}
	if err != nil {
		return err
	}
	if s.Seal.digest, err = s.Seal.Open(row.Sealed); err != nil {
		return fmt.Errorf("the secret key is not the one of this database: %w", err)
	}
	s.Seal.Audit, err = hkdf.Key(sha256.New, s.Seal.digest, nil, "undelivered activity log", 32)
	return err
}

func (s *DB) digestKey(ctx context.Context) (row DigestKey, err error) {
	err = s.Main.WithContext(ctx).Take(&row, "name = ?", erasedKey).Error
	return row, Wrap(err, "the key of what was erased")
}
