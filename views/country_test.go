package views

import (
	"context"
	"slices"
	"testing"
	"time"

	"undelivered/models"
)

func labels(options []Option) []string {
	var all []string
	for _, o := range options {
		all = append(all, o.Label)
	}
	return all
}

// Countries are chosen by name, in the order of the alphabet, and none is without a name.
func TestCountriesHaveNames(t *testing.T) {
	names := labels(CountryOptions(context.Background(), models.Countries()))
	if len(names) < 200 || names[0] != "Afghanistan" || slices.Contains(names, "") ||
		slices.Contains(names, "Unknown Region") {
		t.Fatalf("%d countries: %v", len(names), names)
	}
	if i := slices.Index(names, "Åland Islands"); i < 0 || i > 4 {
		t.Errorf("Åland stands at %d", i)
	}
}

// The account's own tag stands for its language, and one without pages is kept and says so.
func TestLanguagesAreThoseWithPages(t *testing.T) {
	ctx := context.Background()
	if got := LanguageOptions(ctx, "en-GB"); len(got) != len(Langs()) ||
		!slices.Contains(got, Option{"en-GB", "English"}) {
		t.Errorf("%v", got)
	}
	if got := LanguageOptions(ctx, "de-DE"); !slices.Contains(got,
		Option{"de-DE", "German (Germany): pages are in English so far"}) {
		t.Errorf("%v", got)
	}
}

// Time zones say how far they are from universal time on that day, and a zone that is not in the list is
// kept.
func TestZonesSayTheirDifference(t *testing.T) {
	find := func(chosen, name string) string {
		for _, g := range zoneOptions(context.Background(), chosen,
			time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)) {
			for _, o := range g.Options {
				if o.Value == name {
					return g.Label + ": " + o.Label
				}
			}
		}
		return ""
	}
	for name, want := range map[string]string{"Europe/London": "Europe: London (UTC+1)",
		"Asia/Kolkata":     "Asia: Kolkata (UTC+5:30)",
		"America/St_Johns": "North and Central America: St Johns (UTC−2:30)",
		"Africa/Accra":     "Africa: Accra (UTC)", "Asia/Thimphu": ""} {
		if got := find("", name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := find("Asia/Thimphu", "Asia/Thimphu"); got != "Elsewhere: Thimphu (UTC+6)" {
		t.Errorf("%q", got)
	}
}

// Every zone of the list is known to Go's own table.
func TestZonesExist(t *testing.T) {
	for _, part := range zones {
		for _, name := range part.Names {
			if _, err := time.LoadLocation(name); err != nil {
				t.Error(err)
			}
		}
	}
}
