package consent

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
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
	Theirs []ListedEntry        // listed there, not known here until now
	Ours   []models.Suppression // open here, no longer listed there
	Same   int
}

// reconcileSlice is how many entries one transaction compares.
const reconcileSlice = 200

// comparison is one list being compared.
type comparison struct {
	Differences
	c       models.Connection
	channel models.Channel // of the list
	country string
	read    time.Time       // when reading the list began
	file    bool            // an old list: what has been cleared since stays cleared
	listed  map[string]bool // normal forms and digests that the provider has
}

// Reconcile brings our list of a connection in line with its provider's, read since an instant, and says what
// differed. An entry that came or went in the meantime is left to the next time.
func (s *Store) Reconcile(ctx context.Context, by models.Actor, c models.Connection, read time.Time,
	entries []ListedEntry) (Differences, error) {
	if by.AccountID != c.AccountID {
		return Differences{}, models.ErrNotFound
	}
	if err := by.Need(models.Work); err != nil {
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
	return m.Differences, s.compared(
		ctx,
		by,
		c,
		map[string]any{"compared_at": m.read, "compare_failed": ""},
		models.AuditEntry{
			After: fmt.Sprintf("%d only there, %d only here, %d the same", len(m.Theirs), len(m.Ours),
				m.Same)},
	)
}

// ImportSuppressions adds entries of a provider's list from a file, each with the provider's own date. The
// same file twice changes nothing, and what the file lacks stays.
func (s *Store) ImportSuppressions(ctx context.Context, by models.Actor, c models.Connection,
	entries []ListedEntry) (added int, err error) {
	if by.AccountID != c.AccountID {
		return 0, models.ErrNotFound
	}
	if err := by.Need(models.Work); err != nil {
		return 0, err
	}
	m, err := s.comparison(ctx, by, c, s.db.Now())
	if m.file = true; err != nil {
		return 0, err
	}
	if err := s.listEntries(ctx, &m, entries); err != nil {
		return 0, err
	}
	return len(
			m.Theirs,
		), s.db.Note(
			ctx,
			by,
			"suppression.import",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name,
				After: fmt.Sprintf("%d added, %d known", len(m.Theirs), m.Same)},
		)
}

func (s *Store) comparison(ctx context.Context, by models.Actor, c models.Connection,
	read time.Time) (comparison, error) {
	m := comparison{c: c, channel: models.Email, read: models.Instant(read), listed: map[string]bool{}}
	if !connection.Carries(c, models.Email) {
		m.channel = models.SMS
	}
	account, err := s.people.Account(ctx, by)
	m.country = account.Country
	return m, err
}

func (s *Store) listEntries(ctx context.Context, m *comparison, entries []ListedEntry) error {
	for slice := range slices.Chunk(entries, reconcileSlice) {
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			for _, e := range slice {
				if err := seen(t, m, e); err != nil {
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
func (s *Store) CompareFailed(ctx context.Context, by models.Actor, c models.Connection, why string) error {
	if by.AccountID != c.AccountID {
		return models.ErrNotFound
	}
	return s.compared(ctx, by, c, map[string]any{"compare_failed": models.CleanText(why)},
		models.AuditEntry{Reason: models.CleanText(why)})
}

// compared keeps what came of a comparison, with its line in the log.
func (s *Store) compared(ctx context.Context, by models.Actor, c models.Connection, changes map[string]any,
	e models.AuditEntry) error {
	e.ObjectKind, e.ObjectID, e.ObjectName = "connection", c.ID, c.Name
	return s.db.InTx(ctx, func(t *db.Tx) error {
		t.Record(by, "suppression.reconcile", e)
		return db.Wrap(t.Model(&models.Connection{}).Where("id = ?", c.ID).Updates(changes).Error,
			"a comparison")
	})
}

// AskReconcile has the lists of a connection compared now.
func (s *Store) AskReconcile(ctx context.Context, a models.Actor, connectionID string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	c, err := s.connection.Connection(ctx, a, connectionID)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		t.Record(a, "suppression.ask_reconcile",
			models.AuditEntry{ObjectKind: "connection", ObjectID: c.ID, ObjectName: c.Name})
		return t.AskJob(ReconcileArgs{ConnectionID: c.ID}, &river.InsertOpts{MaxAttempts: 1})
	})
}
