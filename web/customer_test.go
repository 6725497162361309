package web_test

import (
	"net/url"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/customer"
)

// jane adds Jane Doe to Ada's business.
func (s *site) jane() models.Customer {
	s.t.Helper()
	r, err := s.store.Customer.AddCustomer(s.t.Context(), s.ada,
		customer.NewCustomer{Name: "Jane Doe", Email: "jane.doe@gmial.com", Phone: "07700 900562"})
	if err != nil {
		s.t.Fatal(err)
	}
	return r.Customer
}

// A customer is found, corrected, and a second person who edits the old page sees both versions.
func TestCustomerIsCorrected(t *testing.T) {
	s := open(t)
	s.jane()
	ada, max := s.as("ada@harbour.example"), s.as("max@harbour.example")
	page := ada.Open("/customers?q=jane").Says("Jane Doe").Follow("Jane Doe").Says("jane.doe")
	edit := page.Follow("Edit profile")
	other := max.Open(edit.URL.Path)
	if p := edit.Submit("Save", url.Values{"email": {"jane@@example.com"}}); p.Status != 422 ||
		!p.Has(".field.bad") {
		t.Fatalf("a wrong address: %d", p.Status)
	}
	edit.Submit("Save", url.Values{"email": {"jane.doe@gmail.com"}}).Says("Saved")
	p := other.Submit("Save", url.Values{"email": {"j.doe@example.com"}})
	if p.Status != 422 || !strings.Contains(p.Text("#conflict"), "Ada Lovelace") ||
		!strings.Contains(p.Text("#conflict"), "j.doe@example.com") {
		t.Fatalf("both versions: %d %s", p.Status, p.Text("#conflict"))
	}
}

// Opting out takes one question; opting in again asks for what the cause needs, and says what is missing.
func TestCustomerOptsOutAndInAgain(t *testing.T) {
	s := open(t)
	c := s.jane()
	ada := s.as("ada@harbour.example")
	addresses, err := s.store.Consent.CustomerAddresses(t.Context(), s.ada, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := "/customers/" + c.ID + "/addresses/" + addresses[0].ID
	ada.Open(at+"/opt-out/confirm").Submit("Opt out", url.Values{"note": {"She rang."}}).
		Says("Opted out by customer")
	form := ada.Open(at + "/opt-in")
	if p := form.Submit("Opt in again", url.Values{"by": {"Jane Doe"}, "sure": {"1"}}); p.Status != 422 ||
		!p.Has(".field.bad") {
		t.Fatalf("without an agreement: %d", p.Status)
	}
	today := s.store.Now().Format("2006-01-02")
	form.Submit("Opt in again", url.Values{"by": {"Jane Doe"}, "how": {"phone"}, "date": {today},
		"for":  {"all"},
		"note": {"She rang and wants our emails."}, "sure": {"1"}}).
		Says("Opted in again").Says("Agreements on record")
	ada.Open("/customers/" + c.ID + "/export")
	erase := ada.Open("/customers/" + c.ID + "/erase/confirm")
	if p := erase.Submit("Erase", url.Values{"name": {"Jane"}}); p.Status != 422 {
		t.Fatalf("a wrong name: %d", p.Status)
	}
	erase.Submit("Erase", url.Values{"name": {"Jane Doe"}}).Says("Erased")
	ada.Open("/customers/" + c.ID).Silent("jane.doe")
}
