package keyword

import (
	"os"
	"strings"
	"testing"
)

// A word that asks counts when it stands alone, however it is written; the provider's own reading counts
// first.
func TestWishOf(t *testing.T) {
	for _, c := range []struct {
		keyword, text string
		want          Keyword
	}{
		{"", "STOP", Stop}, {"", " stop.\n", Stop}, {"", "Stop  all", Stop}, {"", "arrêt", Stop},
		{"", "unsubscribe!", Stop}, {"", "start", Start}, {"", "Yes", Start}, {"", "UNSTOP", Start},
		{"", "help", Help}, {"", "please stop calling", Unsure}, {"", "", ""}, {"", "stopover", ""},
		{"STOP", "please no more of this", Stop}, {"start", "ok", Start}, {"HELLO", "stop", Stop},
	} {
		if got := KeywordOf(c.keyword, c.text); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.keyword, c.text, got, c.want)
		}
	}
}

// A wish is read by its meaning: thanks, a please, quotes, emoji, other letters and other languages change
// nothing.
func TestWishByMeaning(t *testing.T) {
	raw, err := os.ReadFile("testdata/field/texts-stop.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range append(strings.Split(strings.TrimSpace(string(raw)), "\n"), "\"STOP\"", "Stop 🛑",
		"ＳＴＯＰ", "S\u200bTOP", "ARRETER", "arrêt svp",
		"Arrêtez ces SMS", "abmelden bitte", "Bitte keine SMS mehr", "baja", "Baja por favor", "退订", "请退订谢谢",
		"退訂", "取消订阅", "配信停止お願いします", "수신거부", "СТОП",
		"стоп, пожалуйста", "no more texts please", "Don't text me", "STOP!!!", "«Stop»",
		"Remove me from your list", "Uitschrijven aub", "إيقاف", "stopp") {
		if got := KeywordOf("", text); got != Stop {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"Start please", "UNSTOP thanks", "重新订阅", "Start again!"} {
		if got := KeywordOf("", text); got != Start {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"Please cancel my appointment", "Is it near the bus stop?",
		"When does the pain stop", "stop, no wait, start", "Don't stop",
		"I want to stop taking the tablets"} {
		if got := KeywordOf("", text); got != Unsure {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"Yes, see you tomorrow", "Thanks", "ok", "👍", "I'll be ten minutes late",
		"谢谢", ""} {
		if got := KeywordOf("", text); got != "" {
			t.Errorf("%q: %q", text, got)
		}
	}
}
