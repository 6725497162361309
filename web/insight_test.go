package web_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/report"
)

// The failure analysis counts what fails by each of its five tables, leads to the report of exactly that, and
// is there as a file; a viewer does not see it.
func TestAnalysis(t *testing.T) {
	s := open(t)
	s.things()
	max := s.as("max@harbour.example")
	for _, by := range report.Analyses {
		p := max.Open("/analysis?by=" + by)
		if !p.Has("table.cards tbody tr") {
			t.Errorf("by %s: no row", by)
		}
	}
	p := max.Open("/analysis?by=domain&range=7d").Says("gmial.com")
	p.Follow("gmial.com").Says("1 notification")
	file := max.Open("/analysis.csv?by=domain")
	if !strings.Contains(file.Body, "gmial.com,,1,1,0,0,0") {
		t.Fatal(file.Body)
	}
	if p := max.Try("/analysis?by=colour"); p.Status != 422 {
		t.Fatalf("%d", p.Status)
	}
}

// The account's sending domains are checked, and no others: the page is no way to ask the directory about
// anybody.
func TestSendingDomains(t *testing.T) {
	s := open(t)
	s.h.TXT = func(_ context.Context, name string) ([]string, error) {
		if name == "harbour.example." {
			return []string{"v=spf1 -all"}, nil
		}
		return nil, &net.DNSError{IsNotFound: true}
	}
	_, _, err := s.store.Connection.AddConnection(t.Context(), s.ada,
		models.Connection{Provider: "simulator", Name: "Mail", Channels: "email", Sends: true},
		map[string]string{"from": "Harbour <hello@harbour.example>"})
	if err != nil {
		t.Fatal(err)
	}
	ada := s.as("ada@harbour.example")
	for _, path := range []string{"/settings/domains", "/analysis/domains/harbour.example"} {
		ada.Open(path).Says("names the servers that may send").Says("was not found under the usual names").
			Says("Large mail services ask for it").Submit("Check again", nil).Says("names the servers")
	}
	for _, path := range []string{"/analysis/domains/mill.example", "/analysis/domains/localhost"} {
		if p := ada.Try(path); p.Status != 404 {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// Help is for everybody, also for those who have not signed in.
func TestHelp(t *testing.T) {
	s := open(t)
	for _, path := range []string{"/help/shortcuts", "/help/statuses", "/help/accessibility"} {
		s.browser().Open(path)
		s.as("vera@harbour.example").Open(path).Says("Harbour Dental")
	}
}
