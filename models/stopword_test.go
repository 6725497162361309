package models

import "testing"

// A word that asks counts when it stands alone, however it is written; the provider's own reading counts first.
func TestWishOf(t *testing.T) {
	for _, c := range []struct {
		keyword, text string
		want          TextWish
	}{
		{"", "STOP", WishStop}, {"", " stop.\n", WishStop}, {"", "Stop  all", WishStop}, {"", "arrêt", WishStop},
		{"", "unsubscribe!", WishStop}, {"", "start", WishStart}, {"", "Yes", WishStart}, {"", "UNSTOP", WishStart},
		{"", "help", WishHelp}, {"", "please stop calling", ""}, {"", "", ""}, {"", "stopover", ""},
		{"STOP", "please no more of this", WishStop}, {"start", "ok", WishStart}, {"HELLO", "stop", WishStop},
	} {
		if got := WishOf(c.keyword, c.text); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.keyword, c.text, got, c.want)
		}
	}
}
