package views

import (
	"context"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
)

// NotificationPage is one notification: why, what to do, what happened, what was sent, and the customer.
//
// Forms and their fields, besides request_id:
//   - POST …/resend: version (of the notification), address (that the page showed), customer_version, twice=1
//   - POST …/cancel: version
//   - POST …/send-by-text, …/send-by-email: version, address
//   - POST …/reopen, …/arrived (note): version
//   - POST …/note: note · …/assign: person (id, or empty) · …/snooze: until (day, or empty), hold=1
//   - POST /suggestions/{id}/accept: do=save|save-resend, version (customer), notification · …/dismiss: notification
//   - POST /customers/{id}: email, phone, version, notification, do=save|save-resend
type NotificationPage struct {
	Base
	ID            string
	Version       int
	Title         string
	About         string    // "£86.00 due 30 Nov"
	DueAt         time.Time // what it is about happens then
	Channel       models.Channel
	Address       string // that it was sent to
	Night         string // a text would go out by night: the time where the customer is
	Status        models.Status
	State         string // failed, queued, sending, waiting, unknown, delivered, presumed, cleared, aged_out, pending
	Returned      bool
	FirstAt       time.Time // delivered or sent again before it came back
	FailedAt      time.Time
	Reason        models.Reason
	ReasonText    string // the reason with the real domain or address put in; empty: as in the dictionary
	OurSide       bool
	OwnerName     string // who can put a fault of ours right
	StateBy       string // who asked, cleared, …
	StateAt       time.Time
	StateProvider string
	StateText     string // the outcome of clearing; the title of the reason when it came back
	Guard         *Guard // why a resend is refused now
	BestFrom      time.Time
	MayTwice      bool // it was accepted more than 15 minutes ago: asks before it sends a second
	Poll          int  // how often the page has refreshed itself while it is being sent
	Suggestion    *Suggestion
	History       []HistoryRow
	Said          ProviderSaid
	Content       Content
	Contact       ContactForm
	Other         OtherWay
	Also          []AlsoRow
	Work          WorkState
}

// Guard is a refusal of a resend, and where what stands against it can be lifted.
type Guard struct {
	models.Refusal
	URL      string
	LinkText string
}

// Suggestion is a likely correction of an address.
type Suggestion struct {
	ID     string
	OnFile string
	Value  string
}

// HistoryRow is one line of what happened. Kind is an event type, or created, asked, handed, cancelled, opted_out,
// opted_in, corrected, cleared, reopened, note, assigned, snoozed, arrived, unknown_outcome, rejected.
type HistoryRow struct {
	Kind     string
	Channel  models.Channel
	Person   string
	Provider string
	Try      int
	Address  string
	Text     string // what the provider or the person said, in plain words
	At       time.Time
	Decides  bool // this one gives the present status
	Probable bool // matched by its recipient and time alone
	Copies   int  // how often the provider said so, from 2 on
}

// ProviderSaid is the evidence behind a status.
type ProviderSaid struct {
	Provider  string
	Code      string
	MessageID string
	Words     string
	Raw       string // the event as it came, for support only
}

// Content is what was sent.
type Content struct {
	Subject  string
	FromName string
	From     string
	Text     string
	HasHTML  bool
	Show     bool // the HTML version is shown in its frame
	Kept     bool
	KeptTo   time.Time
}

// ContactForm is the customer beside a notification, with the form that corrects an address.
type ContactForm struct {
	CustomerID string
	Name       string
	Ref        string
	Since      time.Time
	Version    int
	Email      string
	Phone      string
	EmailState AddressState
	PhoneState AddressState
	EmailNote  string // "Last email delivered 2 Nov"
	PhoneNote  string
	Errors     Errors
	Fixed      bool // the address on file differs from the one that failed
}

// AddressState is what an address can take: active, shaky, opted_out_failure, opted_out_customer, none.
type AddressState struct {
	State     string
	InARow    int      // soft failures, while shaky
	Limit     int      // this many in a row opt it out
	Listed    []string // providers that list it
	AskURL    string   // where to ask for clearing
	OptInURL  string
	OptOutURL string // the question before nothing more is sent to it; empty: it is opted out
}

