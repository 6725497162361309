package models_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"undelivered/models"
)

// fieldLines are the lines of a file of what people in the field have really typed or sent.
func fieldLines(t *testing.T, name string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "field", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")
}

// A number that nobody has is no number, also when it could be one by its length.
func TestPhoneRefused(t *testing.T) {
	for _, typed := range append(fieldLines(t, "numbers-refused.txt"), "07700 9001234", "+44 7700", "999",
		"call me", "0800 FLOWERS", "+", "") {
		if e164, problem := models.NormalPhone(typed, "GB"); problem == "" || e164 != "" {
			t.Errorf("%q is taken for %q", typed, e164)
		}
	}
}

// A number is read however it was copied: from a contacts app, a spreadsheet, a sentence or another keyboard.
func TestPhoneRead(t *testing.T) {
	for _, typed := range fieldLines(t, "numbers-read.txt") {
		if e164, problem := models.NormalPhone(typed, "GB"); !strings.HasPrefix(e164, "+447700900") {
			t.Errorf("%q is %q %s", typed, e164, problem)
		}
	}
	for _, typed := range []string{"07700 900123", "'07700 900123", "0044 7700 900123", "+44 (0)7700 900123",
		"tel:+44-7700-900123",
		"07700\u00a0900\u200b123", "\ufeff07700900123", "０７７００ ９００１２３", "07700 900 123.", "07700-900-123",
		"+44 7700 9\u00ad00123",
		"\u206607700 900123\u2069", "07700 900123*", "sms:+447700900123?body=hi"} {
		if e164, problem := models.NormalPhone(typed, "GB"); e164 != "+447700900123" {
			t.Errorf("%q is %q %s", typed, e164, problem)
		}
	}
}

// A line that gets no texts is named as what it is.
func TestPhoneKinds(t *testing.T) {
	for typed, want := range map[string]string{
		"020 7946 0000": "error.phone_landline", "+49 30 123456": "error.phone_landline",
		"0909 879 0000": "error.phone_premium",
		"0800 111 1111": "error.phone_free", "+1 800 555 1234": "error.phone_free",
		"60123": "error.phone_short", "12345": "error.phone_short",
		"+1 202 555 0100 x12": "error.phone_extension", "07700 900123 ext. 4": "error.phone_extension",
		"076 0012 3456":   "error.phone_pager",
		"+1 202 555 0100": "", "+49 151 12345678": "", "+33 6 12 34 56 78": "", "+81 90 1234 5678": "",
		"+86 138 0013 8000": "",
		"+55 11 91234 5678": "", "+61 491 570 156": "",
	} {
		if _, problem := models.NormalPhone(typed, "GB"); problem != want {
			t.Errorf("%s is %q, not %q", typed, problem, want)
		}
	}
}

// What can't be seen makes no other address: the address is the one that it looks like.
func TestEmailInvisible(t *testing.T) {
	raw, err := os.ReadFile("testdata/field/addresses-invisible.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := json.Unmarshal(raw, &all); err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	const want = "jane.7f3a@five.example"
	all = append(all, "ja\u00adne.7f3a@five.example", "jane.7f3a@fi\u200dve.example",
		"\u202ajane.7f3a@five.example\u202c", "'jane.7f3a@five.example", "jane.7f3a@five.example.",
		"jane.7f3a@five.example,", "jane\ufe0f.7f3a@five.example", "jane.7f3a\u3164@five.example",
		"jane.7f3a\u2800@five.example", "ｊａｎｅ.7f3a＠five.example", "\tjane.7f3a@five.example\r\n",
		"jane.7f3a@five.example\u00a0", "JANE.7F3A@FIVE.EXAMPLE", "\"jane.7f3a\"@five.example",
		"Jane <jane.7f3a@five.example>", "\"Doe, Jane\" <jane.7f3a@five.example>",
		"mailto:jane.7f3a@five.example?subject=Hi", "<mailto:jane.7f3a@five.example>",
		"jane.7f3a@five.example (Jane)", "<jane.7f3a@five.example>,", "MAILTO:jane%2e7f3a@five.example",
		"jane.7f3a@five．example")
	for _, typed := range all {
		if _, normal, problem := models.NormalEmail(typed); normal != want {
			t.Errorf("%+q is %+q %s", typed, normal, problem)
		}
	}
}

// Addresses that carriers gave out are taken as they are, and a joiner that a domain needs stays in it.
func TestEmailUnusual(t *testing.T) {
	for _, typed := range append(fieldLines(t, "addresses-dots.txt"), ".taro@docomo.example",
		`"jane doe"@five.example`, `"a@b"@five.example`,
		"müller@bücher.example", "用户@例子.example", "o'brien@five.example", "jane+2024@five.example",
		"نامه@نامه\u200cای.example") {
		value, normal, problem := models.NormalEmail(typed)
		again, same, _ := models.NormalEmail(value)
		if problem != "" || again != value || same != normal {
			t.Errorf("%q is %q %q %s, and then %q %q", typed, value, normal, problem, again, same)
		}
	}
	_, joined, _ := models.NormalEmail("a@نامه\u200cای.example")
	if _, apart, _ := models.NormalEmail("a@نامهای.example"); joined == apart {
		t.Error("two domains are one")
	}
	if _, dots, _ := models.NormalEmail(`"try..this"@docomo.example`); dots != "try..this@docomo.example" {
		t.Errorf("the quoted spelling is another address: %q", dots)
	}
}

// What is no address, or two, is refused.
func TestEmailRefused(t *testing.T) {
	for _, typed := range []string{"", "@", "a@", "@b.example", "a@b", "a b@c.example",
		"a@b.example, c@d.example", "a@b@c.example", "a@-b.example",
		"a\ufffd@b.example", `"a@b.example`, `""@b.example`, `"a"b"@c.example`, "..@b.example", "a@192.0.2.1",
		"\u200b@b.example", "a@b..example",
		strings.Repeat("a", 65) + "@b.example", "Jane <>", "jane at b.example"} {
		if value, _, problem := models.NormalEmail(typed); problem == "" {
			t.Errorf("%q is taken for %q", typed, value)
		}
	}
}

// An address is read once: reading again what was read changes nothing.
func FuzzNormalEmail(f *testing.F) {
	for _, typed := range []string{"Jane <j@b.example>", "\u200bj@b.example", `"j \" d"@b.example`,
		"mailto:j@b.example", "'j@b.example.'"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		value, normal, problem := models.NormalEmail(typed)
		if problem != "" {
			return
		}
		if again, same, problem := models.NormalEmail(value); problem != "" || again != value ||
			same != normal {
			t.Errorf("%q: %q %q, then %q %q %s", typed, value, normal, again, same, problem)
		}
	})
}

// A number is read once, in whichever country.
func FuzzNormalPhone(f *testing.F) {
	for _, typed := range []string{"07700 900123#", "+44 (0)7700 900123", "tel:+12025550100", "０７７００"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		e164, problem := models.NormalPhone(typed, "GB")
		if problem != "" {
			return
		}
		if again, problem := models.NormalPhone(e164, "ZZ"); again != e164 {
			t.Errorf("%q is %q, then %q %s", typed, e164, again, problem)
		}
	})
}
