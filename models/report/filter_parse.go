package report

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
)

// filterWord is a field of an address that is one word of the filter.
type filterWord struct {
	name   string
	word   func(*Filter) *string
	known  func(string) bool // nil: any word
	column string            // of undelivered, which has just this value; None: none
}

// filterWords are read, written and searched for in this order, so that the statement is known.
var filterWords = []filterWord{
	{"range", func(f *Filter) *string { return &f.Range }, isKey(ranges), ""},
	{"from", func(f *Filter) *string { return &f.From }, nil, ""},
	{"to", func(f *Filter) *string { return &f.To }, nil, ""},
	{"state", func(f *Filter) *string { return &f.State }, isOneOf(states), ""},
	{"view", func(f *Filter) *string { return &f.View }, isKey(builtInViews), ""},
	{"channel", func(f *Filter) *string { return (*string)(&f.Channel) }, isChannel, "channel"},
	{"reason", func(f *Filter) *string { return &f.Reason }, nil, "reason"},
	{"domain", func(f *Filter) *string { return &f.Domain }, nil, "domain"},
	{"customer", func(f *Filter) *string { return &f.Customer }, nil, "customer_id"},
	{"connection", func(f *Filter) *string { return &f.Connection }, nil, "connection_id"},
	{"kind", func(f *Filter) *string { return &f.Kind }, nil, "kind"},
	{"q", func(f *Filter) *string { return &f.Q }, nil, ""},
	{"assigned", func(f *Filter) *string { return &f.Assigned }, nil, ""},
	{"outcome", func(f *Filter) *string { return &f.Outcome }, nil, "outcome"},
	{"saved", func(f *Filter) *string { return &f.Saved }, nil, ""},
	{"sort", func(f *Filter) *string { return &f.Sort }, isOneOf(sorts), ""},
	{"after", func(f *Filter) *string { return &f.After }, nil, ""},
	{"before", func(f *Filter) *string { return &f.Before }, nil, ""},
}

func isKey[V any](words map[string]V) func(string) bool {
	return func(word string) bool { _, known := words[word]; return known || word == "" }
}

func isOneOf(words []string) func(string) bool {
	return func(word string) bool { return slices.Contains(words, word) }
}

func isChannel(word string) bool { return word == "" || models.Channel(word).Valid() }

// ParseFilter reads the fields of an address. It returns what it could read also when some fields are
// Invalid.
func ParseFilter(v url.Values) (Filter, error) {
	v = bounded(v)
	f, bad := Filter{Free: v.Get("free") == "1", All: v.Get("all") == "1"}, models.Invalid{}
	for _, field := range filterWords {
		word := strings.TrimSpace(v.Get(field.name))
		if field.known != nil && !field.known(word) {
			word, bad[field.name] = "", models.Problem{Key: "error.choice"}
		}
		*field.word(&f) = word
	}
	f.Domain = strings.ToLower(f.Domain)
	if !f.All {
		f.IDs = v["id"]
	}
	f.readStatuses(v["status"], bad)
	f.readPage(v.Get("per"), bad)
	f.checkDates(bad)
	return f, bad.Err()
}

// readPage takes the size of a page, and the cursors that belong to the order.
func (f *Filter) readPage(per string, bad models.Invalid) {
	if per != "" {
		f.Per, _ = strconv.Atoi(per)
		if !slices.Contains(perSizes, f.Per) {
			f.Per, bad["per"] = 0, models.Problem{Key: "error.choice"}
		}
	}
	for name, cursor := range map[string]*string{"after": &f.After, "before": &f.Before} {
		if *cursor != "" && !f.knowsCursor(*cursor) {
			*cursor, bad[name] = "", models.Problem{Key: "error.choice"}
		}
	}
}

// Values is the filter as the fields of an address, without what is the default.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, field := range filterWords {
		if word := *field.word(&f); word != "" {
			v.Set(field.name, word)
		}
	}
	for _, s := range f.Statuses {
		v.Add("status", string(s))
	}
	for _, id := range f.IDs {
		v.Add("id", id)
	}
	for name, on := range map[string]bool{"free": f.Free, "all": f.All} {
		if on {
			v.Set(name, "1")
		}
	}
	if f.Per > 0 {
		v.Set("per", strconv.Itoa(f.Per))
	}
	return v
}

// filterLimit is how many letters a field of a filter may have: a search of a page of text finds nothing, and
// costs much.
const filterLimit = 300

// valuesLimit is how many values a field of a filter may have; of what is ticked, idsLimit.
const (
	valuesLimit = 20
	idsLimit    = 1000
)

// bounded are the fields with what they may hold.
func bounded(v url.Values) url.Values {
	short := url.Values{}
	for name, values := range v {
		most := valuesLimit
		if name == "id" {
			most = idsLimit
		}
		for _, value := range values[:min(len(values), most)] {
			value = models.CleanUTF8(value)
			if letters := []rune(value); len(letters) > filterLimit {
				value = string(letters[:filterLimit])
			}
			short.Add(name, value)
		}
	}
	return short
}

// readStatuses takes "bounced" for both bounces, and several in one value parted by commas.
func (f *Filter) readStatuses(values []string, bad models.Invalid) {
	for _, value := range values {
		for word := range strings.SplitSeq(value, ",") {
			switch s := models.Status(strings.TrimSpace(word)); {
			case s == "":
			case s == "bounced":
				f.addStatus(models.HardBounce)
				f.addStatus(models.SoftBounce)
			case s.Valid():
				f.addStatus(s)
			default:
				bad["status"] = models.Problem{Key: "error.choice"}
			}
		}
	}
}

func (f *Filter) addStatus(s models.Status) {
	if !slices.Contains(f.Statuses, s) {
		f.Statuses = append(f.Statuses, s)
	}
}

func (f *Filter) checkDates(bad models.Invalid) {
	for name, day := range map[string]string{"from": f.From, "to": f.To} {
		if at, err := time.Parse(time.DateOnly, day); day != "" &&
			(err != nil || at.Year() < 1970 || at.Year() > 9000) {
			bad[name] = models.Problem{Key: "error.date"}
		}
	}
	if _, wrong := bad["from"]; wrong || f.From == "" || f.To == "" {
		return
	}
	if _, wrong := bad["to"]; wrong {
		return
	}
	switch {
	case f.From > f.To:
		bad["from"] = models.Problem{Key: "error.range"}
	case models.DaysBetween(f.From, f.To)+1 > models.MaxRangeDays:
		bad["from"] = models.Problem{Key: "error.range_long"}
	}
}
