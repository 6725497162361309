package views

import (
	"context"
	"strings"
	"time"

	"undelivered/models"
)

// CustomersPage is the list of customers. Its search is a GET form with q; after and before are its pages.
type CustomersPage struct {
	Base
	Q     string
	Rows  []CustomerRow
	Newer string
	Older string
}

// CustomerRow is one customer in the list.
type CustomerRow struct {
	ID, Name, Ref string
	Email, Phone  string
	EmailState    string // active, shaky, opted_out_failure, opted_out_customer, none
	PhoneState    string
	Undelivered   int
}

// CustomerPage is one customer: addresses with what they can take, consent, notifications, history.
//
// Forms and their fields, besides request_id:
//   - POST /customers/{id}: version, name, email, phone, do=save
//   - POST /customers/{id}/addresses: channel, value, label · …/{aid}: version, value, label
//   - POST …/{aid}/opt-in, where a reason is enough: version, reason (confirmed, restored, wrong_report), note
//   - POST …/{aid}/opt-in, where consent is needed: version, by, how, date, for, note, sure=1
//   - POST …/{aid}/opt-out: version, note
//   - POST /customers/{id}/erase: version, name (typed to confirm)
type CustomerPage struct {
	Base
	ID            string
	Version       int
	Name          string
	Ref           string
	Since         time.Time
	About         string // "next appointment Tue 24 Nov, 15:00"
	External      string // the customer in the business's own system
	Offer         Offer  // what was dropped, and can be sent again
	Unreachable   bool   // nothing reaches them
	Unreached     string // why, in one or two sentences; empty: said in general
	Erased        bool
	Addresses     []AddressRow
	Open          string // the form that is open: profile, new, or the id of an address
	Edit          ProfileForm
	OptIn         *OptInForm // open below its address
	Conflict      *Conflict
	Notifications []CustomerNotification
	All           int // notifications in all
	May           []MaySend
	Consents      []ConsentRow
	History       []HistoryRow
}

// AddressRow is one address or number with its state.
type AddressRow struct {
	ID         string
	Version    int
	Channel    models.Channel
	Value      string
	Label      string // "main email", "mobile"
	Named      string // what it is called, without what it is
	Main       bool
	CallsOnly  bool   // a landline: we send nothing to it
	State      string // as AddressState
	InARow     int
	Limit      int      // this many in a row opt it out
	Listed     []string // providers that list it
	Causes     []string // codes of semantics 7.3 that hold
	Text       string   // why, and since when
	AskURL     string   // clear it at the provider
	MayOptIn   bool     // the person may lift what holds
	Lift       string   // key of the catalogue: how it is lifted (cause.….lift)
	Suggestion string   // a likely correction
	Shared     []Sharer // other customers who have it too
	Asked      []AskedLine
}

// Sharer is another customer who has the same address.
type Sharer struct{ ID, Name string }

// AskedLine is a clear request about an address in which something is still to happen.
type AskedLine struct {
	ID, State, Person, Provider string
	At                          time.Time
}

// ProfileForm is what is typed into a form of the customer's page.
type ProfileForm struct {
	Name, Email, Phone    string
	Channel, Value, Label string
	Errors                Errors
}

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

// CustomerNotification is one line of a customer's notifications.
type CustomerNotification struct {
	ID, Title, Address string
	Channel            models.Channel
	Status             models.Status
	State              string
	At                 time.Time
}

// MaySend is one purpose and whether messages of it get through.
type MaySend struct {
	Purpose string
	State   string // all, some, none, opted_out
	Text    string
}

// ConsentRow is one consent record.
type ConsentRow struct {
	Address   string
	Channel   models.Channel
	By        string
	How       string // code
	Purpose   string // code: necessary, all
	Given     time.Time
	Words     string
	Evidence  string
	Recorded  string // who recorded it
	At        time.Time
	Withdrawn bool
}

// by is who agreed; an erasure leaves the proof and takes the name.
func (c ConsentRow) by(ctx context.Context) string {
	if c.By == "" {
		return T(ctx, "The customer")
	}
	return c.By
}

func (p CustomerPage) lede(ctx context.Context) string {
	var parts []string
	if p.Ref != "" {
		parts = append(parts, p.Ref)
	}
	if !p.Since.IsZero() {
		since := p.local(p.Since)
		parts = append(parts, T(ctx, "customer since {month} {year}", "month", T(ctx, since.Format("January")), "year", since.Format("2006")))
	}
	if p.About != "" {
		parts = append(parts, p.About)
	}
	return strings.Join(parts, " · ")
}

func (p CustomerPage) first() string { return FirstName(p.Name) }

func (n CustomerNotification) badge(ctx context.Context) Badge {
	if n.State == "failed" || n.State == "" {
		return StatusBadge(ctx, n.Status, n.Channel)
	}
	return StateBadge(ctx, n.State)
}

var mayLooks = map[string]look{
	"all":       {"green", "circle-check"},
	"some":      {"amber", "triangle-alert"},
	"none":      {"red", "ban"},
	"opted_out": {"plum", "ban"},
}

func (m MaySend) badge(ctx context.Context) Badge { return badgeOf(ctx, mayLooks, "may.", m.State) }

// Hows are the ways in which a customer can agree (semantics 7.5).
var Hows = []string{"phone", "in_person", "other_email", "written_form", "web_form", "link", "text_message"}

// Reasons for which an address that failed is opted in again (semantics 7.3).
var LiftReasons = []string{"confirmed", "restored", "wrong_report"}

func choices(ctx context.Context, prefix string, codes []string) []Option {
	var out []Option
	for _, code := range codes {
		out = append(out, Option{code, T(ctx, prefix+code)})
	}
	return out
}

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
	return map[string]Field{"by": by, "how": how, "date": date, "for": purpose, "note": note, "reason": reason}
}

func (f OptInForm) inOrder(ctx context.Context, b Base) []Field {
	all := f.fields(ctx, b)
	var out []Field
	for _, name := range []string{"by", "how", "date", "for", "reason", "note"} {
		out = append(out, all[name])
	}
	return append(out, Field{ID: "c-sure", Name: "sure"})
}

func (p CustomerPage) unreached(ctx context.Context) string {
	if p.Unreached != "" {
		return p.Unreached
	}
	return T(ctx, "No address is active. Ask {name} for a new one, or for an agreement to be opted in again.", "name", p.first())
}

// optInText says what has to be recorded.
func (p CustomerPage) optInText(ctx context.Context, f OptInForm) string {
	if f.Consent {
		return T(ctx, "Record the agreement of {name}, given after {date}. We keep it with the address.", "name", p.first(), "date", p.LongDate(ctx, f.After))
	}
	return T(ctx, "Say why it works now, and how you checked it.")
}

func (a AddressRow) optedOut() bool {
	return a.State == "opted_out_failure" || a.State == "opted_out_customer"
}

func (a AddressRow) icon() string {
	switch {
	case a.CallsOnly:
		return "phone"
	case a.Channel == models.SMS:
		return "smartphone"
	}
	return "mail"
}

// text says why an address is as it is, and how that is lifted.
func (a AddressRow) text(ctx context.Context) string {
	text := a.Text
	if a.State == "shaky" && text == "" {
		text = N(ctx, "address.in_a_row", a.InARow, "limit", Count(a.Limit))
	}
	if a.Lift != "" {
		text = strings.TrimSpace(text + " " + T(ctx, a.Lift))
	}
	return text
}
