package intake

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"undelivered/models/internal/db"
)

// BenchmarkApply measures events applied a second, half of them of messages that nobody has registered: in
// slices, and ten in a transaction one by one.
func BenchmarkApply(b *testing.B) {
	for name, options := range benchDatabases(b) {
		b.Run(name+"/slices", func(b *testing.B) {
			benchmarkApply(b, options(b), func(d *desk) int {
				n, err := d.applyDue(b.Context(), applySlice)
				must(b, err)
				return n
			})
		})
		b.Run(name+"/one by one", func(b *testing.B) { benchmarkApply(b, options(b), applyTen) })
	}
}

func benchDatabases(b *testing.B) map[string]func(b *testing.B) db.Options {
	all := map[string]func(b *testing.B) db.Options{
		"sqlite": func(b *testing.B) db.Options {
			return db.Options{File: filepath.Join(b.TempDir(),
				"bench.db")}
		},
	}
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		all["postgres"] = func(b *testing.B) db.Options { return db.Options{URL: ownDatabase(b, address)} }
	}
	return all
}

func benchmarkApply(b *testing.B, o db.Options, slice func(d *desk) int) {
	const n = 1000
	d := newDesk(b, o)
	for round := 0; b.Loop(); round++ {
		b.StopTimer()
		d.registerAll(registrations(round*n, round*n+n, 1<<30))
		d.keep(usual(fmt.Sprint("b", round, "-"), n, round*n))
		b.StartTimer()
		for done := 1; done > 0; {
			done = slice(d)
		}
	}
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "events/s")
}

func applyTen(d *desk) (n int) {
	must(d, d.db.InTx(d.Context(), func(t *db.Tx) error {
		due, err := d.due(t, 10)
		for i := range due {
			if err == nil {
				err = apply(t, &due[i])
			}
		}
		n = len(due)
		return err
	}))
	return n
}

// BenchmarkRegister measures notifications registered a second, a hundred at once.
func BenchmarkRegister(b *testing.B) {
	for name, options := range benchDatabases(b) {
		b.Run(name, func(b *testing.B) {
			d := newDesk(b, options(b))
			n := 0
			for b.Loop() {
				d.registerAll(registrations(n, n+100, n+100))
				n += 100
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "notifications/s")
		})
	}
}
