package models

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// NormalPhone is a number in E.164, read with the account's country as default. The key names what is wrong:
// a number that nobody has, or one that gets no texts; empty: nothing.
func NormalPhone(typed, country string) (e164, problem string) {
	typed = barePhone(typed)
	if strings.ContainsFunc(typed, unicode.IsLetter) {
		return "", letterProblem(typed)
	}
	number, err := phonenumbers.Parse(typed, country)
	if err != nil {
		return "", shortProblem(typed)
	}
	if number.GetExtension() != "" {
		return "", "error.phone_extension"
	}
	e164 = phonenumbers.Format(number, phonenumbers.E164)
	if exampleNumber(e164) {
		return e164, ""
	}
	if !phonenumbers.IsValidNumber(number) {
		return "", shortProblem(typed)
	}
	if problem := textlessLines[phonenumbers.GetNumberType(number)]; problem != "" {
		return "", problem
	}
	return e164, ""
}

// textlessLines are the kinds of line that get no texts, and how the form says so.
var textlessLines = map[phonenumbers.PhoneNumberType]string{
	phonenumbers.FIXED_LINE:      "error.phone_landline",
	phonenumbers.UAN:             "error.phone_landline",
	phonenumbers.VOICEMAIL:       "error.phone_landline",
	phonenumbers.PREMIUM_RATE:    "error.phone_premium",
	phonenumbers.SHARED_COST:     "error.phone_premium",
	phonenumbers.TOLL_FREE:       "error.phone_free",
	phonenumbers.PAGER:           "error.phone_pager",
	phonenumbers.PERSONAL_NUMBER: "error.phone_premium",
}

// barePhone takes a number out of what was typed or copied: tel:+44…, 0044…, with a comma after it.
func barePhone(typed string) string {
	s := strings.ReplaceAll(strings.ReplaceAll(visible(typed), "\u200c", ""), "\u200d", "")
	for _, scheme := range []string{"tel:", "sms:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s, _, _ = strings.Cut(s[len(scheme):], ";phone-context")
			s, _, _ = strings.Cut(s, "?")
		}
	}
	s = strings.TrimSpace(strings.TrimRight(s, "#*.,;:!'’` "))
	if strings.HasPrefix(s, "00") {
		s = "+" + s[2:]
	}
	return s
}

// letterProblem tells a number with an extension from words.
func letterProblem(typed string) string {
	lower := strings.ToLower(typed)
	for _, sign := range []string{"ext", " x", "x ", "durchwahl", "poste"} {
		if before, after, ok := strings.Cut(lower, sign); ok &&
			!strings.ContainsFunc(before, unicode.IsLetter) &&
			countDigits(before) >= shortest &&
			countDigits(after) > 0 {
			return "error.phone_extension"
		}
	}
	return "error.phone"
}

// shortest is how many figures a number that a person has got has at least; services have fewer.
const shortest = 7

// shortProblem tells a short code from a number that nobody has.
func shortProblem(typed string) string {
	if n := countDigits(typed); n >= 3 && n < shortest && !strings.HasPrefix(typed, "+") {
		return "error.phone_short"
	}
	return "error.phone"
}

func countDigits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// exampleBlocks are mobile numbers that regulators keep free for examples and films (Ofcom: 07700 900). They
// are no valid numbers and reach nobody; demos and tests are full of them.
var exampleBlocks = []string{"+4477009"}

// exampleLength is that of the British numbers among them.
const exampleLength = len("+447700900000")

func exampleNumber(e164 string) bool {
	for _, block := range exampleBlocks {
		if strings.HasPrefix(e164, block) && len(e164) == exampleLength {
			return true
		}
	}
	return false
}

// reportedPhone is how a number that cannot be right is compared: its figures, with a plus where it had one.
func reportedPhone(typed string) string {
	s := barePhone(typed)
	if strings.Trim(s, "+0123456789 ()-./\u2010\u2011\u2012\u2013") != "" {
		return s
	}
	plus := ""
	if strings.HasPrefix(s, "+") {
		plus = "+"
	}
	return plus + strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
