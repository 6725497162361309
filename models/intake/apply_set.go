package intake

import (
	"fmt"
	"slices"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// applyAll applies events of one or several accounts, account by account, each in as many statements for two
// hundred events as for ten. One that leaves the common path does its work one by one, so it comes last.
func applyAll(t *db.Tx, due []models.Event) error {
	slices.SortStableFunc(due, func(a, b models.Event) int {
		switch {
		case a.AccountID < b.AccountID:
			return -1
		case a.AccountID > b.AccountID:
			return 1
		}
		return apart(a) - apart(b)
	})
	for start := 0; start < len(due); {
		end := start
		for end < len(due) && due[end].AccountID == due[start].AccountID {
			end++
		}
		if err := applyAccount(t, due[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// aheadAtMost is how often a slice reads ahead, after an event that has left the common path.
const aheadAtMost = 5

func applyAccount(t *db.Tx, due []models.Event) error {
	reads := aheadAtMost
	for i := range due {
		if reads > 0 && !t.Knows(due[i].AccountID) {
			reads--
			if err := readAhead(t, due[i].AccountID, due[i:]); err != nil {
				return err
			}
		}
		if err := apply(t, &due[i]); err != nil {
			return fmt.Errorf("event %s: %w", due[i].ID, err)
		}
	}
	return nil
}

// apart is 1 for an event that asks the database itself: one that says a wish, or that names no message.
func apart(e models.Event) int {
	if e.Unproven || e.Probable || e.Type == models.Resubscribed || e.Type == models.Unsubscribed {
		return 1
	}
	return 0
}
