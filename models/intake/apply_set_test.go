package intake

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Applying takes as many statements for two hundred events as for ten, whether or not their messages were
// registered.
func TestSliceStatements(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		d := open()
		d.register(0, 400)
		counts := map[int]map[string]int{}
		for round, n := range []int{10, 200} {
			d.keep(usual(fmt.Sprint("s", round), n, round*200))
			d.after.Store(nil)
			counts[n] = d.statements(func() {
				done, err := d.applyDue(t.Context(), 200)
				must(t, err)
				if done != n {
					t.Fatalf("%d of %d were applied", done, n)
				}
			})
		}
		if few, many := total(counts[10]), total(counts[200]); few != many {
			t.Errorf("%d statements for ten events, %d for two hundred", few, many)
			for sql, times := range counts[200] {
				if counts[10][sql] != times {
					t.Errorf("%d, %d: %s", counts[10][sql], times, sql)
				}
			}
		}
	})
}

// Whatever providers say: applied in slices it has the same effect as one by one.
func TestSliceEqualsOneByOne(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		sliced, single := open(), open()
		for _, d := range []*desk{sliced, single} {
			d.registerAll(registrations(0, 60, 4)) // several to each address
		}
		for round := range 6 {
			random := mathrand.New(mathrand.NewPCG(uint64(round), 3))
			events := anything(random, round, 90, 4)
			sliced.keep(slices.Clone(events))
			single.keep(events)
			for {
				n, err := sliced.applyDue(t.Context(), 200)
				must(t, err)
				if n == 0 {
					break
				}
			}
			for {
				n, _, err := single.applyNext(t.Context())
				if must(t, err); n == 0 {
					break
				}
			}
			wantSame(t, sliced.picture(), single.picture())
		}
	})
}

// An account with very many reports keeps another's waiting for no more than a slice.
func TestSliceIsShared(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		d := open()
		quiet := models.Account{ID: "acc_2", Name: "Quiet", Zone: "UTC", Locale: "en",
			Country: "DE", CreatedAt: noon}
		must(t, d.db.Main.Create(&quiet).Error)
		theirs := models.Connection{ID: "con_2", AccountID: quiet.ID, Provider: "sendgrid",
			Name: "Mail", Channels: "email", TokenHash: "u", CreatedAt: noon}
		must(t, d.db.Main.Create(&theirs).Error)
		d.keep(usual("hot", 90, 0))
		one := usual("quiet", 2, 0)[1:]
		one[0].Prepare(theirs, noon)
		must(t, d.db.InTx(t.Context(),
			func(t *db.Tx) error { return storeBatch(t, []delivery{{from: &theirs, events: one}}) }))
		for range 2 {
			_, err := d.applyDue(t.Context(), 10)
			must(t, err)
		}
		var waiting int64
		must(
			t,
			d.db.Main.Model(&models.Event{}).Where("account_id = ? AND state = 'due'", quiet.ID).
				Count(&waiting).
				Error,
		)
		if waiting > 0 {
			t.Error("the quiet account still waits")
		}
		for n := 1; n > 0; {
			var err error
			n, err = d.applyDue(t.Context(), 50)
			must(t, err)
		}
		must(t, d.db.Main.Model(&models.Event{}).Where("state = 'due'").Count(&waiting).Error)
		if waiting > 0 {
			t.Errorf("%d events still wait", waiting)
		}
	})
}

// An event that cannot be applied is put off, and all others of its slice have their effect.
func TestSliceWithABadEvent(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		d := open()
		events := usual("some", 40, 0)
		events[17].Recipient, events[17].Type = "bad@x.example", "hard_bounce"
		d.keep(events)
		refuse := "CREATE TRIGGER refuse BEFORE INSERT ON addresses WHEN NEW.normal = 'bad@x.example' " +
			"BEGIN SELECT RAISE(ABORT, 'refused'); END"
		if d.db.Kind == "postgres" {
			refuse = "ALTER TABLE addresses ADD CONSTRAINT refuse CHECK (normal <> 'bad@x.example')"
		}
		must(t, d.db.Main.Exec(refuse).Error)
		(&intake{s: d.Store}).applyWaiting(t.Context())
		var left []models.Event
		must(t, d.db.Main.Find(&left, "account_id = ? AND state = 'due'", d.account.ID).Error)
		if len(left) != 1 || left[0].Tries != 1 || left[0].Recipient != "bad@x.example" {
			t.Errorf("%d events are left, want the bad one: %+v", len(left), left)
		}
	})
}
