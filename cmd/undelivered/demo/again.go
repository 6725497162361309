package demo

import (
	"context"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/store"
	"undelivered/providers/simulator"
)

// Remember gives the simulator back its list of addresses, which it keeps in memory, when a demo is gone on
// with.
func Remember(ctx context.Context, store *store.Store, told Summary) error {
	for _, a := range told.Accounts {
		list, err := store.Consent.Suppressions(ctx, models.AtCommandLine(a.ID),
			consent.SuppressionQuery{Provider: "simulator", Per: 500})
		if err != nil {
			return err
		}
		for _, line := range list.Lines {
			if line.ClearedAt == nil {
				simulator.InProcess.ListEntry(a.Secrets["simulator"]["signing_secret"],
					simulator.Entry{Email: line.Address, Kind: line.Kind, CreatedAt: line.ListedAt})
			}
		}
	}
	return nil
}
