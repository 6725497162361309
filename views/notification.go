package views

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/advice"
	"undelivered/models/resend"
)

// NotificationPage is one notification: why, what to do, what happened, what was sent, and the customer.
//
// Forms and their fields, besides request_id:
//   - POST …/resend: version (of the notification), address (that the page showed), customer_version, twice=1
//   - POST …/cancel: version
//   - POST …/send-by-text, …/send-by-email: version, address
//   - POST …/reopen, …/arrived (note): version
//   - POST …/note: note · …/assign: person (id, or empty) · …/snooze: until (day, or empty), hold=1
//   - POST /suggestions/{id}/accept: do=save|save-resend, version (customer),
//     notification · …/dismiss: notification
//   - POST /customers/{id}: email, phone, version, notification, do=save|save-resend
type NotificationPage struct {
	Base
	Near    Near // what stands before and after it in the list that it was opened from
	ID      string
	Version int
	Title   string
	About   string    // "£86.00 due 30 Nov"
	DueAt   time.Time // what it is about happens then
	Channel models.Channel
	Address string // that it was sent to
	Night   string // a text would go out by night: the time where the customer is
	Status  models.Status
	// failed, queued, sending, waiting, unknown, delivered, presumed, cleared, aged_out, pending
	State         string
	Returned      bool
	FirstAt       time.Time // delivered or sent again before it came back
	FailedAt      time.Time
	Reason        models.Reason
	Proof         Proof // how sure the reason is, and why
	Advice        advice.Advice
	Refusal       models.Refusal // why a resend is refused now; zero: it is not
	Against       advice.Against // what refuses the address on file
	Stopped       resend.Stopped // what it was stopped by, when it was never sent
	Links         map[advice.Act]string
	OurSide       bool
	OwnerName     string // who can put a fault of ours right
	StateBy       string // who asked, cleared, …
	StateAt       time.Time
	StateProvider string
	StateText     string // the outcome of clearing; the title of the reason when it came back
	Poll          int    // how often the page has refreshed itself while it is being sent
	Suggestion    *Suggestion
	History       []HistoryRow
	Said          ProviderSaid
	Content       Content
	Contact       ContactForm
	Other         OtherWay
	Also          []AlsoRow
	Work          WorkState
}

// Guard is a refusal with its sentence.
type Guard struct{ models.Refusal }

// Content is what was sent.
type Content struct {
	Subject  string
	FromName string
	From     string
	Text     string
	HasHTML  bool
	Show     bool // the HTML version is shown in its frame
	Kept     bool
	Never    bool // another system sent it, and only told of it
	KeptTo   time.Time
}

func (p NotificationPage) first() string { return FirstName(p.Contact.Name) }

// onItsWay says whether the page refreshes itself.
func (p NotificationPage) onItsWay() bool { return p.State == "queued" || p.State == "sending" }

func (p NotificationPage) open() bool {
	return p.State == "failed" || p.State == "aged_out" || p.State == "unknown" || p.State == "waiting" ||
		p.onItsWay()
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
	return T(ctx, "Failed on {date} at {time}.", "date", p.LongDate(ctx, p.FailedAt), "time",
		p.Clock(p.FailedAt))
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
