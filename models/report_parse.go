package models

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFilter reads the fields of an address. It returns what it could read also when some fields are Invalid.
func ParseFilter(v url.Values) (Filter, error) {
	v = bounded(v)
	f := Filter{Range: v.Get("range"), From: v.Get("from"), To: v.Get("to"), Channel: Channel(v.Get("channel")),
		Reason: v.Get("reason"), Domain: strings.ToLower(strings.TrimSpace(v.Get("domain"))), Q: strings.TrimSpace(v.Get("q")),
		Customer: v.Get("customer"), Connection: v.Get("connection"), Kind: v.Get("kind"), State: v.Get("state"), Assigned: v.Get("assigned"), Outcome: v.Get("outcome"), Sort: v.Get("sort"),
		After: v.Get("after"), Before: v.Get("before"), Free: v.Get("free") == "1"}
	if set, known := builtInViews[v.Get("view")]; known {
		set(&f)
	}
	bad := Invalid{}
	f.readStatuses(v["status"], bad)
	if per := v.Get("per"); per != "" {
		f.Per, _ = strconv.Atoi(per)
		if !slices.Contains(perSizes, f.Per) {
			f.Per, bad["per"] = 0, Problem{Key: "error.choice"}
		}
	}
	f.checkWords(bad)
	f.checkDates(bad)
	return f, bad.Err()
}

// filterLimit is how many letters a field of a filter may have: a search of a page of text finds nothing, and costs much.
const filterLimit = 300

// bounded are the fields with what they may hold.
func bounded(v url.Values) url.Values {
	short := url.Values{}
	for name, values := range v {
		for _, value := range values[:min(len(values), 20)] {
			value = cleanUTF8(value)
			if letters := []rune(value); len(letters) > filterLimit {
				value = string(letters[:filterLimit])
			}
			short.Add(name, value)
		}
	}
	return short
}

// readStatuses takes "bounced" for both bounces, and several in one value parted by commas.
func (f *Filter) readStatuses(values []string, bad Invalid) {
	for _, value := range values {
		for word := range strings.SplitSeq(value, ",") {
			switch s := Status(strings.TrimSpace(word)); {
			case s == "":
			case s == "bounced":
				f.addStatus(HardBounce)
				f.addStatus(SoftBounce)
			case s.Valid():
				f.addStatus(s)
			default:
				bad["status"] = Problem{Key: "error.choice"}
			}
		}
	}
}

func (f *Filter) addStatus(s Status) {
	if !slices.Contains(f.Statuses, s) {
		f.Statuses = append(f.Statuses, s)
	}
}

func (f *Filter) checkWords(bad Invalid) {
	if f.Channel != "" && !f.Channel.Valid() {
		f.Channel, bad["channel"] = "", Problem{Key: "error.choice"}
	}
	for name, field := range map[string]struct {
		value   *string
		allowed []string
	}{"state": {&f.State, states}, "sort": {&f.Sort, sorts}} {
		if !slices.Contains(field.allowed, *field.value) {
			*field.value, bad[name] = "", Problem{Key: "error.choice"}
		}
	}
	if _, known := ranges[f.Range]; !known {
		f.Range, bad["range"] = "", Problem{Key: "error.choice"}
	}
	for name, cursor := range map[string]*string{"after": &f.After, "before": &f.Before} {
		if *cursor != "" && !f.knowsCursor(*cursor) {
			*cursor, bad[name] = "", Problem{Key: "error.choice"}
		}
	}
}

func (f *Filter) checkDates(bad Invalid) {
	for name, day := range map[string]string{"from": f.From, "to": f.To} {
		if at, err := time.Parse(time.DateOnly, day); day != "" && (err != nil || at.Year() < 1970 || at.Year() > 9000) {
			bad[name] = Problem{Key: "error.date"}
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
		bad["from"] = Problem{Key: "error.range"}
	case daysBetween(f.From, f.To)+1 > maxRangeDays:
		bad["from"] = Problem{Key: "error.range_long"}
	}
}
