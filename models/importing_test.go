package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"undelivered/models"
)

// lineOf is the one line of an import about a notification.
func lineOf(t *testing.T, i models.Import, id string) models.ImportLine {
	t.Helper()
	for _, l := range i.Lines {
		if l.NotificationID == id {
			return l
		}
	}
	return models.ImportLine{}
}

// A corrected export changes just what was corrected, after a preview with its checks; pressed twice it changes
// nothing more, and what somebody else changed in the meantime stays as they left it.
func TestImportRoundTrip(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(5)
		p.optedOut(all[4].ID)
		file := "\ufeffid;title;address;suggestion\r\n"
		for i, to := range []string{"right0@y.example", "person1@x.example", "nonsense", "right3@y.example", "right4@y.example"} {
			file += fmt.Sprintf("%s;Reminder;%s;\r\n", all[i].ID, to)
		}
		file += "ntf_of_nobody;x;a@y.example;\r\n"
		i, err := p.s.CheckImport(t.Context(), p.Ada, strings.NewReader(file))
		p.must(err)
		if i.Total != 6 || i.Changes() != 3 || i.Wrong() != 2 || lineOf(t, i, all[1].ID).State != "" {
			t.Fatalf("%d rows, %d changes, %d wrong: %+v", i.Total, i.Changes(), i.Wrong(), i.Lines)
		}
		if l := lineOf(t, i, all[2].ID); l.State != models.LineWrong || l.Problem.Key != "error.email_at" || l.Line != 4 {
			t.Errorf("a wrong address: %+v", l)
		}
		if got := p.story(all[0].ID).Addresses[models.Email].Value; got != "person0@x.example" {
			t.Errorf("the preview has changed it to %s", got)
		}
		p.elsewhere(all[3].ID)
		done, err := p.s.ApplyImport(t.Context(), p.Ada, i.ID)
		p.must(err)
		again, err := p.s.ApplyImport(t.Context(), p.Ada, i.ID)
		p.must(err)
		if done.Changes() != 2 || again.Changes() != 2 || lineOf(t, done, all[3].ID).State != models.LineConflict {
			t.Errorf("%d changes, then %d: %+v", done.Changes(), again.Changes(), done.Lines)
		}
		for at, want := range []string{"right0@y.example", "person1@x.example", "person2@x.example", "elsewhere@y.example", "right4@y.example"} {
			if got := p.story(all[at].ID).Addresses[models.Email].Value; got != want {
				t.Errorf("customer %d has %s, want %s", at, got, want)
			}
		}
		if _, err := p.s.ApplyImport(t.Context(), p.Bob, i.ID); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("Bob applies Ada's: %v", err)
		}
	})
}

// elsewhere gives the customer of a notification another address, as a colleague would.
func (p *play) elsewhere(id string) {
	p.Helper()
	st := p.story(id)
	_, err := p.s.EditContact(p.Context(), p.Olga, models.ContactEdit{CustomerID: st.Customer.ID, Name: st.Customer.Name, Email: "elsewhere@y.example"})
	p.must(err)
}

// Files of all common kinds are read; what is no such file is said.
func TestImportReadsFiles(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.many(1)[0]
		for name, c := range map[string]struct {
			file    string
			changes int
		}{
			"commas":               {"id,address\n" + n.ID + ",b@y.example\n", 1},
			"tabs, other order":    {"email\tx\tid\nb@y.example\t\t" + n.ID + "\n", 1},
			"phone with its quote": {"id,phone\n" + n.ID + ",'+447700900123\n", 1},
			"equal but for case":   {"id,address\n" + n.ID + ",Person0@X.example\n", 0},
			"twice, contradicting": {"id,address\n" + n.ID + ",b@y.example\n" + n.ID + ",c@y.example\n", 1},
		} {
			i, err := p.s.CheckImport(t.Context(), p.Ada, strings.NewReader(c.file))
			if err != nil || i.Changes() != c.changes {
				t.Errorf("%s: %+v, %v", name, i.Lines, err)
			}
		}
		for name, c := range map[string]struct{ file, key string }{
			"nothing":  {"", "error.import_empty"},
			"other":    {"name,town\nJane,Bath\n", "error.import_columns"},
			"too many": {"id,address\n" + strings.Repeat("x,y\n", 10_001), "error.import_long"},
			"no rows":  {"id,address\n", ""},
		} {
			_, err := p.s.CheckImport(t.Context(), p.Ada, strings.NewReader(c.file))
			var invalid models.Invalid
			errors.As(err, &invalid)
			if invalid["file"].Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		i, err := p.s.CheckImport(t.Context(), p.Bob, strings.NewReader("id,address\n"+n.ID+",b@y.example\n"))
		if err != nil || i.Changes() != 0 || i.Wrong() != 1 {
			t.Errorf("Bob changes Ada's: %+v, %v", i, err)
		}
	})
}
