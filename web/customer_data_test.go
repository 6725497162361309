package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A customer's page has a button that gives a file of all that is kept, and says what is in it; another
// account gets 404.
func TestCustomerIsExported(t *testing.T) {
	s := open(t)
	c := s.jane()
	page := s.as("ada@harbour.example").Open("/customers/" + c.ID).
		Says("The export is a file of contact details")
	file := page.Follow("Export")
	if file.Status != http.StatusOK || !strings.Contains(file.Body, "jane.doe@gmial.com") ||
		!strings.Contains(file.Body, `"created_at"`) ||
		strings.Contains(file.Body, "CreatedAt") {
		t.Errorf("the file: %d %s", file.Status, file.Body)
	}
	if p := s.as("bob@mill.example").Try("/customers/" + c.ID + "/export"); p.Status != http.StatusNotFound {
		t.Errorf("another account got %d", p.Status)
	}
}

// When the last address is taken away the page says that nothing reaches the customer; when a customer is
// erased it says what is gone and what stays, and shows no digest.
func TestCustomerWithoutAddressAndErased(t *testing.T) {
	s := open(t)
	c := s.jane()
	ada := s.as("ada@harbour.example")
	addresses, err := s.store.Consent.CustomerAddresses(t.Context(), s.ada, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	page := ada.Open("/customers/" + c.ID)
	for _, one := range addresses {
		page = ada.Open("/customers/"+c.ID+"/addresses/"+one.ID).Submit("Remove", nil)
		page.Says(
			"Jane Doe has no " + map[string]string{"email": "email address",
				"sms": "number for texts"}[string(one.Channel)] + " any more.",
		)
	}
	page.Says("No address and no number is left. Ask Jane for one.")
	ada.Open("/customers/"+c.ID+"/erase/confirm").Says("This can’t be taken back.").
		Submit("Erase", url.Values{"name": {"Jane Doe"}})
	page = ada.Open("/customers/" + c.ID).Says("This customer was erased").Silent("gets nothing from us")
	if strings.Contains(page.Body, "erased:") {
		t.Error("the page shows a digest")
	}
	if log := ada.Open("/activity").Says("Customer erased"); strings.Contains(log.Body, "Jane") {
		t.Error("the log names the customer")
	}
}
