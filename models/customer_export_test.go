package models_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"undelivered/models"
)

// The file of a customer holds everything that is kept about them: each thing that the store was told is in
// it, but for what providers sent word for word. It is written into the log, and another account gets
// nothing.
func TestCustomerFileIsComplete(t *testing.T) {
	onBoth(t, func(p *play) {
		id, _ := p.lived()
		file, err := p.s.Customer.CustomerFile(t.Context(), p.Ada, id)
		p.must(err)
		raw, err := json.Marshal(file)
		p.must(err)
		text := strings.ToLower(string(raw))
		for _, word := range telling {
			if want := word != "rawtell"; strings.Contains(text, word) != want {
				t.Errorf("%q is in the file: %v, want %v", word, !want, want)
			}
		}
		for _, one := range file.Addresses {
			if one.State == "" {
				t.Errorf("%s has no state", one.Value)
			}
		}
		lines, err := p.s.People.ActivityOf(t.Context(), p.Ada, []string{id}, 1)
		p.must(err)
		if len(lines) != 1 || lines[0].Action != "customer.export" || lines[0].ActorName != p.Ada.Name {
			t.Errorf("the log ends with %+v", lines)
		}
		if _, err := p.s.Customer.CustomerFile(t.Context(), p.Bob, id); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("another account: %v", err)
		}
		if _, err := p.s.Customer.CustomerFile(t.Context(), p.Vera, id); !errors.Is(err,
			models.ErrForbidden) {
			t.Errorf("a viewer: %v", err)
		}
	})
}
