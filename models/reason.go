package models

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// Reason is one entry of the reason dictionary.
type Reason struct {
	ID        string
	Channel   Channel
	Class     string
	Kind      string
	Suppress  string // no, yes, opt_out, repeat
	Retry     string // auto, later, after_fix, never
	WaitHours int    `json:"wait_hours"` // for so long after the failure another try is likely to fail as well
	Who       string // contact, receiver, sender, content, provider
	Title     string
	Text      string `json:"reason"` // what went wrong, in plain language
	// what has to be put right before another try; what can be pressed is the advice's to say
	Resolution string
	Technical  string
	// ByDefault is set by MatchReason when nothing in the dictionary fitted: support sees the reply as
	// unmatched.
	ByDefault bool `json:"-"`
	raw       struct{ text, resolution string }
}

//go:embed reasons.json
var reasonsJSON []byte

// reasonEntry is a reason with what it is recognised by.
type reasonEntry struct {
	Reason
	Match struct {
		Provider     map[string][]string
		WeakProvider map[string][]string `json:"weak_provider"`
		Exact        []string            // words that leave no doubt: asked before all others
		Text         []string
		WeakText     []string `json:"weak_text"` // words of general use: they count in a reply with a code
		Hosts        []string // names of hosts and links that are evidence
		Enhanced     []string
		WeakEnhanced []string `json:"weak_enhanced"`
		SMTP         []int
		HandOverOnly bool `json:"hand_over_only"` // never the reason of a mail that came back
	}
}

type dictionary struct {
	entries  []reasonEntry
	reasons  []Reason
	byID     map[string]Reason
	channels map[Channel]*matcher
	returned *matcher // of mails that came back
	strength map[string]int
	doubtful Reason
}

var reasonBook = sync.OnceValue(func() dictionary {
	d, err := readDictionary(reasonsJSON)
	if err != nil {
		panic(err) // the file is part of the program; the tests read it
	}
	return d
})

func readDictionary(raw []byte) (dictionary, error) {
	var file struct {
		Reasons  []reasonEntry
		Fallback map[string]string `json:"enhanced_class_fallback"`
		Default  map[string]string
		Strength map[string]int
		Doubtful string
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return dictionary{}, fmt.Errorf("reasons.json: %w", err)
	}
	d := dictionary{entries: file.Reasons, byID: map[string]Reason{}, channels: map[Channel]*matcher{}}
	for i := range file.Reasons {
		file.Reasons[i].plain()
	}
	for _, entry := range file.Reasons {
		d.reasons = append(d.reasons, entry.Reason)
		d.byID[entry.ID] = entry.Reason
	}
	for _, channel := range []Channel{Email, SMS} {
		d.channels[channel] = newMatcher(channel, false, file.Reasons)
	}
	d.returned = newMatcher(Email, true, file.Reasons)
	for _, mail := range []*matcher{d.channels[Email], d.returned} {
		for class, id := range file.Fallback {
			mail.enhancedClass[class[0]] = d.byID[id]
		}
		mail.temporary, mail.permanent = d.byID[file.Default["temporary"]], d.byID[file.Default["permanent"]]
	}
	d.strength, d.doubtful = file.Strength, d.byID[file.Doubtful]
	text := d.channels[SMS]
	text.temporary, text.permanent = d.byID[file.Default["sms"]], d.byID[file.Default["sms"]]
	return d, nil
}

// Reasons are all entries of the dictionary, in its order.
func Reasons() []Reason { return append([]Reason(nil), reasonBook().reasons...) }

// ReasonByID returns the entry of that id.
func ReasonByID(id string) (Reason, bool) {
	reason, known := reasonBook().byID[id]
	return reason, known
}

// statusOfClass maps the dictionary's class and kind; a class alone stands for all its kinds.
var statusOfClass = map[string]Status{
	"bounced hard":                    HardBounce,
	"bounced soft":                    SoftBounce,
	"not_delivered deferred_too_long": SoftBounce,
	"not_delivered":                   NotDelivered,
	"spam_complaint":                  Spammed,
	"invalid":                         InvalidStatus,
	"dropped":                         Dropped,
	"blocked":                         Blocked,
	"mailbox_error":                   MailboxError,
	"autoresponder":                   Autoresponder,
	"invalid_number":                  InvalidStatus,
	"landline":                        InvalidStatus,
	"unreachable":                     MailboxError,
	"opted_out":                       Dropped,
	"unknown":                         NotDelivered,
	"expired":                         NotDelivered,
}

// statusOfReason are the reasons whose status is not the one of their class.
var statusOfReason = map[string]Status{"expired": NotDelivered, "spam-content": Spammed}

// Status is the status that a failure for this reason has; empty when it is no failure.
func (r Reason) Status() Status {
	if s, special := statusOfReason[r.ID]; special {
		return s
	}
	if s, exact := statusOfClass[r.Class+" "+r.Kind]; exact {
		return s
	}
	return statusOfClass[r.Class]
}

// EventType is the type of a final event with this reason.
func (r Reason) EventType() EventType {
	switch {
	case r.Class == "spam_complaint":
		return Complaint
	case r.ID == "unsubscribed":
		return Unsubscribed
	case r.Status() == "":
		return Unrecognised
	}
	return EventType(r.Status())
}

// OurSide says whether the business or its provider has to act: such a failure never counts against the
// address.
func (r Reason) OurSide() bool { return r.Who == "sender" || r.Who == "provider" }

// reasonRank is a reason's place in the dictionary: it breaks ties, so that the order of arrival never does.
func reasonRank(id string) int {
	all := reasonBook().reasons
	if rank := slices.IndexFunc(all, func(r Reason) bool { return r.ID == id }); rank >= 0 {
		return rank
	}
	return len(all)
}

// TextGap is a place in the dictionary's words for something that only a page knows, with the words for when
// nobody knows it: {domain|of that name}, {from|our sending address}.
var TextGap = regexp.MustCompile(`\{(\w+)\|([^}]*)\}`)

// Told is the reason with what a page knows put into its words: the customer's domain, our sending address.
func (r Reason) Told(known map[string]string) Reason {
	r.Text, r.Resolution = told(r.raw.text, known), told(r.raw.resolution, known)
	return r
}

// plain keeps the words with their gaps, and shows them without.
func (r *Reason) plain() {
	r.raw.text, r.raw.resolution = r.Text, r.Resolution
	*r = r.Told(nil)
}

func told(text string, known map[string]string) string {
	return TextGap.ReplaceAllStringFunc(text, func(one string) string {
		parts := TextGap.FindStringSubmatch(one)
		if value := known[parts[1]]; value != "" {
			return value
		}
		return parts[2]
	})
}
