package models

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Agreement is what a person records of a customer's agreement (semantics 7.5).
type Agreement struct {
	GivenBy  string
	How      string    // one of the ways below
	GivenAt  time.Time // zero: not given
	Purpose  string    // necessary or all
	Words    string
	Evidence string
}

// HowLink is the way in which the customer confirms by a link that staff hand over.
const HowLink = "link"

var (
	waysToAgree = []string{"in_person", "phone", "other_email", "written_form", "web_form", HowLink, "text_message"}
	purposes    = []string{"necessary", "all"}
	liftReasons = []string{"confirmed", "restored", "wrong_report"}
)

// evidenceLength is the fewest characters that say something.
const evidenceLength = 10

// check says what is missing; after is the opt-out that the agreement is to lift, name the customer's.
func (g Agreement) check(after, now time.Time, name string) error {
	bad := Invalid{}
	if strings.TrimSpace(g.GivenBy) == "" {
		bad["by"] = Problem{Key: "error.required"}
	}
	if !slices.Contains(waysToAgree, g.How) {
		bad["how"] = Problem{Key: "error.how"}
	}
	if !slices.Contains(purposes, g.Purpose) {
		bad["for"] = Problem{Key: "error.choice"}
	}
	if g.How == HowLink {
		return bad.Err() // date, words and evidence are the customer's own click
	}
	switch {
	case g.GivenAt.After(now):
		bad["date"] = Problem{Key: "error.future"}
	case !g.GivenAt.After(after):
		bad["date"] = Problem{"error.consent_date", map[string]string{"date": after.Format(time.DateOnly), "name": name}}
	}
	if g.How == "web_form" && utf8.RuneCountInString(strings.TrimSpace(g.Words+g.Evidence)) < evidenceLength || tooShort(g.Evidence) {
		bad["note"] = Problem{Key: "error.evidence"}
	}
	return bad.Err()
}

func tooShort(s string) bool { return utf8.RuneCountInString(strings.TrimSpace(s)) < evidenceLength }

// checkWhy is for causes that need no agreement: why it works now, and how that was checked.
func checkWhy(reason, checked string) error {
	bad := Invalid{}
	if !slices.Contains(liftReasons, reason) {
		bad["reason"] = Problem{Key: "error.choice"}
	}
	if tooShort(checked) {
		bad["note"] = Problem{Key: "error.note_missing"}
	}
	return bad.Err()
}

func (g Agreement) consent() Consent {
	words := g.Words
	if words == "" {
		words = g.Evidence
	}
	return Consent{Purpose: g.Purpose, GivenBy: cleanName(g.GivenBy), How: g.How, GivenAt: instant(g.GivenAt),
		Words: cleanText(words), Evidence: cleanText(g.Evidence)}
}
