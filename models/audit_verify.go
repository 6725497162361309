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
	walk := auditWalk{key: s.seal.audit, erased: map[int]string{}}
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
	key    []byte
	seq    int
	digest string
	keyed  int            // the first line with the key; 0: none yet
	erased map[int]string // lines without their texts that no erasure has named yet, and what is left of each
}

func (w *auditWalk) line(e AuditEntry) error {
	mark := e.digest(w.key)
	if e.Erased { // its own digest covers texts that are gone: the erasure says what is left
		w.erased[e.Seq], mark = mark, e.Digest
	}
	if e.Seq != w.seq+1 || e.Previous != w.digest || e.Digest != mark {
		return brokenAt(w.seq + 1)
	}
	if w.keyed > 0 && !e.Keyed { // whoever has no key cannot go on as before there was one
		return brokenAt(e.Seq)
	}
	if w.keyed == 0 && e.Keyed {
		w.keyed = e.Seq
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
	if head.Seq != w.seq || head.Digest != w.digest || head.KeyedFrom != w.keyed || accountID != "" && w.seq == 0 {
		return brokenAt(w.seq + 1)
	}
	return nil
}

func brokenAt(seq int) error { return fmt.Errorf("%w at line %d", ErrBroken, seq) }

// AuditHead is the end of an account's log: kept outside, it shows later that no line before it was changed or cut off.
type AuditHead struct {
	AccountID string `json:"account"`
	Seq       int    `json:"line"`
	Digest    string `json:"digest"`
	KeyedFrom int    `json:"keyed_from"` // lines before were written without the key
}

// AuditHeads are the ends of all logs, for whoever runs the installation.
func (s *Store) AuditHeads(ctx context.Context, a Actor) ([]AuditHead, error) {
	if a.Kind != Command {
		return nil, ErrForbidden
	}
	var all []AuditHead
	err := s.reading(ctx).Model(&auditHead{}).Order("account_id").Scan(&all).Error
	return all, found(err, "ends of the logs")
}

// HeldAudit says whether a log still has a line that was noted outside: ErrBroken when not.
func (s *Store) HeldAudit(ctx context.Context, a Actor, noted AuditHead) error {
	if a.Kind != Command {
		return ErrForbidden
	}
	var e AuditEntry
	err := s.reading(ctx).Take(&e, "account_id = ? AND seq = ?", noted.AccountID, noted.Seq).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && e.Digest != noted.Digest {
		return brokenAt(noted.Seq)
	}
	return found(err, "line of the log")
}
