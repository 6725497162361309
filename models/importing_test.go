package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/intake"
	"undelivered/models/people"
)

// lines are the lines of an import by their notification.
func (p *play) lines(id string) map[string]customer.ImportLine {
	p.Helper()
	page, err := p.s.Customer.Import(p.Context(), p.Ada, id, false, "")
	p.must(err)
	all := map[string]customer.ImportLine{}
	for _, l := range page.Lines {
		all[l.NotificationID] = l
	}
	return all
}

func (p *play) wantAddresses(all []intake.Registered, want ...string) {
	p.Helper()
	for at, want := range want {
		if got := p.story(all[at].ID).Addresses[models.Email].Value; got != want {
			p.Errorf("customer %d has %s, want %s", at, got, want)
		}
	}
}

// A corrected export changes just what was corrected, after a preview with its checks; pressed twice it
// changes nothing more, and what somebody else changed in the meantime stays as they left it.
func TestImportRoundTrip(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(5)
		p.optedOut(all[4].ID)
		file := "\ufeffid;title;address;suggestion\r\n"
		for i, to := range []string{"right0@y.example", "person1@x.example", "nonsense", "right3@y.example",
			"right4@y.example"} {
			file += fmt.Sprintf("%s;Reminder;%s;\r\n", all[i].ID, to)
		}
		file += "ntf_of_nobody;x;a@y.example;\r\n"
		i, err := p.s.Customer.CheckImport(t.Context(), p.Ada, strings.NewReader(file))
		p.must(err)
		lines := p.lines(i.ID)
		if i.Total != 6 || i.Changes != 3 || i.Wrong != 2 || lines[all[1].ID].State != "" || i.Applied {
			t.Fatalf("%+v: %+v", i, lines)
		}
		if l := lines[all[2].ID]; l.State != customer.LineWrong || l.Problem.Key != "error.email_at" ||
			l.Line != 4 {
			t.Errorf("a wrong address: %+v", l)
		}
		p.wantAddresses(all, "person0@x.example")
		p.elsewhere(all[3].ID)
		done, err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 100)
		p.must(err)
		again, err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 100)
		p.must(err)
		if done.Changes != 2 || done.Left() != 0 || again != done ||
			p.lines(i.ID)[all[3].ID].State != customer.LineConflict {
			t.Errorf("%+v, then %+v", done, again)
		}
		p.wantAddresses(all, "right0@y.example", "person1@x.example", "person2@x.example",
			"elsewhere@y.example", "right4@y.example")
		if ids, err := p.s.Customer.Corrected(t.Context(), p.Ada, i.ID, 10); err != nil || len(ids) != 2 {
			t.Errorf("%v were corrected, %v", ids, err)
		}
		if _, err := p.s.Customer.ApplyImport(t.Context(), p.Bob, i.ID, 100); !errors.Is(err,
			models.ErrNotFound) {
			t.Errorf("Bob applies Ada's: %v", err)
		}
	})
}

// fileOf corrects the addresses of all.
func fileOf(all []intake.Registered) *strings.Reader {
	file := "id,address\n"
	for i, r := range all {
		file += fmt.Sprintf("%s,right%d@y.example\n", r.ID, i)
	}
	return strings.NewReader(file)
}

// An import that breaks off midway says what is done and what is not, and goes on where it broke off. What
// somebody changed between the presses is left alone; the log has one line about the whole.
func TestImportGoesOn(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(5)
		i, err := p.s.Customer.CheckImport(t.Context(), p.Ada, fileOf(all))
		p.must(err)
		half, err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 2)
		p.must(err)
		if half.Done != 2 || half.Left() != 3 || !half.Applied {
			t.Errorf("half: %+v", half)
		}
		p.wantAddresses(all, "right0@y.example", "right1@y.example", "person2@x.example")
		for at, r := range all {
			if l := p.lines(i.ID)[r.ID]; l.Done != (at < 2) {
				t.Errorf("line %d is done: %v", at, l.Done)
			}
		}
		p.elsewhere(all[0].ID)
		p.elsewhere(all[4].ID)
		done, err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 100)
		p.must(err)
		if done.Done != 4 || done.Left() != 0 || done.Wrong != 1 {
			t.Errorf("done: %+v", done)
		}
		p.wantAddresses(all, "elsewhere@y.example", "right1@y.example", "right2@y.example",
			"right3@y.example", "elsewhere@y.example")
		lines, err := p.s.People.Activity(t.Context(), p.Ada, people.ActivityFilter{Kind: "customer"})
		p.must(err)
		imports := 0
		for _, l := range lines.Lines {
			if l.Action == "customer.import" {
				imports++
			}
		}
		if imports != 1 {
			t.Errorf("%d lines of the log about the import", imports)
		}
	})
}

