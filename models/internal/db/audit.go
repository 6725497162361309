package db

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
)

type AuditHeadRow struct {
	AccountID string
	Seq       int
	Digest    string
}

func (AuditHeadRow) TableName() string { return "audit_heads" }

// Record adds a line to the log, in this transaction.
func (t *Tx) Record(a models.Actor, action string, e models.AuditEntry) {
	e.AccountID, e.At = a.AccountID, t.Now
	e.ActorKind, e.ActorID, e.ActorName = a.Kind, a.ID, a.Name
	e.Network, e.RequestID, e.Action = a.Network, a.RequestID, action
	t.Audit = append(t.Audit, e)
}

// writeAudit chains and stores the lines, account by account in a fixed order.
func (t *Tx) writeAudit() error {
	slices.SortStableFunc(t.Audit,
		func(a, b models.AuditEntry) int { return strings.Compare(a.AccountID, b.AccountID) })
	for start := 0; start < len(t.Audit); {
		end := start
		for end < len(t.Audit) && t.Audit[end].AccountID == t.Audit[start].AccountID {
			end++
		}
		if err := t.chain(t.Audit[start:end]); err != nil {
			return fmt.Errorf("models: audit: %w", err)
		}
		start = end
	}
	t.Audit = nil
	return nil
}

func (t *Tx) chain(lines []models.AuditEntry) error {
	head := AuditHeadRow{AccountID: lines[0].AccountID}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&head).Error; err != nil {
		return err
	}
	if err := t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&head, "account_id = ?",
		head.AccountID).Error; err != nil {
		return err
	}
	for i := range lines {
		head.Seq++
		lines[i].Seq, lines[i].Previous, lines[i].Salt = head.Seq, head.Digest, rand.Text()
		lines[i].Digest = Digest(lines[i], t.Database.Seal.Audit)
		head.Digest = lines[i].Digest
	}
	if err := Write(t, lines); err != nil {
		return err
	}
	return t.Model(&AuditHeadRow{}).Where("account_id = ?", head.AccountID).
		Updates(map[string]any{"seq": head.Seq, "digest": head.Digest}).Error
}

// Digest covers every column and the digest of the line before. Without the key nobody can make it who has
// the database.
func Digest(e models.AuditEntry, key []byte) string {
	parts := []string{e.Previous, e.AccountID, fmt.Sprint(e.Seq), e.At.UTC().Format(time.RFC3339Nano),
		string(e.ActorKind), e.ActorID, e.ActorName, e.Network, e.Action, e.ObjectKind, e.ObjectID,
		e.ObjectName,
		e.Before, e.After, e.Reason, e.RequestID}
	if e.Salt != "" { // the first lines had none
		parts = append(parts, e.Salt)
	}
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Conflict is somebody else's change of an object, with who made it by the log: the last whose act is like
// the one named.
func (t *Tx) Conflict(act string, e models.AuditEntry, version int) error {
	var by string
	err := t.Raw(`SELECT actor_name FROM audit WHERE account_id = ? AND object_id = ? AND action LIKE ? ORDER BY seq DESC LIMIT 1`,
		e.AccountID, e.ObjectID, act).
		Scan(&by).Error
	if err != nil {
		return Wrap(err, "who has changed it")
	}
	return models.Conflict{By: by, Version: version}
}

// Note writes one line on its own: signing in and out, refused actions, exports, support's looks.
func (s *DB) Note(ctx context.Context, a models.Actor, action string, e models.AuditEntry) error {
	return s.InTx(ctx, func(t *Tx) error {
		t.Record(a, action, e)
		return nil
	})
}
