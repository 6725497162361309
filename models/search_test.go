package models_test

import (
	"strings"
	"testing"

	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
)

// found is what each search finds of the customers below; an empty one: nobody.
var searchCases = map[string]string{
	"dabrowski": "Ewa Dąbrowski", "DĄBROWSKI ewa": "Ewa Dąbrowski", "o'connell": "Siobhán O’Connell",
	"o’connell siobhan": "Siobhán O’Connell",
	"oconnell":          "Siobhán O’Connell", "muller": "Jürgen Müller", "νικολαου": "Μαρία Νικολάου",
	"νικολάου μαρια": "Μαρία Νικολάου",
	"李文":             "李 文", "李 文": "李 文", "文": "李 文", "文 李": "李 文", "wojcik": "Łukasz Wójcik",
	"lukasz w":       "Łukasz Wójcik",
	"okonkwo daniel": "Daniel Okonkwo", "900225": "Daniel Okonkwo", "07700 900225": "Daniel Okonkwo",
	"+44 (0) 7700 900 225": "Daniel Okonkwo",
	"0225 okonkwo":         "Daniel Okonkwo", "smith jones": "Ann Smith-Jones",
	"smith-jones":   "Ann Smith-Jones",
	"mailbox.con":   "Ewa Dąbrowski",
	"nobody at all": "", "100%": "", "a_n": "", `"`: "", "иванов": "Пётр Иванов", "петр": "Пётр Иванов",
	"안": "안 영희", "strasse": "Max Straße",
}

// What is searched for is found whatever its accents, apostrophes, spaces and order, in the customers and in
// the report, and nothing else is.
func TestSearchForgives(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		c := modelstest.NewCast(t, s)
		for name, contact := range map[string][2]string{
			"Ewa Dąbrowski": {"ewa@mailbox.con", ""}, "Siobhán O’Connell": {"siobhan@example.com", ""},
			"Jürgen Müller":  {"", "+447700900111"},
			"Μαρία Νικολάου": {"maria@example.com", ""}, "李 文": {"liwen@example.com", ""},
			"Łukasz Wójcik":  {"lw@example.com", ""},
			"Daniel Okonkwo": {"", "+447700900225"}, "Ann Smith-Jones": {"ann@example.com", ""},
			"Пётр Иванов": {"petr@example.com", ""},
			"안 영희":        {"ahn@example.com", ""}, "Max Straße": {"max@example.com", ""},
		} {
			if _, err := s.Customer.AddCustomer(t.Context(), c.Ada,
				customer.NewCustomer{Name: name, Email: contact[0], Phone: contact[1]}); err != nil {
				t.Fatal(err)
			}
		}
		for q, want := range searchCases {
			list, err := s.Customer.Customers(t.Context(), c.Ada, customer.CustomerQuery{Q: q})
			var names []string
			for _, line := range list.Lines {
				names = append(names, line.Name)
			}
			if err != nil || strings.Join(names, ", ") != want {
				t.Errorf("%q finds %q, not %q: %v", q, names, want, err)
			}
			others, err := s.Customer.Customers(t.Context(), c.Bob, customer.CustomerQuery{Q: q})
			if err != nil || len(others.Lines) > 0 {
				t.Errorf("%q finds %v of another account: %v", q, others.Lines, err)
			}
		}
	})
}

// A customer is found by the new name and address at once, and by the old name no more.
func TestSearchFollowsAnEdit(t *testing.T) {
	onBoth(t, func(p *play) {
		p.many(1)
		row := exported(t, p.s, p.Ada, report.Filter{})[0]
		cust, err := p.s.Ledger.Customer(p.Context(), p.Ada, row.CustomerID)
		p.must(err)
		_, err = p.s.Customer.EditContact(p.Context(), p.Ada, customer.ContactEdit{CustomerID: cust.ID,
			Name: "Zoë Ångström", Email: "zoe@new.example", Version: cust.Version})
		p.must(err)
		for q, want := range map[string]int{"angstrom zoe": 1, "new.example": 1, "nobody": 0} {
			list, err := p.s.Customer.Customers(p.Context(), p.Ada, customer.CustomerQuery{Q: q})
			if err != nil || len(list.Lines) != want {
				t.Errorf("%q finds %d customers, not %d: %v", q, len(list.Lines), want, err)
			}
		}
		if rows := exported(t, p.s, p.Ada, report.Filter{Q: "ANGSTROM"}); len(rows) != 1 {
			t.Errorf("the report finds %d by the new name", len(rows))
		}
	})
}
