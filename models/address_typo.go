package models

import "strings"

// WellKnown are mail domains that many people have, with the mistypings seen most; a suggestion is offered
// and never applied by itself.
var WellKnown = []string{
	"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "live.com",
	"live.co.uk",
	"msn.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "ymail.com", "icloud.com", "me.com",
	"mac.com", "aol.com",
	"btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "gmx.de", "gmx.net",
	"gmx.com", "web.de",
	"t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "libero.it",
	"virgilio.it",
	"protonmail.com", "proton.me", "comcast.net", "verizon.net", "att.net", "bellsouth.net", "cox.net",
	"telenet.be", "ziggo.nl",
	"kpnmail.nl", "wp.pl", "onet.pl", "interia.pl", "mail.ru", "yandex.ru", "qq.com", "163.com",
	"rediffmail.com",
}

// SuggestEmail is what an address was probably meant to be; empty when it looks right or nothing is near. A
// domain that is itself well known is never "corrected".
func SuggestEmail(typed string) string {
	typed = strings.TrimSpace(typed)
	repaired := RepairAt(typed)
	at := strings.LastIndex(repaired, "@")
	if at <= 0 || at == len(repaired)-1 {
		return ""
	}
	local, domain := repaired[:at], strings.ToLower(repaired[at+1:])
	if near := nearestDomain(domain); near != "" {
		return local + "@" + near
	}
	if repaired != typed {
		if _, _, problem := NormalEmail(repaired); problem == "" {
			return repaired
		}
	}
	return ""
}

// RepairAt mends what fingers do to an address: two @ signs, a comma for a dot, blanks.
func RepairAt(typed string) string {
	s := strings.Join(strings.Fields(typed), "")
	for strings.Contains(s, "@@") {
		s = strings.ReplaceAll(s, "@@", "@")
	}
	return strings.TrimRight(strings.ReplaceAll(s, ",", "."), ".")
}

func nearestDomain(domain string) string {
	best, bestDistance := "", 3
	for _, known := range WellKnown {
		if domain == known {
			return ""
		}
		if d := EditDistance(domain, known); d < bestDistance && d*4 <= len(known) {
			best, bestDistance = known, d
		}
	}
	return best
}

// EditDistance counts insertions, deletions, changes and swaps of neighbours (Damerau-Levenshtein,
// restricted).
func EditDistance(a, b string) int {
	previous, current := make([]int, len(b)+1), make([]int, len(b)+1)
	var before []int
	for j := range current {
		current[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, previous, current = previous, current, make([]int, len(b)+1)
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
	}
	return current[len(b)]
}
