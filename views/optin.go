package views

import (
	"context"
	"time"

	"undelivered/models"
)

// OptInForm asks only for what the cause needs.
type OptInForm struct {
	AddressID   string
	Address     string
	Channel     models.Channel
	Consent     bool      // a consent record is needed, not just a reason
	Approval    bool      // somebody else has to approve it
	SupportOnly bool      // and that is support: it has happened before
	After       time.Time // the opt-out that it lifts
	Values      map[string]string
	Errors      Errors
	Provider    string // that needs something too
	NeedsText   string // what it needs: "a text START from this number to 07700 900 020"
	AgreeLink   string // for the customer's own confirmation
}

// Hows are the ways in which a customer can agree (RULES.md, Consent records).
var Hows = []string{"phone", "in_person", "other_email", "written_form", "web_form", "link", "text_message"}

// Reasons for which an address that failed is opted in again (RULES.md, Causes).
var LiftReasons = []string{"confirmed", "restored", "wrong_report"}

func (f OptInForm) field(ctx context.Context, name, label string) Field {
	return Field{ID: "c-" + name, Name: name, Label: label, Value: f.Values[name]}.With(f.Errors)
}

func (f OptInForm) fields(ctx context.Context, b Base) map[string]Field {
	how := f.field(ctx, "how", T(ctx, "How"))
	how.Options = append([]Option{{"", T(ctx, "Choose one")}}, choices(ctx, "how.", Hows)...)
	date := f.field(ctx, "date", T(ctx, "When"))
	date.Type, date.Min, date.Max = "date", b.InputDate(f.After), b.InputDate(b.Now)
	purpose := f.field(ctx, "for", T(ctx, "To what"))
	purpose.Options = choices(ctx, "purpose.", []string{"necessary", "all"})
	note := f.field(ctx, "note", T(ctx, "What was said, or where it is written"))
	note.Hint = T(ctx, "At least 10 characters. It can’t be changed later.")
	reason := f.field(ctx, "reason", T(ctx, "Why does it work now?"))
	reason.Options = append([]Option{{"", T(ctx, "Choose one")}}, choices(ctx, "lift.", LiftReasons)...)
	by := f.field(ctx, "by", T(ctx, "Who agreed"))
	return map[string]Field{
		"by":     by,
		"how":    how,
		"date":   date,
		"for":    purpose,
		"note":   note,
		"reason": reason,
	}
}

func (f OptInForm) inOrder(ctx context.Context, b Base) []Field {
	all := f.fields(ctx, b)
	var out []Field
	for _, name := range []string{"by", "how", "date", "for", "reason", "note"} {
		out = append(out, all[name])
	}
	return append(out, Field{ID: "c-sure", Name: "sure"})
}

// optInText says what has to be recorded.
func (p CustomerPage) optInText(ctx context.Context, f OptInForm) string {
	if f.Consent {
		return T(ctx, "Record the agreement of {name}, given after {date}. We keep it with the address.",
			"name", p.first(), "date", p.LongDate(ctx, f.After))
	}
	return T(ctx, "Say why it works now, and how you checked it.")
}
