package models

import "time"

// AuditEntry is one line of the activity log: who did what, when, from where, and what was before and after.
// Lines are only ever added; each carries the digest of the line before it in its account. What a line says
// of a customer goes when the customer is erased; that it was written, when and by whom stays, and so does
// its place in the chain.
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
	Erased     bool   // the texts of the line are gone with the customer whom they were about
}

// TableName is the table's name: the log is one thing, not many.
func (AuditEntry) TableName() string { return "audit" }

// AuditHead is the end of an account's log: kept outside, it shows later that no line before it was changed
// or cut off.
type AuditHead struct {
	AccountID string `json:"account"`
	Seq       int    `json:"line"`
	Digest    string `json:"digest"`
}
