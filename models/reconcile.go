package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"
)

// ListedEntry is one entry of a provider's own list.
type ListedEntry struct {
	Address string
	Kind    string
	Reason  string
	Since   time.Time // zero: it does not say
	ByHand  bool      // its interface cannot remove the entry
}

// Differences are what a provider's list and ours did not agree on.
type Differences struct {
	Theirs []ListedEntry // listed there, not known here until now
	Ours   []Suppression // open here, no longer listed there
	Same   int
}

// reconcileSlice is how many entries one transaction compares.
const reconcileSlice = 200

// comparison is one list being compared.
type comparison struct {
	Differences
	c       Connection
	channel Channel // of the list
	country string
	read    time.Time       // when reading the list began
	file    bool            // an old list: what has been cleared since stays cleared
	listed  map[string]bool // normal forms and digests that the provider has
}

// Reconcile brings our list of a connection in line with its provider's, read since an instant, and says what
// differed. An entry that came or went in the meantime is left to the next time.
func (s *Store) Reconcile(ctx context.Context, by Actor, c Connection, read time.Time, entries []ListedEntry) (Differences, error) {
	if by.AccountID != c.AccountID {
		return Differences{}, ErrNotFound
	}
	if err := by.need(Work); err != nil {
		return Differences{}, err
	}
	m, err := s.comparison(ctx, by, c, read)
	if err != nil {
		return m.Differences, err
	}
	if err := s.listEntries(ctx, &m, entries); err != nil {
		return m.Differences, err
	}
	if err := s.gone(ctx, &m); err != nil {
		return m.Differences, err
	}
	return m.Differences, s.compared(ctx, by, c, map[string]any{"compared_at": m.read, "compare_failed": ""}, AuditEntry{
		After: fmt.Sprintf("%d only there, %d only here, %d the same", len(m.Theirs), len(m.Ours), m.Same)})
}

// ImportSuppressions adds entries of a provider's list from a file, each with the provider's own date. The same file
// twice changes nothing, and what the file lacks stays.
func (s *Store) ImportSuppressions(ctx context.Context, by Actor, c Connection, entries []ListedEntry) (added int, err error) {
	if by.AccountID != c.AccountID {
		return 0, ErrNotFound
	}
	if err := by.need(Work); err != nil {
		return 0, err
	}
	m, err := s.comparison(ctx, by, c, s.now())
	if m.file = true; err != nil {
		return 0, err
	}
	if err := s.listEntries(ctx, &m, entries); err != nil {
		return 0, err
	}
	return len(m.Theirs), s.Note(ctx, by, "suppression.import", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name,
		After: fmt.Sprintf("%d added, %d known", len(m.Theirs), m.Same)})
}

func (s *Store) comparison(ctx context.Context, by Actor, c Connection, read time.Time) (comparison, error) {
	m := comparison{c: c, channel: Email, read: instant(read), listed: map[string]bool{}}
	if !c.Carries(Email) {
		m.channel = SMS
	}
	account, err := s.Account(ctx, by)
	m.country = account.Country
	return m, err
}

func (s *Store) listEntries(ctx context.Context, m *comparison, entries []ListedEntry) error {
	for slice := range slices.Chunk(entries, reconcileSlice) {
		err := s.inTx(ctx, func(t *tx) error {
			for _, e := range slice {
				if err := t.seen(m, e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// CompareFailed notes that a provider's list could not be read; what was found before stays as it is.
func (s *Store) CompareFailed(ctx context.Context, by Actor, c Connection, why string) error {
	if by.AccountID != c.AccountID {
		return ErrNotFound
	}
	return s.compared(ctx, by, c, map[string]any{"compare_failed": cleanText(why)}, AuditEntry{Reason: cleanText(why)})
}

// compared keeps what came of a comparison, with its line in the log.
func (s *Store) compared(ctx context.Context, by Actor, c Connection, changes map[string]any, e AuditEntry) error {
	e.ObjectKind, e.ObjectID, e.ObjectName = "connection", c.ID, c.Name
	return s.inTx(ctx, func(t *tx) error {
		t.record(by, "suppression.reconcile", e)
		return found(t.Model(&Connection{}).Where("id = ?", c.ID).Updates(changes).Error, "a comparison")
	})
}

// AskReconcile has the lists of a connection compared now.
func (s *Store) AskReconcile(ctx context.Context, a Actor, connectionID string) error {
	if err := a.need(Work); err != nil {
		return err
	}
	c, err := s.Connection(ctx, a, connectionID)
	if err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		t.record(a, "suppression.ask_reconcile", AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return t.askJob(ReconcileArgs{ConnectionID: c.ID}, &river.InsertOpts{MaxAttempts: 1})
	})
}
