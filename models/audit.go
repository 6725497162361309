package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AuditEntry is one line of the activity log: who did what, when, from where, and what was before and after.
// Lines are only ever added; each carries the digest of the line before it in its account.
type AuditEntry struct {
	AccountID  string
	Seq        int
	At         time.Time
	ActorKind  ActorKind
	ActorID    string
	ActorName  string
	Network    string
	Action     string // "notification.resend": the noun and the verb; the catalogue has a sentence for each
	ObjectKind string
	ObjectID   string
	ObjectName string
	Before     string
	After      string
	Reason     string
	RequestID  string
	Previous   string // digest of the line before
	Digest     string
}

// TableName is the table's name: the log is one thing, not many.
func (AuditEntry) TableName() string { return "audit" }

type auditHead struct {
	AccountID string
	Seq       int
	Digest    string
}

func (auditHead) TableName() string { return "audit_heads" }

// record adds a line to the log, in this transaction.
func (t *tx) record(a Actor, action string, e AuditEntry) {
	e.AccountID, e.At = a.AccountID, t.now
	e.ActorKind, e.ActorID, e.ActorName = a.Kind, a.ID, a.Name
	e.Network, e.RequestID, e.Action = a.Network, a.RequestID, action
	t.audit = append(t.audit, e)
}

// writeAudit chains and stores the lines, account by account in a fixed order.
func (t *tx) writeAudit() error {
	slices.SortStableFunc(t.audit, func(a, b AuditEntry) int { return strings.Compare(a.AccountID, b.AccountID) })
	for start := 0; start < len(t.audit); {
		end := start
		for end < len(t.audit) && t.audit[end].AccountID == t.audit[start].AccountID {
			end++
		}
		if err := t.chain(t.audit[start:end]); err != nil {
			return fmt.Errorf("models: audit: %w", err)
		}
		start = end
	}
	t.audit = nil
	return nil
}

func (t *tx) chain(lines []AuditEntry) error {
	head := auditHead{AccountID: lines[0].AccountID}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&head).Error; err != nil {
		return err
	}
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&head, "account_id = ?", head.AccountID).Error; err != nil {
		return err
	}
	for i := range lines {
		head.Seq++
		lines[i].Seq, lines[i].Previous = head.Seq, head.Digest
		lines[i].Digest = lines[i].digest()
		head.Digest = lines[i].Digest
	}
	if err := t.CreateInBatches(lines, 100).Error; err != nil {
		return err
	}
	return t.Model(&auditHead{}).Where("account_id = ?", head.AccountID).
		Updates(map[string]any{"seq": head.Seq, "digest": head.Digest}).Error
}

// digest covers every column and the digest of the line before.
func (e AuditEntry) digest() string {
	h := sha256.New()
	for _, part := range []string{e.Previous, e.AccountID, fmt.Sprint(e.Seq), e.At.UTC().Format(time.RFC3339Nano),
		string(e.ActorKind), e.ActorID, e.ActorName, e.Network, e.Action, e.ObjectKind, e.ObjectID, e.ObjectName,
		e.Before, e.After, e.Reason, e.RequestID} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Note writes one line on its own: signing in and out, refused actions, exports, support's looks.
func (s *Store) Note(ctx context.Context, a Actor, action string, e AuditEntry) error {
	return s.inTx(ctx, func(t *tx) error {
		t.record(a, action, e)
		return nil
	})
}

// ErrBroken says that the log was changed or has a gap.
var ErrBroken = errors.New("the activity log has been changed")

// VerifyAudit walks an account's log and returns how many lines it has, and ErrBroken with the first bad line.
func (s *Store) VerifyAudit(ctx context.Context, accountID string) (lines int, err error) {
	previous := ""
	for {
		var batch []AuditEntry
		err := s.reading(ctx).Where("account_id = ? AND seq > ?", accountID, lines).Order("seq").Limit(500).Find(&batch).Error
		if err != nil {
			return lines, fmt.Errorf("models: audit: %w", err)
		}
		for _, e := range batch {
			if e.Seq != lines+1 || e.Previous != previous || e.Digest != e.digest() {
				return lines, fmt.Errorf("%w at line %d", ErrBroken, lines+1)
			}
			lines, previous = e.Seq, e.Digest
		}
		if len(batch) == 0 {
			return lines, s.sameHead(ctx, accountID, lines, previous)
		}
	}
}

// sameHead finds lines cut off at the end.
func (s *Store) sameHead(ctx context.Context, accountID string, seq int, digest string) error {
	var head auditHead
	err := s.reading(ctx).Take(&head, "account_id = ?", accountID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("models: audit: %w", err)
	}
	if head.Seq != seq || head.Digest != digest {
		return fmt.Errorf("%w after line %d", ErrBroken, seq)
	}
	return nil
}
