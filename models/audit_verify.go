package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
)

// ErrBroken says that the log was changed or has a gap.
var ErrBroken = errors.New("the activity log has been changed")

// VerifyAudit walks an account's log and returns how many lines it has, and ErrBroken with the first bad line.
func (s *Store) VerifyAudit(ctx context.Context, accountID string) (lines int, err error) {
	walk := auditWalk{erased: map[int]string{}}
	for {
		var batch []AuditEntry
		err := s.reading(ctx).Where("account_id = ? AND seq > ?", accountID, walk.seq).Order("seq").Limit(500).Find(&batch).Error
		if err != nil {
			return walk.seq, fmt.Errorf("models: audit: %w", err)
		}
		for _, e := range batch {
			if err := walk.line(e); err != nil {
				return walk.seq, err
			}
		}
		if len(batch) == 0 {
			return walk.seq, cmp.Or(walk.explained(), s.sameHead(ctx, accountID, walk))
		}
	}
}

// auditWalk is how far a log has been looked at.
type auditWalk struct {
	seq    int
	digest string
	erased map[int]string // lines without their texts that no erasure has named yet, and what is left of each
}

func (w *auditWalk) line(e AuditEntry) error {
	mark := e.digest()
	if e.Erased { // its own digest covers texts that are gone: the erasure says what is left
		w.erased[e.Seq], mark = mark, e.Digest
	}
	if e.Seq != w.seq+1 || e.Previous != w.digest || e.Digest != mark {
		return brokenAt(w.seq + 1)
	}
	w.seq, w.digest = e.Seq, e.Digest
	if e.Action != eraseAction {
		return nil
	}
	for _, left := range readErased(e.After) {
		if w.erased[left.seq] != left.digest {
			return brokenAt(left.seq)
		}
		delete(w.erased, left.seq)
	}
	return nil
}

// explained finds lines without their texts that no erasure took.
func (w *auditWalk) explained() error {
	if len(w.erased) == 0 {
		return nil
	}
	return brokenAt(slices.Min(slices.Collect(maps.Keys(w.erased))))
}

// sameHead finds lines cut off at the end: the head knows how many there were. Every account has one, that of its opening.
func (s *Store) sameHead(ctx context.Context, accountID string, w auditWalk) error {
	var head auditHead
	err := s.reading(ctx).Take(&head, "account_id = ?", accountID).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return fmt.Errorf("models: audit: %w", err)
	}
	if head.Seq != w.seq || head.Digest != w.digest || accountID != "" && w.seq == 0 {
		return brokenAt(w.seq + 1)
	}
	return nil
}

func brokenAt(seq int) error { return fmt.Errorf("%w at line %d", ErrBroken, seq) }
