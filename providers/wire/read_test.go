package wire

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"undelivered/models"
)

// A provider's time is read in every spelling, to UTC; what is none is no time.
func TestTime(t *testing.T) {
	want := time.Date(2026, 10, 14, 9, 26, 53, 0, time.UTC)
	for _, s := range []Text{"1791970013", "1791970013.0", "1791970013000", "2026-10-14T09:26:53Z",
		"2026-10-14T11:26:53+02:00",
		"2026-10-14T09:26:53.0000000Z", "2026-10-14 09:26:53", "Wed, 14 Oct 2026 09:26:53 UTC",
		"Wed, 14 Oct 2026 09:26:53 +0000"} {
		if got := Time(s); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("%q: %s", s, got)
		}
	}
	for _, s := range []Text{"", "0", "-1", "NaN", "1e300", "yesterday"} {
		if got := Time(s); !got.IsZero() {
			t.Errorf("%q: %s", s, got)
		}
	}
}

// Values are read whatever type the provider chose, and a number above 2^53 loses nothing.
func TestText(t *testing.T) {
	var v struct {
		A, B, C, D, E Text
		M, N          Fields
	}
	raw := `{"a":"x","b":1152921504606847002,"c":true,"d":null,"e":[1],"m":{"k":7},"n":"too long to be shown"}`
	if err := json.Unmarshal([]byte(raw), &v); err != nil {
		t.Fatal(err)
	}
	if v.A != "x" || v.B != "1152921504606847002" || v.C != "true" || v.D != "" || v.E != "[1]" ||
		v.M["k"] != "7" ||
		len(v.N) != 0 {
		t.Errorf("%+v", v)
	}
}

// An address loses its display name and brackets, and nothing else.
func TestAddress(t *testing.T) {
	for s, want := range map[string]string{"mira@example.net": "mira@example.net",
		"<mira@example.net>":                "mira@example.net",
		`"Okafor, Mira" <mira@example.net>`: "mira@example.net", " mira@example..net ": "mira@example..net",
		"Mira <mira@>": "mira@", "": ""} {
		if got := Address(s); got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// A display name cannot become a second address.
func TestWithName(t *testing.T) {
	got := WithName("a@evil.example>,\r\nBcc: <b", "mira@example.net")
	if _, address := NameAndAddress(got); address != "mira@example.net" || strings.ContainsAny(got, "\r\n") {
		t.Errorf("%q", got)
	}
}

// A webhook login is required, optional, or wrong; half a login is none.
func TestBasicLogin(t *testing.T) {
	request := func(s Settings, header string) Request {
		return Request{Settings: s, Header: http.Header{"Authorization": {header}}}
	}
	set := Settings{"webhook_user": "hook", "webhook_password": "s3cret"}
	const right = "Basic aG9vazpzM2NyZXQ="
	for name, ok := range map[string]bool{
		"right":           BasicLogin(request(set, right), true),
		"optional, unset": BasicLogin(request(Settings{}, ""), false),
	} {
		if !ok {
			t.Errorf("%s is refused", name)
		}
	}
	for name, ok := range map[string]bool{
		"none":            BasicLogin(request(set, ""), false),
		"wrong":           BasicLogin(request(set, "Basic aG9vazp3cm9uZw=="), true),
		"another scheme":  BasicLogin(request(set, "Bearer aG9vazpzM2NyZXQ="), true),
		"required, unset": BasicLogin(request(Settings{}, "Basic Og=="), true),
		"without a user": BasicLogin(request(Settings{"webhook_password": "s3cret"}, "Basic OnMzY3JldA=="),
			true),
	} {
		if ok {
			t.Errorf("%s passes", name)
		}
	}
}

// Words are clipped between letters, never inside one.
func TestWords(t *testing.T) {
	got := Words(strings.Repeat("ä", 3000) + "\xff")
	if len(got) > 2000 || !utf8.ValidString(got) || Words(" short ") != "short" {
		t.Errorf("%d bytes, valid %v", len(got), utf8.ValidString(got))
	}
}

// A failure that the provider does not hold against the address opts nobody out at once.
func TestSoften(t *testing.T) {
	e := Failure(models.Event{Channel: models.Email, Diagnostic: "550 5.1.1 user unknown"}, "brevo")
	if e.Type != models.EventType(models.HardBounce) ||
		Soften(e, models.SoftBounce).Type != models.EventType(models.SoftBounce) {
		t.Errorf("%+v", e)
	}
	e.Type = models.EventType(models.Dropped)
	if Soften(e, models.SoftBounce).Type != models.EventType(models.Dropped) {
		t.Error("another verdict is softened")
	}
}
