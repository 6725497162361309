package models_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// A business's system may register an erased address again: it is a new customer with a digest in the place
// of the address, and what we are asked to send to it fails as dropped. The erased customer stays as it is.
func TestErasedAddressIsRegisteredAgain(t *testing.T) {
	onBoth(t, func(p *play) {
		first := p.registered("1", atA)
		old := p.story(first.ID).Customer
		p.must(p.s.Customer.EraseCustomer(t.Context(), p.Ada, old.ID, 0))
		all, err := p.s.Intake.Register(t.Context(), key(p.Account.ID), []intake.Registration{
			{
				Ref:        "2",
				Channel:    models.Email,
				Title:      "Reminder",
				Text:       "See you.",
				Send:       true,
				Connection: p.Mail.ID,
				Customer: intake.RegistrationCustomer{Ref: "c-2", Name: "Jane Doe",
					Email: strings.ToUpper(atA)},
			},
			{Ref: "3", Channel: models.Email, Title: "Reminder", To: atA, Connection: p.Mail.ID},
		})
		p.must(err)
		if _, err := p.s.Resend.TakeAttempt(t.Context(), all[0].AttemptID); !errors.Is(err,
			models.ErrNotYours) {
			t.Fatalf("a worker got it: %v", err)
		}
		if n := p.wantState(all[0].ID, models.StateFailed); n.Status != models.Dropped {
			t.Errorf("it is %s (%s), want dropped", n.Status, n.Reason)
		}
		for _, one := range all {
			c := p.story(one.ID).Customer
			if c.ID == old.ID || c.ErasedAt != nil || strings.Contains(c.Name, "@") {
				t.Errorf("%s hangs onto %+v", one.Ref, c)
			}
		}
		p.wantUnknown(atA)
		p.must(p.s.Customer.EraseCustomer(t.Context(), p.Ada, p.story(all[1].ID).Customer.ID, 0))
	})
}

// wantUnknown looks for an address in every column of the database.
func (p *play) wantUnknown(address string) {
	p.Helper()
	if found := p.tells([]string{address}); len(found) > 0 {
		p.Errorf("%s is kept in %v", address, found)
	}
}

// People cannot give an erased address to a customer: not in a form, not as one more, not by a file; and the
// answer says why.
func TestErasedAddressIsRefused(t *testing.T) {
	onBoth(t, func(p *play) {
		ctx := t.Context()
		p.must(p.s.Customer.EraseCustomer(ctx, p.Ada, p.customer(atA).ID, 0))
		failed := p.registered("1", atB)
		p.says(failed.AttemptID, hard, "user-unknown")
		c := p.story(failed.ID).Customer
		_, added := p.s.Customer.AddCustomer(ctx, p.Ada,
			customer.NewCustomer{Name: "Jane Doe", Email: "A@X.example"})
		_, edited := p.s.Customer.EditContact(ctx, p.Ada,
			customer.ContactEdit{CustomerID: c.ID, Name: c.Name, Email: atA})
		_, more := p.s.Customer.AddAddress(ctx, p.Ada,
			customer.AddressEdit{CustomerID: c.ID, Channel: models.Email, Value: atA})
		for field, err := range map[string]error{"email": errors.Join(added), "email ": edited,
			"value": more} {
			var wrong models.Invalid
			if !errors.As(err, &wrong) || wrong[strings.TrimSpace(field)].Key != "error.erased" {
				t.Errorf("%s: %v", field, err)
			}
		}
		i, err := p.s.Customer.CheckImport(ctx, p.Ada,
			strings.NewReader("id;address\n"+failed.ID+";"+atA+"\n"))
		p.must(err)
		if l := p.lines(i.ID)[failed.ID]; i.Changes != 0 || l.State != customer.LineWrong ||
			l.Problem.Key != "error.erased" {
			t.Errorf("by a file: %+v %+v", i, l)
		}
		p.wantUnknown(atA)
	})
}

// An erased address stays refused when the secret key is changed, and the key before opens nothing any more.
func TestErasedAddressOutlivesTheSecretKey(t *testing.T) {
	o := store.Options{File: filepath.Join(t.TempDir(), "undelivered.db")}
	before, after := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	opened := func(key []byte, old ...[]byte) *store.Store {
		t.Helper()
		o.Key, o.OldKeys = key, old
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := opened(before)
	ada := modelstest.NewCast(t, s).Ada
	jane := customer.NewCustomer{Name: "Jane Doe", Email: atA}
	added, err := s.Customer.AddCustomer(t.Context(), ada, jane)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Customer.EraseCustomer(t.Context(), ada, added.Customer.ID, 0); err != nil {
		t.Fatal(err)
	}
	for _, old := range [][][]byte{{before}, nil} {
		s.Close()
		if s = opened(after, old...); old != nil {
			if _, err := s.Reseal(t.Context(), models.AtCommandLine("")); err != nil {
				t.Fatal(err)
			}
		}
		var wrong models.Invalid
		if _, err := s.Customer.AddCustomer(t.Context(), ada, jane); !errors.As(err, &wrong) ||
			wrong["email"].Key != "error.erased" {
			t.Errorf("the erased address is taken: %v", err)
		}
	}
	s.Close()
	o.Key, o.OldKeys = before, nil
	if s, err := store.Open(t.Context(), o); err == nil {
		s.Close()
		t.Error("the database opens with the key before")
	}
}
