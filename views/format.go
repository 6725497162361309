package views

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"undelivered/models"
)

// Count writes a number with its thousands apart: 6,742.
func Count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Nth is a number as the how-manieth: 2nd, 3rd, 4th.
func Nth(ctx context.Context, n int) string {
	if id := "nth." + Count(n); Has(id) {
		return T(ctx, id)
	}
	return T(ctx, "nth.any", "n", Count(n))
}

// CountUpTo writes a number that was counted up to a limit: "10,000+" beyond it. Limit 0: there was none.
func CountUpTo(n, limit int) string {
	if limit > 0 && n > limit {
		return Count(limit) + "+"
	}
	return Count(n)
}

// Percent writes a share: 1.9%, 100%, and 0.12% below one half.
func Percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	share := 100 * float64(part) / float64(whole)
	digits := 1
	if share == 100 || share == 0 {
		digits = 0
	} else if share < 0.5 {
		digits = 2
	}
	return strconv.FormatFloat(share, 'f', digits, 64) + "%"
}

// WholePercent writes a share without a fraction: 41%.
func WholePercent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.Itoa((200*part+whole)/(2*whole)) + "%"
}

func (b Base) local(t time.Time) time.Time {
	if b.Zone == nil {
		return t.UTC()
	}
	return t.In(b.Zone)
}

// Today says whether t lies on the present day of the account's zone.
func (b Base) Today(t time.Time) bool { return sameDay(b.local(t), b.local(b.Now)) }

// Tomorrow says whether t lies on the next day of the account's zone.
func (b Base) Tomorrow(t time.Time) bool { return sameDay(b.local(t), b.local(b.Now).AddDate(0, 0, 1)) }

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// When writes a time in the account's zone: "Today, 12:04", "19 Nov, 09:00", with the year when it is another.
func (b Base) When(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return T(ctx, "Never")
	}
	if b.Today(t) {
		return T(ctx, "Today, {time}", "time", b.Clock(t))
	}
	return b.Date(ctx, t) + ", " + b.Clock(t)
}

// after writes a time inside a sentence: "15:04" on the present day, else "19 Nov, 15:04".
func (b Base) after(ctx context.Context, t time.Time) string {
	if b.Today(t) {
		return b.Clock(t)
	}
	return b.Date(ctx, t) + ", " + b.Clock(t)
}

// Clock writes the time of day in the account's zone.
func (b Base) Clock(t time.Time) string { return b.local(t).Format("15:04") }

// Date writes a day in the account's zone: "19 Nov", with the year when it is another.
func (b Base) Date(ctx context.Context, t time.Time) string {
	if b.local(t).Year() == b.local(b.Now).Year() {
		return shortDay(ctx, b.local(t))
	}
	return b.FullDate(ctx, t)
}

// FullDate writes a day with its year: "19 Nov 2026".
func (b Base) FullDate(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return T(ctx, "Never")
	}
	local := b.local(t)
	return shortDay(ctx, local) + " " + strconv.Itoa(local.Year())
}

// LongDate writes a day in words: "19 November".
func (b Base) LongDate(ctx context.Context, t time.Time) string {
	local := b.local(t)
	text := strconv.Itoa(local.Day()) + " " + T(ctx, local.Format("January"))
	if local.Year() != b.local(b.Now).Year() {
		text += " " + strconv.Itoa(local.Year())
	}
	return text
}

// Weekday writes a day with its name: "Sat 21 Nov".
func (b Base) Weekday(ctx context.Context, t time.Time) string {
	return T(ctx, b.local(t).Format("Mon")) + " " + shortDay(ctx, b.local(t))
}

// LongWeekday writes a day with its name, in words: "Saturday 21 November".
func (b Base) LongWeekday(ctx context.Context, t time.Time) string {
	return T(ctx, b.local(t).Format("Monday")) + " " + b.LongDate(ctx, t)
}

// WeekdayTime writes a day with its name and the time: "Sat 21 Nov, 09:30".
func (b Base) WeekdayTime(ctx context.Context, t time.Time) string {
	return b.Weekday(ctx, t) + ", " + b.Clock(t)
}

func shortDay(ctx context.Context, local time.Time) string {
	return strconv.Itoa(local.Day()) + " " + T(ctx, local.Format("Jan"))
}

// Stamp is a time for machines, in datetime attributes.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// InputDate is a day of the account's zone for a date field; empty when t is zero.
func (b Base) InputDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return b.local(t).Format(time.DateOnly)
}