// OtherWay is the other channel, offered when it works; else WhyNot says why not.
type OtherWay struct {
	Channel models.Channel
	Address string
	Offered bool
	WhyNot  string // opted_out, suppressed, none, content, no_connection
	Parts   int    // texts that the message makes
	Preview string
}

// AlsoRow is another undelivered notification to the same address.
type AlsoRow struct {
	ID      string
	Title   string
	Status  models.Status
	Channel models.Channel
	At      time.Time
}

// WorkState is who looks after a notification, and until when it is put off.
type WorkState struct {
	People   []Option
	Assigned string // id
	Snoozed  time.Time
	OnHold   bool
}

func (p NotificationPage) first() string { return FirstName(p.Contact.Name) }

// onItsWay says whether the page refreshes itself.
func (p NotificationPage) onItsWay() bool { return p.State == "queued" || p.State == "sending" }

func (p NotificationPage) open() bool {
	return p.State == "failed" || p.State == "unknown" || p.State == "waiting" || p.onItsWay()
}

func (p NotificationPage) badges(ctx context.Context) []Badge {
	var out []Badge
	if p.State == "failed" || p.State == "aged_out" {
		out = append(out, StatusBadge(ctx, p.Status, p.Channel))
	}
	if p.State != "failed" {
		out = append(out, StateBadge(ctx, p.State))
	}
	if p.Returned {
		out = append(out, StateBadge(ctx, "returned"))
	}
	if p.OurSide {
		out = append(out, StateBadge(ctx, "our_side"))
	}
	if p.Work.OnHold {
		out = append(out, StateBadge(ctx, "on_hold"))
	}
	return out
}

// failed is the end of the first sentence: "Failed today at 12:04."
func (p NotificationPage) failed(ctx context.Context) string {
	if p.Today(p.FailedAt) {
		return T(ctx, "Failed today at {time}.", "time", p.Clock(p.FailedAt))
	}
	return T(ctx, "Failed on {date} at {time}.", "date", p.LongDate(ctx, p.FailedAt), "time", p.Clock(p.FailedAt))
}

func (p NotificationPage) about(ctx context.Context) string {
	switch {
	case p.About != "":
		return p.About
	case !p.DueAt.IsZero():
		return T(ctx, "for {date}, {time}", "date", p.LongWeekday(ctx, p.DueAt), "time", p.Clock(p.DueAt))
	}
	return ""
}

// rest ends the first sentence after the customer's name.
func (p NotificationPage) rest(ctx context.Context) string {
	text := "."
	if about := p.about(ctx); about != "" {
		text = " " + about + "."
	}
	if p.Status != "" {
		text += " " + p.failed(ctx)
	}
	return text
}

func (p NotificationPage) reasonText() string {
	if p.ReasonText != "" {
		return p.ReasonText
	}
	return p.Reason.Text
}

// step is what is added to a step of the resolution from what we know.
func (p NotificationPage) step(ctx context.Context, i, last int) string {
	if p.Reason.Who != "contact" {
		return ""
	}
	if i == 0 && p.Channel == models.Email && p.Contact.Phone != "" {
		text := T(ctx, "Or call {name} on {phone}.", "name", p.first(), "phone", p.Phone(p.Contact.Phone))
		if p.Tomorrow(p.DueAt) {
			text += " " + T(ctx, "It is for tomorrow.")
		}
		return text
	}
	if i == last && p.Reason.Retry != "never" {
		return T(ctx, "When it is delivered, this notification leaves the report by itself. If it fails again, it stays here.")
	}
	return ""
}

// marks parts two addresses into what they share at both ends and what differs between.
func (s Suggestion) marks() (before, del, ins, after string) {
	a, b := []rune(s.OnFile), []rune(s.Value)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return string(a[:start]), string(a[start : len(a)-end]), string(b[start : len(b)-end]), string(a[len(a)-end:])
}

