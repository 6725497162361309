package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"undelivered/models"
	"undelivered/models/consent"
)

// happened is an address or number of Jane's to which something happened two days ago, with its page.
func (s *site) happened(e models.Event) (address string) {
	s.t.Helper()
	ctx, c := s.t.Context(), s.jane()
	channel, to := 0, "jane.doe@gmial.com"
	provider := models.Connection{Provider: "sendgrid", Name: "Main", Channels: "email"}
	if e.Channel == models.SMS {
		channel, to, provider = 1, "+447700900562", models.Connection{Provider: "twilio", Name: "Texts",
			Channels: "sms"}
	}
	connection, _, err := s.store.Connection.AddConnection(ctx, s.ada, provider, map[string]string{})
	if err != nil {
		s.t.Fatal(err)
	}
	e.Recipient, e.DedupeKey, e.Raw, e.OccurredAt = to, "1", []byte("{}"), s.store.Now().Add(-48*time.Hour)
	if err := s.store.Intake.Keep(ctx, connection, []models.Event{e}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.Intake.Settled(ctx); err != nil {
		s.t.Fatal(err)
	}
	all, err := s.store.Consent.CustomerAddresses(ctx, s.ada, c.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return "/customers/" + c.ID + "/addresses/" + all[channel].ID + "/opt-in"
}

// What cannot be lifted, and what is missing, is said in words that help, beside the field or on top of the
// page.
func TestOptInSaysWhy(t *testing.T) {
	bounce := models.Event{Type: models.EventType(models.HardBounce), Reason: "user-unknown",
		Channel: models.Email}
	complaint := models.Event{Type: models.Complaint, Reason: "complaint", Channel: models.Email}
	good := url.Values{"by": {"Jane Doe"}, "how": {"phone"}, "date": {time.Now().Format(time.DateOnly)},
		"for": {"all"}, "note": {"She rang and wants our emails."}, "sure": {"1"}}
	but := func(field, value string) url.Values {
		changed := url.Values{}
		for name, values := range good {
			changed[name] = values
		}
		changed[field] = []string{value}
		return changed
	}
	for name, c := range map[string]struct {
		event models.Event
		form  url.Values // nil: the form is not even shown
		want  string
	}{
		"no such address": {models.Event{Type: models.EventType(models.InvalidStatus),
			Reason: "address-malformed", Channel: models.Email}, nil, "This address can’t be opted in " +
			"again. Change it."},
		"STOP": {models.Event{Type: models.Unsubscribed, Channel: models.SMS}, nil,
			"Only the customer can lift it here, by a text with the word START."},
		"a bounce, no reason": {bounce, url.Values{"note": {"Read it back to us"}},
			"Choose one from the list"},
		"a bounce, no check": {bounce, url.Values{"reason": {"confirmed"}, "note": {"ok"}},
			"in at least 10 characters"},
		"a bounce": {bounce, url.Values{"reason": {"confirmed"}, "note": {"Read it back to us"}},
			"Opted in again"},
		"a complaint": {complaint, good, "Asked. You see the answer here."},
		"before the complaint": {complaint, but("date", time.Now().AddDate(0, 0, -4).Format(time.DateOnly)),
			"when Jane Doe opted out"},
		"in the future": {complaint, but("date", time.Now().AddDate(0, 0, 4).Format(time.DateOnly)),
			"Enter a date that is not in the future"},
		"an unknown way":  {complaint, but("how", "pigeon"), "Choose how the customer agreed"},
		"little evidence": {complaint, but("note", "phone"), "in at least 10 characters"},
		"no box":          {complaint, but("sure", ""), "Tick the box"},
		"nobody named":    {complaint, but("by", ""), "Fill in this field"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			page := s.as("max@harbour.example").Open(s.happened(c.event))
			if c.form != nil {
				page = page.Submit(
					map[bool]string{true: "Ask for approval",
						false: "Opt in again"}[c.event.Type == models.Complaint],
					c.form,
				)
			}
			page.Says(c.want)
		})
	}
}

// Everything that is missing is named at once, in the order of the fields, each with a link to its field, and
// what was typed is still there: on the customer's page and on that of the suppression.
func TestOptInNamesAllThatIsMissing(t *testing.T) {
	bad := url.Values{"by": {""}, "how": {"phone"},
		"date": {time.Now().AddDate(0, 0, 4).Format(time.DateOnly)}, "for": {"necessary"}, "note": {"short"}}
	for name, c := range map[string]struct {
		event  models.Event
		listed bool
		form   url.Values
		links  string
	}{
		"an agreement": {models.Event{Type: models.Complaint, Reason: "complaint", Channel: models.Email},
			false, bad, "#c-by #c-date #c-note #c-sure"},
		"a reason": {models.Event{Type: models.EventType(models.HardBounce), Reason: "user-unknown",
			Channel: models.Email}, false,
			url.Values{"reason": {""}, "note": {"short"}}, "#c-reason #c-note"},
		"an agreement for an entry": {models.Event{Type: models.Complaint, Reason: "complaint",
			Channel: models.Email, SuppressionKind: "complaint"}, true, bad,
			"#c-by #c-date #c-note #c-sure"},
		"a reason for an entry": {models.Event{Type: models.EventType(models.HardBounce),
			Reason: "user-unknown", Channel: models.Email, SuppressionKind: "bounce"}, true,
			url.Values{"reason": {"short"}}, "#f-reason #f-checked"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			path := s.happened(c.event)
			if c.listed {
				list, err := s.store.Consent.Suppressions(t.Context(), s.ada, consent.SuppressionQuery{})
				if err != nil {
					t.Fatal(err)
				}
				path = "/suppressions/" + list.Lines[0].ID
			}
			page := s.as("max@harbour.example").Open(path)
			button := map[bool]string{true: "Ask to clear", false: "Ask for approval"}[c.listed]
			if c.form.Get("how") == "" && !c.listed {
				button = "Opt in again"
			}
			page = page.Submit(button, c.form)
			var links []string
			page.Doc.Find("#errors a").
				Each(func(_ int, a *goquery.Selection) { links = append(links, a.AttrOr("href", "")) })
			if got := strings.Join(links, " "); page.Status != 422 || got != c.links {
				t.Errorf("%d, errors lead to %s, want %s", page.Status, got, c.links)
			}
			for field, typed := range c.form {
				if field := page.Doc.Find("form [name=" + field + "]"); typed[0] != "" &&
					field.AttrOr("value", field.Text()) != typed[0] &&
					field.Find("[selected]").AttrOr("value", "") != typed[0] {
					t.Errorf("%q is lost: %s", typed[0], field.AttrOr("value", field.Text()))
				}
			}
		})
	}
}