// ZoneName is the place whose time the page shows: "London" of Europe/London.
func (b Base) ZoneName() string {
	if b.Zone == nil {
		return "UTC"
	}
	name := b.Zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// Ago writes how long ago something was, up to 7 days, and its day after that: "2 h ago", "19 Nov".
func (b Base) Ago(ctx context.Context, t time.Time) string {
	d := b.Now.Sub(t)
	switch {
	case t.IsZero():
		return T(ctx, "Never")
	case d < time.Minute:
		return T(ctx, "just now")
	case d > 7*24*time.Hour:
		return b.Date(ctx, t)
	}
	return T(ctx, "{time} ago", "time", Span(ctx, d))
}

// inSentence is a time inside a sentence: "today at 12:04", "on 19 November at 09:00".
func (b Base) inSentence(ctx context.Context, t time.Time) string {
	if b.Today(t) {
		return T(ctx, "today at {time}", "time", b.Clock(t))
	}
	return T(ctx, "on {date} at {time}", "date", b.LongDate(ctx, t), "time", b.Clock(t))
}

// exact is what stands beside Ago: the time in full, or the time of day where Ago has named the day.
func (b Base) exact(ctx context.Context, t time.Time) string {
	if b.Now.Sub(t) > 7*24*time.Hour {
		return b.Clock(t)
	}
	return b.When(ctx, t)
}

// Span writes a length of time in short: "40 s", "40 min", "22 h", "3 days".
func Span(ctx context.Context, d time.Duration) string {
	switch {
	case d < time.Minute:
		return T(ctx, "{n} s", "n", int(d.Seconds()))
	case d < time.Hour:
		return T(ctx, "{n} min", "n", int(d.Minutes()))
	case d < 24*time.Hour:
		return T(ctx, "{n} h", "n", int(d.Hours()))
	}
	return N(ctx, "count.days", int(d.Hours()/24))
}

// AgoLong writes how long ago something was in words: "40 seconds ago", "3 minutes ago"; its exact time after a day.
func (b Base) AgoLong(ctx context.Context, t time.Time) string {
	d := b.Now.Sub(t)
	switch {
	case t.IsZero():
		return T(ctx, "Never")
	case d < time.Second:
		return T(ctx, "just now")
	case d < time.Minute:
		return N(ctx, "ago.seconds", int(d.Seconds()))
	case d < time.Hour:
		return N(ctx, "ago.minutes", int(d.Minutes()))
	case d < 24*time.Hour:
		return N(ctx, "ago.hours", int(d.Hours()))
	}
	return b.FullDate(ctx, t) + ", " + b.Clock(t)
}

// Phone writes a number the way people of the account's country do, or with its country code when it is foreign.
func (b Base) Phone(number string) string {
	parsed, err := phonenumbers.Parse(number, b.Account.Country)
	if err != nil {
		return number
	}
	if int(parsed.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(b.Account.Country) {
		return phonenumbers.Format(parsed, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}

// Address writes an address of either channel as people read it.
func (b Base) Address(value string, channel models.Channel) string {
	if channel == models.SMS {
		return b.Phone(value)
	}
	return value
}

// Initials are the one or two letters that stand in a picture's place: of a person's first and last name.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	return firstLetters(words)
}

// accountInitials are the letters of the first two words: MS for Marlow Street Dental.
func accountInitials(name string) string {
	words := strings.Fields(name)
	return firstLetters(words[:min(2, len(words))])
}

func firstLetters(words []string) string {
	var letters []rune
	for _, word := range words {
		letters = append(letters, []rune(strings.ToUpper(word))[0])
	}
	return string(letters)
}

// upperFirst begins a text with a capital.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// FirstName is how a page speaks of a customer the second time: the first word of the name. Where the family name comes
// first, in Chinese, Japanese and Korean, it is the whole name.
func FirstName(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return name
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if unicode.In(first, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
		return name
	}
	return words[0]
}

// Sentences parts a text into its sentences, one for each step.
func Sentences(text string) []string {
	var out []string
	for text = strings.TrimSpace(text); text != ""; {
		cut := len(text)
		for i := 0; i+1 < len(text); i++ {
			if strings.ContainsRune(".?!", rune(text[i])) && text[i+1] == ' ' {
				cut = i + 1
				break
			}
		}
		out = append(out, text[:cut])
		text = strings.TrimSpace(text[cut:])
	}
	return out
}
