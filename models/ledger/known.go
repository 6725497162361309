package ledger

import (
	"cmp"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// NothingQueued says whether it is known that nothing waits to be sent to an address.
func NothingQueued(t *db.Tx, a models.Address) bool {
	queued, known := db.Known[models.Attempt](t, a.AccountID, queuedTo(a.ID))
	return known && len(queued) == 0
}

// NothingReady says whether it is known that nothing that was dropped because of an address is offered to be
// sent again.
func NothingReady(t *db.Tx, accountID, addressID string) bool {
	ready, known := db.Known[models.Undelivered](t, accountID, readyFor(addressID))
	return known && len(ready) == 0
}

// outcome is what came of an attempt.
type outcome struct {
	ID        string
	AddressID string
	Outcome   models.AttemptState
	Status    models.Status
	Reason    string
	DecidedAt time.Time
}

// knownOutcomes are what came of the attempts to an address: as it was read, and as it has changed since.
func knownOutcomes(t *db.Tx, a models.Address) ([]models.Attempt, bool) {
	was, known := db.Known[outcome](t, a.AccountID, ofAddress(a.ID))
	attempts, followed := db.Known[models.Attempt](t, a.AccountID, ofAddress(a.ID))
	if !known || !followed {
		return nil, false
	}
	changed := map[string]bool{}
	for _, one := range attempts {
		changed[one.ID] = true
	}
	for _, o := range was {
		if !changed[o.ID] {
			attempts = append(attempts, models.Attempt{
				ID:        o.ID,
				Outcome:   o.Outcome,
				Status:    o.Status,
				Reason:    o.Reason,
				DecidedAt: o.DecidedAt,
			})
		}
	}
	return attempts, true
}

// AttemptsTo are the attempts to an address with a final outcome, the newest first, so many.
func AttemptsTo(t *db.Tx, a models.Address, most int) ([]models.Attempt, error) {
	attempts, known := knownOutcomes(t, a)
	if !known {
		err := t.Where("account_id = ? AND address_id = ? AND outcome IN ('failed', 'delivered')",
			a.AccountID, a.ID).Order("decided_at DESC, id").Limit(most).Find(&attempts).Error
		return attempts, db.Wrap(err, "attempts to an address")
	}
	attempts = slices.DeleteFunc(
		attempts,
		func(a models.Attempt) bool {
			return a.Outcome != models.Failed &&
				a.Outcome != models.AttemptDelivered
		},
	)
	slices.SortFunc(attempts, func(a, b models.Attempt) int {
		return cmp.Or(b.DecidedAt.Compare(a.DecidedAt), cmp.Compare(a.ID, b.ID))
	})
	return attempts[:min(len(attempts), most)], nil
}

// AttemptByID is an attempt of the account; the zero Attempt: there is none.
func AttemptByID(t *db.Tx, accountID, id string) (models.Attempt, error) {
	a, known := db.KnownOne[models.Attempt](t, accountID, byID(id))
	if known {
		return a, nil
	}
	err := t.Where("account_id = ? AND id = ?", accountID, id).Limit(1).Find(&a).Error
	return a, db.Wrap(err, "matching")
}

// AttemptsOfMessage are the attempts that a connection's provider names so, the newest first.
func AttemptsOfMessage(t *db.Tx, accountID, connectionID, id string) ([]models.Attempt, error) {
	all, known := db.Known[models.Attempt](t, accountID, byMessage(connectionID, id))
	if known {
		return newestOf(all), nil
	}
	err := t.Where("account_id = ? AND connection_id = ? AND provider_message_id = ? AND "+
		"provider_message_id <> ''", accountID, connectionID, id).
		Order("number DESC").Limit(sameName).Find(&all).Error
	return all, db.Wrap(err, "matching")
}

// AttemptsOfHeader are the attempts with a Message-ID, the newest first.
func AttemptsOfHeader(t *db.Tx, accountID, id string) ([]models.Attempt, error) {
	all, known := db.Known[models.Attempt](t, accountID, byMessageHeader(id))
	if known {
		return newestOf(all), nil
	}
	err := t.Where("account_id = ? AND message_id = ? AND message_id <> ''", accountID, id).
		Order("number DESC").Limit(sameName).Find(&all).Error
	return all, db.Wrap(err, "matching")
}

// sameName is how many attempts of one name are looked at.
const sameName = 50

func newestOf(all []models.Attempt) []models.Attempt {
	slices.SortStableFunc(all, func(a, b models.Attempt) int { return cmp.Compare(b.Number, a.Number) })
	return all[:min(len(all), sameName)]
}

// NotificationNamed is a notification that the business calls by one of these names; the zero Notification:
// there is none.
func NotificationNamed(t *db.Tx, accountID string, refs []string) (n models.Notification, err error) {
	all := true
	for _, ref := range refs {
		one, known := db.KnownOne[models.Notification](t, accountID, withRef(ref))
		if one.ID != "" {
			return one, nil
		}
		all = all && known
	}
	if all {
		return n, nil
	}
	err = t.Limit(1).Find(&n, "account_id = ? AND ref IN ? AND ref <> ''", accountID, refs).Error
	return n, db.Wrap(err, "registered before")
}

// Original is the first attempt of a notification.
func Original(t *db.Tx, n models.Notification) (models.Attempt, error) {
	attempts, err := attemptsOf(t, &n)
	if err != nil || len(attempts) == 0 {
		return models.Attempt{}, err
	}
	return attempts[0], nil
}

// AttemptNamed is the newest attempt of a notification that the business calls by one of these names, of
// those that were ever handed over, else of all that were not cancelled; known: the database need not be
// asked.
func AttemptNamed(t *db.Tx, accountID string, refs []string) (best models.Attempt, known bool) {
	var all []models.Attempt
	for _, ref := range refs {
		named, there := db.Known[models.Notification](t, accountID, withRef(ref))
		if !there {
			return best, false
		}
		for _, n := range named {
			attempts, there := db.Known[models.Attempt](t, accountID, ofNotification(n.ID))
			if !there {
				return best, false
			}
			all = append(all, attempts...)
		}
	}
	all = slices.DeleteFunc(all, func(a models.Attempt) bool { return a.OwnState == models.Cancelled })
	slices.SortFunc(all, func(a, b models.Attempt) int {
		return cmp.Or(b.AskedAt.Compare(a.AskedAt), cmp.Compare(b.Number, a.Number))
	})
	for _, a := range all {
		if a.SendingAt != nil || !a.Ours {
			return a, true
		}
	}
	if len(all) > 0 {
		best = all[0]
	}
	return best, true
}
