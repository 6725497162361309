package connection

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Why a provider's list could not be read, where it is not the provider's own words.
const (
	CompareKeyRefused = "key_refused"
	CompareNoAnswer   = "no_answer"
)

// Comparison is what the last comparison of a connection's list with ours has found.
type Comparison struct {
	ConnectionID string
	Provider     string
	Name         string
	ComparedAt   *time.Time // nil: never
	Failed       string     // why the last one could not be made
	Theirs       int        // were listed there only
	Ours         int        // were listed here only
}

// Comparisons are the last comparisons of the account's connections that send, of the given providers.
func (s *Store) Comparisons(ctx context.Context, a models.Actor, providers []string) ([]Comparison, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var all []Comparison
	err := s.db.Reading(ctx).
		Raw(`SELECT c.id AS connection_id, c.provider, c.name, c.compared_at, c.compare_failed AS failed,
		(SELECT COUNT(*) FROM suppressions s WHERE s.account_id = c.account_id AND s.differed = 'there'
			AND s.differed_at = c.compared_at AND s.connection_id = c.id) AS theirs,
		(SELECT COUNT(*) FROM suppressions s WHERE s.account_id = c.account_id AND s.differed = 'here'
			AND s.differed_at = c.compared_at AND s.connection_id = c.id) AS ours
		FROM connections c WHERE c.account_id = ? AND c.sends AND c.removed_at IS NULL AND c.provider IN ?
			ORDER BY c.position, c.id`,
			a.AccountID, providers).
		Scan(&all).Error
	return all, db.Wrap(err, "comparisons")
}
