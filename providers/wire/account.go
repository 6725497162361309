package wire

import (
	"strings"

	"undelivered/models"
)

// accountReasons are what a provider holds against the account itself: nobody's mail or texts go out, or soon
// not.
var accountReasons = map[string]bool{
	"provider-account-paused": true,
	"not-sent-quota":          true,
	"smtp-auth":               true,
	"sms-account-suspended":   true,
	"sms-no-credit":           true,
	"sms-credentials":         true,
	"sms-outbound-disabled":   true,
	"sms-daily-cap":           true,
	"sms-campaign-suspended":  true,
	"whatsapp-account":        true,
}

// accountWords are the words of an event about nobody in which a provider warns of the account.
var accountWords = []string{
	"suspend",
	"deactivat",
	"out of credit",
	"out_of_credit",
	"insufficient",
	"low_balance",
	"low balance",
	"quota",
	"credit_limit",
	"limit_reached",
	"limit reached",
	"limit exceeded",
	"limit_exceeded",
	"account.disabled",
	"account_disabled",
	"banned",
	"paused",
	"terminated",
	"payment_failed",
	"past_due",
}

// endedWords are those of the news that it is over.
var endedWords = []string{"reactivat", "unsuspend", "restored", "resumed", "lifted"}

// AccountWarning is what to tell the people of an account when its events show that the provider has stopped
// it, or is about to; empty: they do not.
func AccountWarning(events []models.Event) string {
	for _, e := range events {
		if e.Sample || e.State == models.EventParked {
			continue
		}
		if accountReasons[e.Reason] {
			reason, _ := models.ReasonByID(e.Reason)
			return strings.TrimSpace(reason.Title + ". " + Words(Pick(e.Diagnostic, e.ProviderCode)))
		}
		if e.Type == models.Unrecognised && e.Recipient == "" && warns(e) {
			return "The provider warns about your account: " + Pick(e.Diagnostic, e.ProviderCode)
		}
	}
	return ""
}

func warns(e models.Event) bool {
	text := strings.ToLower(e.ProviderCode + " " + e.Diagnostic)
	return containsOne(text, accountWords) && !containsOne(text, endedWords)
}

func containsOne(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
