package intake

import (
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"

	"undelivered/models"
)

// Registering takes as many statements for two hundred notifications as for ten, of new customers and of
// known ones.
func TestRegisterStatements(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		d := open()
		d.register(0, 40)
		counts := map[int]map[string]int{}
		for _, n := range []int{10, 200} {
			all := append(
				registrations(1200*n, 1200*n+n/2, 40),
				registrations(1<<20+n, 1<<20+n+n/2, 1<<30)...)
			counts[n] = d.statements(func() { d.registerAll(all) })
		}
		if few, many := total(counts[10]), total(counts[200]); few != many {
			t.Errorf("%d statements for ten, %d for two hundred", few, many)
			for sql, times := range counts[200] {
				if counts[10][sql] != times {
					t.Errorf("%d, %d: %s", counts[10][sql], times, sql)
				}
			}
		}
	})
}

// Registering many at once is the same as registering one after the other, also where a failure was reported
// before.
func TestRegisterAtOnceEqualsOneByOne(t *testing.T) {
	atDesks(t, func(t *testing.T, open func() *desk) {
		together, single := open(), open()
		for _, d := range []*desk{together, single} {
			d.keep(slices.DeleteFunc(
				anything(mathrand.New(mathrand.NewPCG(5, 5)), 0, 120, 40),
				func(e models.Event) bool {
					// a message that is told of by two names would be two
					name := e.NotificationRef + e.ProviderMessageID
					return name != "" && (name[0] == 'r') != ((name[len(name)-1]-'0')%2 == 0)
				},
			))
			for n := 1; n > 0; {
				var err error
				n, err = d.applyDue(t.Context(), 200)
				must(t, err)
			}
		}
		all := registrations(0, 60, 40)
		for i := range all {
			switch i % 4 {
			case 1:
				all[i].Customer.Ref = ""
			case 2:
				all[i].ProviderMessageID, all[i].To = fmt.Sprint("unknown", i%30), fmt.Sprintf(
					"uunknown%d@gmial.com",
					i%30,
				)
			case 3:
				all[i].Customer = RegistrationCustomer{Phone: "+4930123456", Email: all[i].To}
			}
		}
		all = append(all, all[3], all[10])
		together.registerAll(all)
		for i := range all {
			single.registerAll(all[i : i+1])
		}
		for _, d := range []*desk{together, single} {
			for n := 1; n > 0; {
				var err error
				n, err = d.applyDue(t.Context(), 200)
				must(t, err)
			}
		}
		wantSame(t, together.picture(), single.picture())
	})
}
