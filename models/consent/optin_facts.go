package consent

import (
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// readFacts reads the past of an address for one cause.
func readFacts(t *db.Tx, a models.Address, cause models.Cause, since time.Time, listed []models.Suppression,
	takes bool) (models.LiftFacts, error) {
	f := models.LiftFacts{Takes: takes}
	for _, entry := range listed {
		f.Listed = f.Listed || slices.Contains(models.KindsOfCause[cause], entry.Kind)
	}
	var before []models.OptOut
	err := t.Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NOT NULL",
		a.AccountID, a.ID, cause).Order("lifted_at DESC").Limit(1).Find(&before).Error
	if err != nil || len(before) == 0 {
		return f, db.Wrap(err, "earlier opt-outs")
	}
	switch cause {
	case models.CauseHardBounce:
		f.Again = since.Sub(before[0].OccurredAt) <= models.AgainWithin
	case models.CauseComplaint:
		f.Again = true
		until := before[0].LiftedAt.AddDate(models.OnceAYear, 0, 0)
		f.NotBefore = &until
	}
	return f, nil
}
