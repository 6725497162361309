package resend

import (
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// listReasons are the reasons for which an address is on the list, by origin.
var listReasons = map[string]string{
	"bounce":    "dropped-bounce",
	"complaint": "dropped-complaint",
	"manual":    "dropped-manual",
}

func added(e models.Event, p post) models.Event { return listed(e, string(p.Data.Origin)) }

// listed is an event about the address alone.
func listed(e models.Event, origin string) models.Event {
	e.SuppressionKind = wire.Pick(kinds[origin], "manual")
	e.Reason, e.Type = listReasons[e.SuppressionKind], models.AddressSuppressed
	return e
}

func removed(e models.Event, p post) models.Event {
	e.SuppressionKind = wire.Pick(kinds[string(p.Data.Origin)], "manual")
	e.Type, e.ProviderCode = models.Resubscribed, ""
	return e
}

// aboutAddress says whether the words of a refusal are about the recipient's address, not about another
// field.
func aboutAddress(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "`to`") || strings.Contains(words, "invalid to ") ||
		strings.Contains(words, "email address needs")
}
