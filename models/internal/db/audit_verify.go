package db

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"undelivered/models"
)

// VerifyAudit walks an account's log and returns how many lines it has, and ErrBroken with the first bad
// line.
func (s *DB) VerifyAudit(ctx context.Context, accountID string) (lines int, err error) {
	walk := auditWalk{key: s.Seal.Audit, erased: map[int]string{}}
	for {
		var batch []models.AuditEntry
		err := s.Reading(ctx).Where("account_id = ? AND seq > ?", accountID, walk.seq).Order("seq").
			Limit(500).Find(&batch).Error
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
	erased map[int]string // lines without their texts that no erasure has named yet, and what is left of each
}

func (w *auditWalk) line(e models.AuditEntry) error {
	mark := Digest(e, w.key)
	if e.Erased { // its own digest covers texts that are gone: the erasure says what is left
		w.erased[e.Seq], mark = mark, e.Digest
	}
	if e.Seq != w.seq+1 || e.Previous != w.digest || e.Digest != mark {
		return brokenAt(w.seq + 1)
	}
	w.seq, w.digest = e.Seq, e.Digest
	if e.Action != EraseAction {
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

// sameHead finds lines cut off at the end: the head knows how many there were. Every account has one, that of
// its opening.
func (s *DB) sameHead(ctx context.Context, accountID string, w auditWalk) error {
	var head AuditHeadRow
	err := s.Reading(ctx).Take(&head, "account_id = ?", accountID).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return fmt.Errorf("models: audit: %w", err)
	}
	if head.Seq != w.seq || head.Digest != w.digest || accountID != "" && w.seq == 0 {
		return brokenAt(w.seq + 1)
	}
	return nil
}

func brokenAt(seq int) error { return fmt.Errorf("%w at line %d", models.ErrBroken, seq) }

// AuditHeads are the ends of all logs, for whoever runs the installation.
func (s *DB) AuditHeads(ctx context.Context, a models.Actor) ([]models.AuditHead, error) {
	if a.Kind != models.Command {
		return nil, models.ErrForbidden
	}
	var all []models.AuditHead
	err := s.Reading(ctx).Model(&AuditHeadRow{}).Order("account_id").Scan(&all).Error
	return all, Wrap(err, "ends of the logs")
}

// HeldAudit says whether a log still has a line that was noted outside: ErrBroken when not.
func (s *DB) HeldAudit(ctx context.Context, a models.Actor, noted models.AuditHead) error {
	if a.Kind != models.Command {
		return models.ErrForbidden
	}
	var e models.AuditEntry
	err := s.Reading(ctx).Take(&e, "account_id = ? AND seq = ?", noted.AccountID, noted.Seq).Error
	if errors.Is(err, gorm.ErrRecordNotFound) || err == nil && e.Digest != noted.Digest {
		return brokenAt(noted.Seq)
	}
	return Wrap(err, "line of the log")
}

// EraseAction is the line of the log that an erasure writes.
const EraseAction = "customer.erase"

// erasedLine is a line of the log without its texts, and the digest of what is left of it.
type erasedLine struct {
	seq    int
	digest string
}

// readErased reads what eraseLines has said.
func readErased(text string) []erasedLine {
	var all []erasedLine
	for _, word := range strings.Fields(text) {
		number, digest, _ := strings.Cut(word, ":")
		if seq, err := strconv.Atoi(number); err == nil {
			all = append(all, erasedLine{seq, digest})
		}
	}
	return all
}
