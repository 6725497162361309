package views

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// CountryOptions are countries by their names in the language of the page, in the order of the alphabet.
func CountryOptions(ctx context.Context, codes []string) []Option {
	names := display.Regions(language.Make(langOf(ctx)))
	var options []Option
	for _, code := range codes {
		if region, err := language.ParseRegion(code); err == nil {
			options = append(options, Option{code, names.Name(region)})
		}
	}
	slices.SortFunc(options,
		func(a, b Option) int { return cmp.Compare(plainLetters(a.Label), plainLetters(b.Label)) })
	return options
}

// plainLetters is a name without its accents, so that Åland stands among the names with A.
func plainLetters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}

// LanguageOptions are the languages that pages are written in, each in its own words. The account's own tag
// stands for its language, so that a region is kept; one without pages stays too, and says so.
func LanguageOptions(ctx context.Context, chosen string) []Option {
	base, _, _ := strings.Cut(chosen, "-")
	var options []Option
	known := chosen == ""
	for _, lang := range slices.Sorted(slices.Values(Langs())) {
		o := Option{lang, display.Self.Name(language.Make(lang))}
		if lang == base {
			o.Value, known = chosen, true
		}
		options = append(options, o)
	}
	if !known {
		options = append(options, Option{
			chosen,
			T(ctx, "{language}: pages are in English so far", "language", languageName(ctx, chosen)),
		})
	}
	return options
}

// languageName is a language in the words of the page; what is none stays as it was typed.
func languageName(ctx context.Context, tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	return display.Tags(language.Make(langOf(ctx))).Name(parsed)
}

// zoneOptions are the time zones to choose from by part of the world, each with its difference to universal
// time now.
func zoneOptions(ctx context.Context, chosen string, now time.Time) []OptionGroup {
	var groups []OptionGroup
	known := chosen == "" || chosen == "UTC"
	for _, part := range zones {
		g := OptionGroup{Label: T(ctx, part.Label)}
		for _, name := range part.Names {
			if zone, err := time.LoadLocation(name); err == nil { // this machine knows it
				g.Options = append(g.Options, Option{name, zoneLabel(name, now.In(zone))})
				known = known || name == chosen
			}
		}
		groups = append(groups, g)
	}
	if zone, err := time.LoadLocation(chosen); err == nil && !known {
		groups = append(groups,
			OptionGroup{T(ctx, "Elsewhere"), []Option{{chosen, zoneLabel(chosen, now.In(zone))}}})
	}
	return groups
}

// zoneLabel is the place of a zone and how far it is from universal time: "Kolkata (UTC+5:30)".
func zoneLabel(name string, at time.Time) string {
	place := strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
	_, seconds := at.Zone()
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	switch hours, minutes := seconds/3600, seconds/60%60; {
	case seconds == 0:
		return place + " (UTC)"
	case minutes == 0:
		return fmt.Sprintf("%s (UTC%s%d)", place, sign, hours)
	default:
		return fmt.Sprintf("%s (UTC%s%d:%02d)", place, sign, hours, minutes)
	}
}
