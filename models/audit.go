package models

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
)

// AuditEntry is one line of the activity log: who did what, when, from where, and what was before and after.
// Lines are only ever added; each carries the digest of the line before it in its account. What a line says of a customer
// goes when the customer is erased; that it was written, when and by whom stays, and so does its place in the chain.
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
	Salt       string `json:"-"` // part of the digest; goes with the texts, so that nobody can try what they were
	Keyed      bool   `json:"-"` // its digest is made with the installation's key: nobody else can chain it anew
	Erased     bool   // the texts of the line are gone with the customer whom they were about
}

// TableName is the table's name: the log is one thing, not many.
func (AuditEntry) TableName() string { return "audit" }

type auditHead struct {
	AccountID string
	Seq       int
	Digest    string
	KeyedFrom int // the first line that is chained with the key; 0: none
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
		lines[i].Seq, lines[i].Previous, lines[i].Salt, lines[i].Keyed = head.Seq, head.Digest, rand.Text(), true
		lines[i].Digest = lines[i].digest(t.s.seal.audit)
		head.Digest = lines[i].Digest
	}
	if head.KeyedFrom == 0 {
		head.KeyedFrom = lines[0].Seq
	}
	if err := t.CreateInBatches(lines, 100).Error; err != nil {
		return err
	}
	return t.Model(&auditHead{}).Where("account_id = ?", head.AccountID).
		Updates(map[string]any{"seq": head.Seq, "digest": head.Digest, "keyed_from": head.KeyedFrom}).Error
}

// digest covers every column and the digest of the line before. With the key nobody can make it who only has the database.
func (e AuditEntry) digest(key []byte) string {
	parts := []string{e.Previous, e.AccountID, fmt.Sprint(e.Seq), e.At.UTC().Format(time.RFC3339Nano),
		string(e.ActorKind), e.ActorID, e.ActorName, e.Network, e.Action, e.ObjectKind, e.ObjectID, e.ObjectName,
		e.Before, e.After, e.Reason, e.RequestID}
	if e.Salt != "" { // the first lines had none
		parts = append(parts, e.Salt)
	}
	h := sha256.New()
	if e.Keyed {
		h = hmac.New(sha256.New, key)
	}
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// conflict is somebody else's change of an object, with who made it by the log: the last whose act is like the one named.
func (t *tx) conflict(act string, e AuditEntry, version int) error {
	var by string
	err := t.Raw(`SELECT actor_name FROM audit WHERE account_id = ? AND object_id = ? AND action LIKE ? ORDER BY seq DESC LIMIT 1`,
		e.AccountID, e.ObjectID, act).Scan(&by).Error
	if err != nil {
		return found(err, "who has changed it")
	}
	return Conflict{By: by, Version: version}
}

// Note writes one line on its own: signing in and out, refused actions, exports, support's looks.
func (s *Store) Note(ctx context.Context, a Actor, action string, e AuditEntry) error {
	return s.inTx(ctx, func(t *tx) error {
		t.record(a, action, e)
		return nil
	})
}
