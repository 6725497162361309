package models_test

import (
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
)

// Taken away, the main address leaves its place to the one that the customer has had longest of those that
// can be written to, with a line in the log; when none is left, the answer says so.
func TestNextMainAddress(t *testing.T) {
	onBoth(t, func(p *play) {
		c := p.customer(atA)
		for _, more := range []string{"refused@x.example", "older@x.example", "newer@x.example"} {
			p.clock.Turn(time.Hour)
			_, err := p.s.Customer.AddAddress(t.Context(), p.Ada,
				customer.AddressEdit{CustomerID: c.ID, Channel: models.Email, Value: more})
			p.must(err)
		}
		p.hears("refused@x.example", aBounce)
		for i, step := range []struct{ hint, main string }{
			{"hint.main_now.email", "older@x.example"}, {"hint.main_now.email", "newer@x.example"},
			{"hint.main_now.email", "refused@x.example"}, {"hint.none_left.email", ""},
		} {
			r := p.takesMain(c, i)
			if len(r.Hints) == 0 || r.Hints[0].Key != step.hint {
				t.Errorf("step %d says %+v, want %s", i, r.Hints, step.hint)
			}
			if got := p.mainOf(c.ID); got != step.main {
				t.Errorf("step %d: the main address is %q, want %q", i, got, step.main)
			}
		}
		lines, err := p.s.People.ActivityOf(t.Context(), p.Ada, []string{c.ID}, 100)
		p.must(err)
		mains := 0
		for _, line := range lines {
			if line.Action == "customer.main" && line.After != "" {
				mains++
			}
		}
		if mains != 3 {
			t.Errorf("the log has %d lines of a new main address, want 3", mains)
		}
	})
}

// takesMain takes the main address away: by its own button, or every second time by emptying the field of the
// profile.
func (p *play) takesMain(c models.Customer, i int) customer.EditResult {
	p.Helper()
	all, err := p.s.Consent.CustomerAddresses(p.Context(), p.Ada, c.ID)
	p.must(err)
	var r customer.EditResult
	if i%2 == 0 {
		r, err = p.s.Customer.RemoveAddress(p.Context(), p.Ada, c.ID, all[0].ID)
	} else {
		r, err = p.s.Customer.EditContact(p.Context(), p.Ada,
			customer.ContactEdit{CustomerID: c.ID, Name: c.Name})
	}
	p.must(err)
	return r
}

func (p *play) mainOf(customerID string) string {
	p.Helper()
	main, err := p.s.Ledger.MainAddresses(p.Context(), p.Ada, customerID)
	p.must(err)
	return main[models.Email].Value
}
