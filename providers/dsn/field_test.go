package dsn

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"undelivered/models"
)

// fieldWanted is what must come out for one recipient of a mail from the field.
type fieldWanted struct {
	Recipient      string
	Types, Reasons []string
	OptsOut        bool `json:"opts_out"`
}

func (w fieldWanted) fits(e models.Event) bool {
	return e.Recipient == w.Recipient && slices.Contains(w.Types, string(e.Type)) &&
		(len(w.Reasons) == 0 || slices.Contains(w.Reasons, e.Reason)) && optsOut(e) == w.OptsOut
}

// optsOut says whether an event takes its address out of use at once.
func optsOut(e models.Event) bool {
	reason, _ := models.ReasonByID(e.Reason)
	switch e.Type {
	case models.Complaint, models.Unsubscribed:
		return true
	case models.EventType(models.HardBounce), models.EventType(models.InvalidStatus):
		return reason.Suppress == "yes"
	}
	return false
}

// Each mail that the field sent comes out as it must: who, what, why, and whether the address is opted out.
func TestFieldMails(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "field", "expect.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]fieldWanted
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for name, want := range all {
		mail, err := os.ReadFile(filepath.Join("testdata", "field", name+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		events, err := Read(mail, "", nil)
		if err != nil || len(events) != len(want) {
			t.Errorf("%s: %d events, want %d; %v", name, len(events), len(want), err)
			continue
		}
		for i, e := range events {
			if !want[i].fits(e) {
				t.Errorf("%s: %s %s for %s (%q), want %+v", name, e.Type, e.Reason, e.Recipient, e.Diagnostic,
					want[i])
			}
		}
	}
}
