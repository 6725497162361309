package models_test

import (
	"errors"
	"testing"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// jane adds Jane Doe with her mistyped address.
func jane(t *testing.T, s *store.Store, cast *modelstest.Cast) models.Customer {
	t.Helper()
	r, err := s.Customer.AddCustomer(t.Context(), cast.Ada,
		customer.NewCustomer{Name: "Jane Doe", Email: modelstest.JaneMistyped, Phone: "07700 900118"})
	if err != nil {
		t.Fatal(err)
	}
	return r.Customer
}

// Two people who edit the same customer: the second sees a conflict, and what the first saved stays.
func TestEditOfAnOldPageIsAConflict(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		c := jane(t, s, cast)
		edit := customer.ContactEdit{CustomerID: c.ID, Version: c.Version, Name: "Jane Doe",
			Email: modelstest.JaneRight, Phone: "+447700900118"}
		if _, err := s.Customer.EditContact(t.Context(), cast.Ada, edit); err != nil {
			t.Fatal(err)
		}
		edit.Email = "other@example.com"
		var conflict models.Conflict
		if _, err := s.Customer.EditContact(t.Context(), cast.Olga, edit); !errors.As(err, &conflict) ||
			conflict.By != "Ada Marlow" {
			t.Fatalf("want a conflict with Ada, got %v", err)
		}
		main, err := s.Ledger.MainAddresses(t.Context(), cast.Ada, c.ID)
		if err != nil || main[models.Email].Value != modelstest.JaneRight {
			t.Fatalf("main address %v, %v", main[models.Email], err)
		}
	})
}

// A wrong field is named, nothing is saved, and what stands as it stood is not asked again.
func TestEditChecksOnlyWhatWasTyped(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		c := jane(t, s, cast)
		for field, edit := range map[string]customer.ContactEdit{
			"email": {Name: "Jane", Email: "jane@@example.com", Phone: "07700 900118"},
			"phone": {Name: "Jane", Email: modelstest.JaneMistyped, Phone: "twelve"},
			"name":  {Name: " ", Email: modelstest.JaneMistyped, Phone: ""},
		} {
			edit.CustomerID = c.ID
			var bad models.Invalid
			if _, err := s.Customer.EditContact(t.Context(), cast.Ada, edit); !errors.As(err, &bad) ||
				bad[field].Key == "" ||
				len(bad) != 1 {
				t.Errorf("%s: got %v", field, err)
			}
		}
		after, err := s.Ledger.Customer(t.Context(), cast.Ada, c.ID)
		if err != nil || after.Version != c.Version || after.Name != "Jane Doe" {
			t.Errorf("something was saved: %+v, %v", after, err)
		}
	})
}

// Another account's customer is edited like one that does not exist.
func TestEditOfAnotherAccountsCustomerFindsNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		c := jane(t, s, cast)
		_, err := s.Customer.EditContact(t.Context(), cast.Bob,
			customer.ContactEdit{CustomerID: c.ID, Name: "Stolen"})
		if !errors.Is(err, models.ErrNotFound) {
			t.Fatalf("got %v", err)
		}
	})
}

// Case 23: a hard-bounced address that is edited to another value and back is still opted out, and the page
// says so.
func TestEditThereAndBackLiftsNothing(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		c := jane(t, s, cast)
		bounce(t, s, cast.Mail, modelstest.JaneMistyped)
		for _, email := range []string{modelstest.JaneRight, "JANE.DOE@gmial.com"} {
			r, err := s.Customer.EditContact(t.Context(), cast.Ada, customer.ContactEdit{CustomerID: c.ID,
				Name: "Jane Doe", Email: email, Phone: "+447700900118"})
			if err != nil {
				t.Fatal(err)
			}
			if told := len(r.Hints) > 0 && r.Hints[0].Key == "hint.opted_out"; told != (email != modelstest.JaneRight) {
				t.Errorf("%s: hints %v", email, r.Hints)
			}
		}
		states, err := s.Consent.CustomerAddresses(t.Context(), cast.Ada, c.ID)
		if err != nil || states[0].State() != consent.AddressFailed {
			t.Fatalf("state %v, %v", states, err)
		}
		page, err := s.Report.Undelivered(t.Context(), cast.Ada, report.Filter{})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].NewAddress {
			t.Fatalf("the report must show the old address as the present one: %+v, %v", page.Rows, err)
		}
	})
}

// A family that shares an address has one row; the page names who has it already.
func TestSharedFamilyAddressIsSaid(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		jane(t, s, cast)
		r, err := s.Customer.AddCustomer(t.Context(), cast.Ada,
			customer.NewCustomer{Name: "John Doe", Email: modelstest.JaneMistyped})
		if err != nil || len(r.Hints) != 1 || r.Hints[0].Values["customer"] != "Jane Doe" {
			t.Fatalf("hints %v, %v", r.Hints, err)
		}
		list, err := s.Customer.Customers(t.Context(), cast.Ada,
			customer.CustomerQuery{Q: "jane.doe@", Per: 1})
		if err != nil || len(list.Lines) != 1 || list.Older == "" {
			t.Fatalf("list %+v, %v", list, err)
		}
		next, err := s.Customer.Customers(t.Context(), cast.Ada,
			customer.CustomerQuery{Q: "jane.doe@", Per: 1, After: list.Older})
		if err != nil || len(next.Lines) != 1 || next.Lines[0].Name != "John Doe" || next.Older != "" ||
			next.Newer == "" {
			t.Fatalf("next %+v, %v", next, err)
		}
	})
}

// A saved address shows on the report at once: the row says that there is a new one, and carries the new
// name.
func TestEditRefreshesTheReport(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		c := jane(t, s, cast)
		bounce(t, s, cast.Mail, modelstest.JaneMistyped)
		_, err := s.Customer.EditContact(t.Context(), cast.Ada,
			customer.ContactEdit{CustomerID: c.ID, Name: "Jane Roe", Email: modelstest.JaneRight})
		if err != nil {
			t.Fatal(err)
		}
		page, err := s.Report.Undelivered(t.Context(), cast.Ada, report.Filter{})
		if err != nil || len(page.Rows) != 1 || !page.Rows[0].NewAddress ||
			page.Rows[0].CustomerName != "Jane Roe" {
			t.Fatalf("row %+v, %v", page.Rows, err)
		}
	})
}

func bounce(t *testing.T, s *store.Store, c models.Connection, to string) {
	t.Helper()
	e := modelstest.Event(models.Email, to, models.EventType(models.HardBounce))
	e.Reason = "user-unknown"
	modelstest.Keep(t, s, c, e)
}

// An address very like one of the customer's from which spam was reported is saved, with a warning.
func TestAddressLikeOneWithASpamReport(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.failedOnce("jane.doe@x.example", aComplaint)
		for typed, warned := range map[string]bool{"jane.doe+news@x.example": true,
			"jane-doe@x.example": true, "office@x.example": false} {
			r, err := p.s.Customer.AddAddress(p.Context(), p.Ada,
				customer.AddressEdit{CustomerID: at.CustomerID, Channel: models.Email, Value: typed})
			p.must(err)
			if got := len(r.Hints) == 1 && r.Hints[0].Key == "hint.like_spam" &&
				r.Hints[0].Values["other"] == "jane.doe@x.example"; got != warned {
				p.Errorf("%s: %+v", typed, r.Hints)
			}
		}
	})
}
