package models_test

import (
	"testing"
	"time"

	"undelivered/models/consent"
)

// A list that is brought in keeps the provider's own dates, however old. The same file twice changes nothing,
// and what has been cleared since is not opened again by an old line.
func TestImportedListKeepsItsDates(t *testing.T) {
	onBoth(t, func(p *play) {
		old := p.clock.Now().AddDate(-2, 0, 0)
		entries := []consent.ListedEntry{
			{Address: "Jane@X.example", Kind: "bounce", Reason: "550 unknown", Since: old},
			{Address: atB, Kind: "complaint"},
		}
		for i, want := range []int{2, 0} {
			added, err := p.s.Consent.ImportSuppressions(p.Context(), p.Ada, p.Mail, entries)
			if err != nil || added != want {
				p.Fatalf("time %d: %d added, %v", i+1, added, err)
			}
		}
		list, err := p.s.Consent.Suppressions(p.Context(), p.Ada, consent.SuppressionQuery{OldFirst: true})
		p.must(err)
		if len(list.Lines) != 2 || !list.Lines[0].ListedAt.Equal(old) ||
			!list.Lines[1].ListedAt.Equal(p.clock.Now()) {
			p.Fatalf("%+v", list.Lines)
		}
		r, err := p.s.Consent.AskClear(p.Context(), p.Ada, list.Lines[0].ID,
			consent.OptInAsk{Reason: "confirmed", Checked: "Read back on the phone"})
		p.must(err)
		p.clears(r.Requests[0].ID, consent.ClearAnswer{Result: "cleared"})
		p.clock.Turn(time.Hour)
		added, err := p.s.Consent.ImportSuppressions(p.Context(), p.Ada, p.Mail, entries)
		p.must(err)
		entry, err := p.s.Consent.Suppression(p.Context(), p.Ada, list.Lines[0].ID)
		if err != nil || added != 0 || entry.ClearedAt == nil {
			p.Fatalf("opened again: %+v, %v", entry, err)
		}
		if _, err := p.s.Consent.ImportSuppressions(p.Context(), p.Bob, p.Mail, entries); err == nil {
			p.Error("brought into somebody else's account")
		}
	})
}
