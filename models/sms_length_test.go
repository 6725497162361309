package models

import (
	"strings"
	"testing"
)

// A text is counted in the parts that the network will make of it.
func TestSMSParts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"empty":                            {"", 0},
		"one part":                         {strings.Repeat("a", 160), 1},
		"two parts":                        {strings.Repeat("a", 161), 2},
		"two full parts":                   {strings.Repeat("a", 306), 2},
		"three parts":                      {strings.Repeat("a", 307), 3},
		"euro signs take two places":       {strings.Repeat("€", 80), 1},
		"and make it longer":               {strings.Repeat("€", 81), 2},
		"a euro sign is not divided":       {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3},
		"one wide character":               {strings.Repeat("a", 69) + "ł", 1},
		"makes the whole text wide":        {strings.Repeat("a", 70) + "ł", 2},
		"an emoji takes two places":        {strings.Repeat("😀", 35), 1},
		"and is not divided":               {strings.Repeat("😀", 36), 2},
		"thirty-three emojis in each part": {strings.Repeat("😀", 67), 3},
		"greek capitals are short":         {strings.Repeat("Ω", 160), 1},
		"greek small letters are wide":     {strings.Repeat("ω", 71), 2},
	} {
		if got := SMSParts(c.text); got != c.want {
			t.Errorf("%s: %d parts, want %d", name, got, c.want)
		}
	}
}
