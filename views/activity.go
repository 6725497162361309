package views

import (
	"context"
	"net/url"
	"strings"
	"time"

	"undelivered/models"
)

// ActivityPage is the audit log, newest first. Its filters are a GET form: person, kind, from, to.
type ActivityPage struct {
	Base
	Query  ActivityQuery
	Desk   bool // across the accounts that granted access
	People []Option
	Kinds  []Option
	Rows   []ActivityRow
	Errors Errors
	Newer  string
	Older  string
}

// ActivityRow is one line of the log. Action is the store's word (notification.clear); the catalogue has its
// sentence.
type ActivityRow struct {
	At        time.Time
	Person    string
	Support   bool
	Account   string // across accounts
	Action    string
	Object    string
	ObjectURL string
	Before    string
	After     string
	Reason    string
	Network   string
}

func (p ActivityPage) url(q ActivityQuery) string {
	if p.Desk {
		return at("/support/activity", q.Values())
	}
	return ActivityURL(q)
}

// action is the act as people say it. One that the catalogue does not know yet is told by its noun.
func (r ActivityRow) action(ctx context.Context) string {
	if id := "audit." + r.Action; Has(id) {
		return T(ctx, id)
	}
	if noun, _, _ := strings.Cut(r.Action, "."); Has("noun." + noun) {
		return T(ctx, "noun."+noun)
	}
	return T(ctx, "Something else")
}

// object is what was acted on, a number as people write it.
func (p ActivityPage) object(ctx context.Context, r ActivityRow) string {
	if strings.HasPrefix(r.Object, "+") {
		return p.Phone(r.Object)
	}
	for _, table := range []string{"channel.", "suppression.", "bulkact.", "by."} {
		if Has(table + r.Object) {
			return T(ctx, table+r.Object)
		}
	}
	return r.Object
}

// forMachines are the acts whose before and after only a program reads: queries and ids.
var forMachines = map[string]bool{
	"view.add":            true,
	"view.delete":         true,
	"report.export":       true,
	"notification.assign": true,
}

// detail is what was before and after, and why, in the words of the catalogue where they are codes.
func (p ActivityPage) detail(ctx context.Context, r ActivityRow) string {
	text := p.change(ctx, r)
	if why := r.why(ctx); why != "" {
		text += " " + why
	}
	return strings.TrimSpace(text)
}

func (p ActivityPage) change(ctx context.Context, r ActivityRow) string {
	before, after := p.word(ctx, r, r.Before), p.word(ctx, r, r.After)
	switch {
	case forMachines[r.Action] || strings.HasPrefix(r.Action, "bulk."):
		return ""
	case before != "" && after != "" && before != after:
		return T(ctx, "Before: {before}. Now: {after}.", "before", before, "after", after)
	case after != "":
		return upperFirst(after) + "."
	case before != "":
		return T(ctx, "Before: {before}.", "before", before)
	}
	return ""
}

// Why is the reason of an act in words.
func Why(ctx context.Context, reason string) string { return ActivityRow{Reason: reason}.why(ctx) }

// why is the reason of an act: words of the catalogue for a code, else what a person wrote, as they wrote it.
func (r ActivityRow) why(ctx context.Context) string {
	for _, table := range []string{"lift.", "actwhy.", "compare."} {
		if Has(table + r.Reason) {
			return T(ctx, table+r.Reason, "provider", T(ctx, "The provider")) + "."
		}
	}
	switch {
	case r.Reason == "" || ofMachine(r.Reason):
		return ""
	case Has("outcome." + r.Reason + ".past"):
		return upperFirst(T(ctx, "outcome."+r.Reason+".past")) + "."
	case Has("guard." + r.Reason + ".few"):
		return upperFirst(T(ctx, "guard."+r.Reason+".few")) + "."
	}
	return "“" + r.Reason + "”"
}

// ofMachine says whether the evidence of an agreement is the mark of an event or a link of ours, and no
// words.
func ofMachine(evidence string) bool {
	return strings.HasPrefix(evidence, models.EvidenceEvent) ||
		strings.HasPrefix(evidence, models.EvidenceLink)
}

// Evidence is the evidence of an agreement as people read it.
func Evidence(ctx context.Context, evidence string) string {
	switch {
	case strings.HasPrefix(evidence, models.EvidenceEvent):
		return T(ctx, "The customer’s own message.")
	case strings.HasPrefix(evidence, models.EvidenceLink):
		return T(ctx, "The customer’s own confirmation by our link.")
	}
	return evidence
}

// word is the word of a code: those of clear requests come from their own table first, instants are written
// as dates.
func (p ActivityPage) word(ctx context.Context, r ActivityRow, code string) string {
	if id := "request." + code; strings.HasPrefix(r.Action, "request.") && Has(id) {
		return T(ctx, id, "provider", T(ctx, "the provider"))
	}
	if entry, known := models.ReasonByID(code); known && strings.HasPrefix(r.Action, "dictionary.") {
		return entry.Title
	}
	parts := strings.Split(code, " – ")
	for i, part := range parts {
		if at, err := time.Parse(time.RFC3339, part); err == nil {
			parts[i] = p.FullDate(ctx, at) + ", " + p.Clock(at)
		}
	}
	return Word(ctx, strings.Join(parts, " – "))
}

// Word is the word of a code of any table: an outcome, a cause, a role, a state, a way to agree; else the
// code itself.
func Word(ctx context.Context, code string) string {
	if past := "outcome." + code + ".past"; Has(past) {
		return upperFirst(T(ctx, past))
	}
	for _, table := range []string{"cause.", "role.", "how.", "state.", "status.", "lift.", "request.",
		"suppression.", "keykind."} {
		if Has(table + code) {
			return T(ctx, table+code)
		}
	}
	return code
}

// ActivityQuery is the state of the list of activity.
type ActivityQuery struct{ Person, Kind, From, To, After, Before string }

// Values is the query as the fields of an address.
func (q ActivityQuery) Values() url.Values {
	return filled(map[string]string{"person": q.Person, "kind": q.Kind, "from": q.From, "to": q.To,
		"after": q.After, "before": q.Before})
}
