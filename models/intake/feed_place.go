package intake

import (
	"maps"
	"slices"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// FeedHead is the last place that an account's events have taken.
type FeedHead struct {
	AccountID string `gorm:"primaryKey"`
	At        int64  // microseconds; never twice the same
}

// TakePlaces gives events their places in what programs read. The head of each account is held until the
// commit, so that places grow in the order of the commits: who has read up to one has missed none before it,
// whichever instance stores them and whatever its clock says.
func TakePlaces(t *db.Tx, events []models.Event) error {
	places := map[string]int64{}
	for _, e := range events {
		places[e.AccountID] = t.Now.UnixMicro()
	}
	for _, account := range slices.Sorted(maps.Keys(places)) {
		head := FeedHead{account, places[account]}
		err := t.Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "account_id"}},
			DoUpdates: clause.Assignments(map[string]any{
				"at": t.Expr(
					"CASE WHEN excluded.at > feed_heads.at THEN excluded.at ELSE feed_heads.at + 1 END",
				),
			}),
		}, clause.Returning{Columns: []clause.Column{{Name: "at"}}}).Create(&head).Error
		if err != nil {
			return db.Wrap(err, "places in the feed")
		}
		places[account] = head.At
	}
	for i := range events {
		events[i].Feed = places[events[i].AccountID]
	}
	return nil
}
