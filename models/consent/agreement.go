package consent

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"undelivered/models"
	"undelivered/models/people"
)

// Agreement is what a person records of a customer's agreement (RULES.md, Consent records).
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
	waysToAgree = []string{
		"in_person",
		"phone",
		"other_email",
		"written_form",
		"web_form",
		HowLink,
		"text_message",
	}
	purposes    = []string{"necessary", "all"}
	liftReasons = []string{"confirmed", "restored", "wrong_report"}
)

// evidenceLength is the fewest characters that say something.
const evidenceLength = 10

// check says what is missing; after is the opt-out that the agreement is to lift, name the customer's.
func (g Agreement) check(after, now time.Time, name string) error {
	bad := models.Invalid{}
	if strings.TrimSpace(g.GivenBy) == "" {
		bad["by"] = models.Problem{Key: "error.required"}
	}
	if !slices.Contains(waysToAgree, g.How) {
		bad["how"] = models.Problem{Key: "error.how"}
	}
	if !slices.Contains(purposes, g.Purpose) {
		bad["for"] = models.Problem{Key: "error.choice"}
	}
	if g.How == HowLink {
		return bad.Err() // date, words and evidence are the customer's own click
	}
	switch {
	case g.GivenAt.After(now):
		bad["date"] = models.Problem{Key: "error.future"}
	case !g.GivenAt.After(after):
		bad["date"] = models.Problem{
			Key:    "error.consent_date",
			Values: map[string]string{"date": after.Format(time.DateOnly), "name": name},
		}
	}
	if g.How == "web_form" &&
		utf8.RuneCountInString(strings.TrimSpace(g.Words+g.Evidence)) < evidenceLength ||
		tooShort(g.Evidence) {
		bad["note"] = models.Problem{Key: "error.evidence"}
	}
	return bad.Err()
}

func tooShort(s string) bool { return utf8.RuneCountInString(strings.TrimSpace(s)) < evidenceLength }

// checkWhy is for causes that need no agreement: why it works now, and how that was checked.
func checkWhy(reason, checked string) error {
	bad := models.Invalid{}
	if !slices.Contains(liftReasons, reason) {
		bad["reason"] = models.Problem{Key: "error.choice"}
	}
	if tooShort(checked) {
		bad["note"] = models.Problem{Key: "error.note_missing"}
	}
	return bad.Err()
}

func (g Agreement) consent() models.Consent {
	words := g.Words
	if words == "" {
		words = g.Evidence
	}
	return models.Consent{
		Purpose:  g.Purpose,
		GivenBy:  people.CleanName(g.GivenBy),
		How:      g.How,
		GivenAt:  models.Instant(g.GivenAt),
		Words:    models.CleanText(words),
		Evidence: models.CleanText(g.Evidence),
	}
}
