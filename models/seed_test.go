package models_test

import (
	"slices"
	"testing"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/sample"
	"undelivered/models/store"
)

// Sample data is like real data: the counters equal a recount, a story can be told of each, and the same plan
// makes the same.
func TestSeedIsLikeRealData(t *testing.T) {
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		plan := sample.SeedPlan{Accounts: 2, Notifications: 3001, Undelivered: 0.2, Days: 60, Seed: 5}
		first, err := s.Seed(t.Context(), models.AtCommandLine(""), plan)
		if err != nil {
			t.Fatal(err)
		}
		noDrift(t, s)
		a := models.AtCommandLine(first[0].ID)
		rows := exported(t, s, a, report.Filter{})
		if len(rows) < 100 {
			t.Fatalf("%d rows", len(rows))
		}
		story, err := s.Report.NotificationDetail(t.Context(), a, rows[0].ID)
		if err != nil || len(story.Attempts) != 1 || len(story.Events) != 1 ||
			story.Events[0].Reason != rows[0].Reason {
			t.Errorf("story %+v: %v", story, err)
		}
		if err := s.Ledger.ClearNotification(t.Context(), a,
			ledger.ClearAsk{NotificationID: rows[0].ID, Outcome: "phoned"}); err != nil {
			t.Fatal(err)
		}
		noDrift(t, s)
		again, err := s.Seed(t.Context(), models.AtCommandLine(""), plan)
		if err != nil {
			t.Fatal(err)
		}
		same := exported(t, s, models.AtCommandLine(again[1].ID), report.Filter{})
		if want := exported(t, s, models.AtCommandLine(first[1].ID), report.Filter{}); !slices.EqualFunc(same,
			want, sameSample) {
			t.Errorf("%d rows, not %d", len(same), len(want))
		}
	})
}

func sameSample(a, b models.Undelivered) bool {
	return a.Recipient == b.Recipient && a.Title == b.Title && a.Reason == b.Reason &&
		a.FailedAt.Equal(b.FailedAt)
}
