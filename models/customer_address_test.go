package models_test

import (
	"testing"

	"undelivered/models"
	"undelivered/models/customer"
)

// An address has a name that can be changed, can be made the main one and taken away; the history has a line
// for each, also of the address that is gone, and the log holds no whole address.
func TestAddressesAreNamedAndOrdered(t *testing.T) {
	onBoth(t, func(p *play) {
		c := p.customer(atA)
		ctx, first := p.Context(), p.state(c.ID)
		_, err := p.s.Customer.AddAddress(ctx, p.Ada,
			customer.AddressEdit{CustomerID: c.ID, Channel: models.Email, Value: atB, Label: " work "})
		p.must(err)
		_, err = p.s.Customer.AddAddress(ctx, p.Ada, customer.AddressEdit{CustomerID: c.ID,
			Channel: models.Email, Value: first.Value, Label: "home", Replaces: first.ID})
		p.must(err)
		all, err := p.s.Consent.CustomerAddresses(ctx, p.Ada, c.ID)
		p.must(err)
		if len(all) != 2 || all[0].Label != "home" || !all[0].Main || all[1].Label != "work" {
			p.Fatalf("%+v", all)
		}
		_, err = p.s.Customer.MakeMain(ctx, p.Ada, c.ID, all[1].ID)
		p.must(err)
		_, err = p.s.Customer.RemoveAddress(ctx, p.Ada, c.ID, all[0].ID)
		p.must(err)
		left, err := p.s.Consent.CustomerAddresses(ctx, p.Ada, c.ID)
		p.must(err)
		if len(left) != 1 || left[0].Value != atB || !left[0].Main {
			p.Fatalf("%+v", left)
		}
		p.must(p.s.Consent.OptOutByStaff(ctx, p.Ada, left[0].ID, "She rang."))
		p.must(p.s.Customer.EraseCustomer(ctx, p.Ada, c.ID, 0))
		lines, err := p.s.Customer.CustomerHistory(ctx, p.Ada, c.ID, 100)
		p.must(err)
		have := map[string]int{}
		for _, line := range lines {
			have[line.Action]++
			if line.Before == atA || line.After == atB {
				p.Errorf("the log holds a whole address: %+v", line)
			}
		}
		for _, action := range []string{"customer.add", "customer.address", "customer.label", "customer.main",
			"address.opt_out", "customer.erase"} {
			if have[action] == 0 {
				p.Errorf("the history lacks %s: %v", action, have)
			}
		}
		if _, err := p.s.Customer.CustomerHistory(ctx, p.Bob, c.ID, 100); err == nil {
			p.Error("somebody else's history was shown")
		}
	})
}