// Pressed by several at once each change is made once, and its customer changes once.
func TestImportTogether(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(20)
		i, err := p.s.Customer.CheckImport(t.Context(), p.Ada, fileOf(all))
		p.must(err)
		before := p.story(all[0].ID).Customer.Version
		for _, err := range together(4, func(int) error {
			_,
				err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 100)
			return err
		}) {
			p.must(err)
		}
		done, err := p.s.Customer.ApplyImport(t.Context(), p.Ada, i.ID, 100)
		if p.must(err); done.Done != 20 || done.Left() != 0 || done.Wrong != 0 {
			t.Errorf("%+v", done)
		}
		for _, r := range all {
			if v := p.story(r.ID).Customer.Version; v != before+1 {
				t.Errorf("a customer changed %d times", v-before)
			}
		}
	})
}

// elsewhere gives the customer of a notification another address, as a colleague would.
func (p *play) elsewhere(id string) {
	p.Helper()
	st := p.story(id)
	_, err := p.s.Customer.EditContact(p.Context(), p.Olga, customer.ContactEdit{CustomerID: st.Customer.ID,
		Name: st.Customer.Name, Email: "elsewhere@y.example"})
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
			"a spreadsheet's own":  {"\ufeff\"id\";\"address\"\r\n\"" + n.ID + "\";\"b@y.example\"\r\n", 1},
			"UTF-16":               {utf16("id\taddress\r\n" + n.ID + "\tb@y.example\r\n"), 1},
			"phone with its quote": {"id,phone\n" + n.ID + ",'+447700900123\n", 1},
			"equal but for case":   {"id,address\n" + n.ID + ",Person0@X.example\n", 0},
			"twice, contradicting": {"id,address\n" + n.ID + ",b@y.example\n" + n.ID + ",c@y.example\n", 1},
		} {
			i, err := p.s.Customer.CheckImport(t.Context(), p.Ada, strings.NewReader(c.file))
			if err != nil || i.Changes != c.changes {
				t.Errorf("%s: %+v, %v", name, i, err)
			}
		}
		for name, c := range map[string]struct{ file, key string }{
			"nothing":  {"", "error.import_empty"},
			"other":    {"name,town\nJane,Bath\n", "error.import_columns"},
			"too many": {"id,address\n" + strings.Repeat("x,y\n", 10_001), "error.import_long"},
			"no rows":  {"id,address\n", ""},
		} {
			_, err := p.s.Customer.CheckImport(t.Context(), p.Ada, strings.NewReader(c.file))
			var invalid models.Invalid
			errors.As(err, &invalid)
			if invalid["file"].Key != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		i, err := p.s.Customer.CheckImport(t.Context(), p.Bob,
			strings.NewReader("id,address\n"+n.ID+",b@y.example\n"))
		if err != nil || i.Changes != 0 || i.Wrong != 1 {
			t.Errorf("Bob changes Ada's: %+v, %v", i, err)
		}
	})
}

// A file that Excel saves on a German or French Windows is read letter by letter: no cell of it counts as
// empty. What is broken in a file that is marked as UTF-8 is said to be wrong.
func TestImportOfAWindowsFile(t *testing.T) {
	onBoth(t, func(p *play) {
		n := p.many(1)[0]
		for name, c := range map[string]struct{ file, state, becomes string }{
			"Windows-1252": {"id;title;address\r\n" + n.ID +
				";F\xfcr M\xfcller \x80;info@M\xfcller.example\r\n", customer.LineOK,
				"info@xn--mller-kva.example"},
			"UTF-8": {"id;title;address\n" + n.ID + ";Für Müller €;info@Müller.example\n",
				customer.LineOK, "info@xn--mller-kva.example"},
			"broken, marked": {"\ufeffid;address\n" + n.ID + ";info@M\xfcller.example\n", customer.LineWrong,
				"info@M\ufffdller.example"},
		} {
			i, err := p.s.Customer.CheckImport(t.Context(), p.Ada, strings.NewReader(c.file))
			p.must(err)
			if l := p.lines(i.ID)[n.ID]; l.State != c.state || l.Becomes != c.becomes {
				t.Errorf("%s: %+v", name, l)
			}
		}
	})
}

// utf16 is a text as a spreadsheet saves it under the name of Unicode.
func utf16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range text {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}
