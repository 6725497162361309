package ledger

import (
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// followEvidence changes our own side where the events know better: an attempt that the provider has after
// all counts as handed over, and another one that waits and is no longer needed is cancelled.
func followEvidence(t *db.Tx, n *models.Notification, attempts []models.Attempt,
	events map[string][]models.Event) (proven []models.Attempt, changed bool) {
	for i := range attempts {
		a := &attempts[i]
		switch {
		case a.Contradicted():
			a.Proven(events[a.ID], t.Now)
			proven, changed = append(proven, *a), true
		case a.OwnState == models.Queued && (n.State == models.StateDelivered ||
			n.State == models.StateCleared):
			a.Cancel("no_longer_needed", t.Now)
			changed = true
		}
	}
	return proven, changed
}

// NewsWaits says whether a report that names an attempt which was tried before is stored and has not had its
// effect yet: it may prove the hand-over of which nobody knows.
func NewsWaits(t *db.Tx, a models.Attempt) (bool, error) {
	if a.Tries == 0 {
		return false, nil
	}
	var waiting []string
	err := t.Raw(`SELECT id FROM events WHERE state = 'due' AND account_id = ?
		AND (attempt_ref = ? OR provider_message_id <> '' AND connection_id = ?
			AND provider_message_id = ?) LIMIT 1`,
		a.AccountID, a.ID, a.ConnectionID, a.ProviderMessageID).Scan(&waiting).Error
	return len(waiting) > 0, db.Wrap(err, "reports that wait")
}

// newsPause is how long a queued attempt waits for reports that are stored to have their effect.
const newsPause = 5 * time.Second

// WaitForNews lets a queued attempt wait for them.
func WaitForNews(t *db.Tx, a *models.Attempt) error {
	due := t.Now.Add(newsPause)
	a.DueAt = &due
	if err := t.Save(a).Error; err != nil {
		return db.Wrap(err, "putting a hand-over off")
	}
	return AskHandover(t, *a)
}
