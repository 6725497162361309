package views

import (
	"context"
	"strconv"
	"time"

	"undelivered/models"
)

// HistoryRow is one line of what happened. Kind is an event type, or created, asked, handed, cancelled,
// opted_out, opted_in, corrected, cleared, reopened, note, assigned, snoozed, arrived, unknown_outcome,
// rejected.
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
	"request.withdraw":   {"", "undo-2"},
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
	for _, id = range []string{"history." + h.Kind + "." + string(h.Channel), "history." + h.Kind,
		"event." + h.Kind, "audit." + h.Kind} {
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
		return T(ctx, "history."+h.Kind+".text", "person", h.Person, "provider", h.Provider, "address",
			h.Address)
	}
	if h.Provider != "" && h.Text != "" && models.EventType(h.Kind).Valid() {
		return T(ctx, "{provider} reported: {words}", "provider", h.Provider, "words", h.Text)
	}
	return h.Text
}
