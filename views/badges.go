package views

import (
	"context"

	"undelivered/models"
)

// Badge is an icon and a word; its tone is a third signal.
type Badge struct {
	Tone  string // red, amber, plum, slate, blue, green, plain
	Icon  string
	Label string
}

// StatusLabel is the name of a status, for text messages where they have their own.
func StatusLabel(ctx context.Context, s models.Status, c models.Channel) string {
	id := "status." + string(s)
	if c == models.SMS && Has(id+".sms") {
		return T(ctx, id+".sms")
	}
	return T(ctx, id)
}

// StatusHelp is the one line that explains a status.
func StatusHelp(ctx context.Context, s models.Status) string {
	return T(ctx, "status."+string(s)+".help")
}

// optOutHelp is what a status does to the address.
func optOutHelp(ctx context.Context, s models.Status) string {
	if id := "opts_out." + string(s); Has(id) {
		return T(ctx, id)
	}
	return T(ctx, "opts_out."+string(s.Info().OptOut))
}

// StatusBadge is the badge of a status; the icon says the channel where it matters.
func StatusBadge(ctx context.Context, s models.Status, c models.Channel) Badge {
	row := s.Info()
	icon := row.Icon
	if c == models.SMS {
		icon = row.IconSMS
	}
	return Badge{Tone: string(row.Family), Icon: icon, Label: StatusLabel(ctx, s, c)}
}

// Families in the order of the screens, from what the manager can do alone to what somebody must look into.
var Families = []models.Family{models.FixAddress, models.TryLater, models.AskCustomer, models.LookIntoIt}

// StatusesOf are the statuses of a family.
func StatusesOf(f models.Family) []models.Status {
	var out []models.Status
	for _, row := range models.Statuses {
		if row.Family == f {
			out = append(out, row.Code)
		}
	}
	return out
}

// FamilyLabel is what helps against the statuses of a family.
func FamilyLabel(ctx context.Context, f models.Family) string { return T(ctx, "family."+string(f)) }

// The tables of badges: state → tone and icon; the word is in the catalogue under the prefix and the state.
type look struct{ tone, icon string }

var stateLooks = map[string]look{
	"failed":    {"red", "mail-x"},
	"queued":    {"blue", "refresh-cw"},
	"sending":   {"blue", "refresh-cw"},
	"running":   {"blue", "refresh-cw"},
	"waiting":   {"blue", "clock"},
	"unknown":   {"slate", "circle-question-mark"},
	"returned":  {"red", "undo-2"},
	"delivered": {"green", "circle-check"},
	"presumed":  {"plain", "clock"},
	"cleared":   {"plain", "check"},
	"aged_out":  {"plain", "calendar"},
	"pending":   {"plain", "clock"},
	"first":     {"blue", "clock"},
	"our_side":  {"slate", "wrench"},
	"on_hold":   {"plain", "clock"},
	"snoozed":   {"plain", "clock"},
}

var addressLooks = map[string]look{
	"listed":              {"slate", "ban"},
	"active":              {"green", "circle-check"},
	"shaky":               {"amber", "triangle-alert"},
	"opted_out_failure":   {"red", "ban"},
	"opted_out_customer":  {"plum", "ban"},
	"suppressed":          {"slate", "shield-alert"},
	"none":                {"plain", "circle-slash"},
	"erased":              {"plain", "ban"},
	"agreement_not_given": {"plain", "circle-slash"},
}

var requestLooks = map[string]look{
	"requested": {"amber", "clock"},
	"customer":  {"amber", "clock"}, // the customer's own confirmation is missing
	"approved":  {"blue", "refresh-cw"},
	"running":   {"blue", "refresh-cw"},
	"by_hand":   {"slate", "shield-alert"},
	"done":      {"green", "circle-check"},
	"declined":  {"red", "x"},
	"refused":   {"red", "x"},
	"lapsed":    {"plain", "calendar"},
	"withdrawn": {"plain", "undo-2"},
}

// The kinds of entries on providers' lists.
var suppressionLooks = map[string]look{
	"bounce":      {"red", "mail-x"},
	"complaint":   {"plum", "flag"},
	"unsubscribe": {"plum", "ban"},
	"stop":        {"plum", "ban"},
	"invalid":     {"red", "at-sign"},
	"manual":      {"slate", "hand"},
}

var connectionLooks = map[string]look{
	"receiving": {"green", "circle-check"},
	"quiet":     {"amber", "hourglass"},
	"unused":    {"plain", "circle-slash"},
	"refused":   {"red", "circle-alert"},
	"stopped":   {"red", "ban"},
	"trial":     {"slate", "ban"},
}

func badgeOf(ctx context.Context, looks map[string]look, prefix, state string, pairs ...any) Badge {
	l, ok := looks[state]
	if !ok {
		l = look{"plain", "info"}
	}
	return Badge{Tone: l.tone, Icon: l.icon, Label: T(ctx, prefix+state, pairs...)}
}

// StateBadge is the badge of where a notification stands.
func StateBadge(ctx context.Context, state string) Badge {
	return badgeOf(ctx, stateLooks, "state.", state)
}

// AddressBadge is the badge of what an address can take.
func AddressBadge(ctx context.Context, state string) Badge {
	return badgeOf(ctx, addressLooks, "address.", state)
}

// SuppressedBadge says which provider lists an address.
func SuppressedBadge(ctx context.Context, provider string) Badge {
	return badgeOf(ctx, addressLooks, "address.", "suppressed", "provider", provider)
}

// RequestBadge is the badge of where a clear request stands.
func RequestBadge(ctx context.Context, state, provider string) Badge {
	return badgeOf(ctx, requestLooks, "request.", state, "provider", provider)
}

// SuppressionBadge is the badge of why an address is on a provider's list.
func SuppressionBadge(ctx context.Context, kind string) Badge {
	return badgeOf(ctx, suppressionLooks, "suppression.", kind)
}

// ConnectionBadge is the badge of whether delivery reports arrive; for "quiet", since says for how long.
func ConnectionBadge(ctx context.Context, state, since string) Badge {
	return badgeOf(ctx, connectionLooks, "connection.", state, "time", since)
}