// differs is the part that the question names: the domain when it is the domain that differs.
func (s Suggestion) differs() string {
	at := lastAt(s.Value)
	if at > 0 && strings.HasPrefix(s.OnFile, s.Value[:at+1]) {
		return s.Value[at+1:]
	}
	return s.Value
}

var historyLooks = map[string]look{
	"created":            {"", "calendar"},
	"asked":              {"blue", "refresh-cw"},
	"handed":             {"blue", "send"},
	"cancelled":          {"", "x"},
	"rejected":           {"red", "x"},
	"unknown_outcome":    {"", "circle-question-mark"},
	"opted_out":          {"red", "ban"},
	"opted_in":           {"green", "user-check"},
	"opted_out_customer": {"plum", "ban"},
	"stopped":            {"plum", "message-square-x"},
	"told_stop":          {"plum", "ban"},
	"consent":            {"green", "user-check"},
	"address_added":      {"", "plus"},
	"address_removed":    {"", "trash-2"},
	"renamed":            {"", "pencil"},
	"main":               {"", "pencil"},
	"labelled":           {"", "pencil"},
	"erased":             {"", "trash-2"},
	"exported":           {"", "download"},
	"request.ask":        {"amber", "clock"},
	"request.confirm":    {"green", "user-check"},
	"request.approve":    {"blue", "check"},
	"request.done":       {"green", "circle-check"},
	"request.decline":    {"red", "x"},
	"request.refused":    {"red", "x"},
	"request.by_hand":    {"", "hand"},
	"request.lapse":      {"", "hourglass"},
	"request.question":   {"amber", "circle-question-mark"},
	"request.answer":     {"blue", "reply"},
	"listed":             {"", "shield-alert"},
	"unlisted":           {"", "check"},
	"corrected":          {"", "pencil"},
	"cleared":            {"", "check"},
	"reopened":           {"", "undo-2"},
	"note":               {"", "pencil"},
	"assigned":           {"", "users"},
	"snoozed":            {"", "clock"},
	"arrived":            {"green", "check"},
	"accepted":           {"blue", "check"},
	"sent":               {"blue", "send"},
	"deferred":           {"amber", "hourglass"},
	"opened":             {"green", "mail"},
	"clicked":            {"green", "mail-check"},
	"delivered":          {"green", "circle-check"},
	"complaint":          {"plum", "flag"},
	"unsubscribed":       {"plum", "ban"},
	"resubscribed":       {"green", "user-check"},
}

func (h HistoryRow) look() look {
	if l, ok := historyLooks[h.Kind]; ok {
		return l
	}
	if row := models.Status(h.Kind).Info(); row.Code != "" {
		if h.Channel == models.SMS {
			return look{string(row.Family), row.IconSMS}
		}
		return look{string(row.Family), row.Icon}
	}
	return look{"", "info"}
}

func (h HistoryRow) title(ctx context.Context) string {
	if models.Status(h.Kind).Valid() {
		return StatusLabel(ctx, models.Status(h.Kind), h.Channel)
	}
	id := ""
	for _, id = range []string{"history." + h.Kind + "." + string(h.Channel), "history." + h.Kind, "event." + h.Kind, "audit." + h.Kind} {
		if Has(id) {
			break
		}
	}
	return T(ctx, id, "person", h.Person, "provider", h.Provider, "try", strconv.Itoa(h.Try))
}

func (h HistoryRow) text(ctx context.Context) string {
	if h.Probable {
		return h.words(ctx) + " " + T(ctx, "Probably about this message: the report does not name it.")
	}
	return h.words(ctx)
}

func (h HistoryRow) words(ctx context.Context) string {
	if h.Text == "" && Has("history."+h.Kind+".text") {
		return T(ctx, "history."+h.Kind+".text", "person", h.Person, "provider", h.Provider, "address", h.Address)
	}
	if h.Provider != "" && h.Text != "" && models.EventType(h.Kind).Valid() {
		return T(ctx, "{provider} reported: {words}", "provider", h.Provider, "words", h.Text)
	}
	return h.Text
}
