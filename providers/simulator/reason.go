package simulator

import (
	"undelivered/models"
)

// refusalReasons are the dictionary's reasons of what the simulator refuses.
var refusalReasons = map[int]string{
	406: "dropped-bounce", 400: "not-sent-bad-request", 429: "provider-unreachable",
	500:   "provider-unreachable",
	21211: "sms-invalid-number", 21612: "sms-unroutable", 21408: "sms-no-permission-region",
	21610: "sms-opted-out",
	21614: "sms-landline", 21212: "sms-from-invalid", 21606: "sms-from-invalid", 21611: "sms-queue-overflow",
}

func reasonOf(ch models.Channel, no refusal) string {
	if reason, ok := refusalReasons[no.Code]; ok {
		return reason
	}
	if ch == models.SMS {
		return "sms-unknown-error"
	}
	return "other-permanent"
}
