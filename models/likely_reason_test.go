package models_test

import (
	"testing"

	"undelivered/models"
)

// The first guess for a reply that no entry explains is the entry that it has most in common with, and none
// where that is a single word of several.
func TestLikelyReason(t *testing.T) {
	for words, want := range map[string]string{
		"599 the moon is too full":                         "mailbox-full",
		"the user you wrote to is unknown to this machine": "user-unknown",
		"zzz":           "",
		"mira@full.com": "",
	} {
		if got := models.LikelyReason(models.Email, words).ID; got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
