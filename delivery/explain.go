package delivery

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// Explained is what the program makes of a text that somebody hands it: a mail that came back, a provider's
// post, or the words of a mail server.
type Explained struct {
	Kind     string       `json:"kind"` // mail, post or reply
	Provider string       `json:"provider,omitempty"`
	Alert    string       `json:"alert,omitempty"`
	Events   []Conclusion `json:"events"`
}

// Conclusion is what it makes of one event in it.
type Conclusion struct {
	Type            string   `json:"type"`
	AfterDelivery   string   `json:"after_delivery,omitempty"`
	Recipient       string   `json:"recipient,omitempty"`
	OccurredAt      string   `json:"occurred_at,omitempty"`
	Attempt         string   `json:"attempt,omitempty"`
	ProviderMessage string   `json:"provider_message_id,omitempty"`
	Message         string   `json:"message_id,omitempty"`
	NotificationRef string   `json:"notification_ref,omitempty"`
	Reason          string   `json:"reason,omitempty"`
	Title           string   `json:"title,omitempty"`
	Certainty       int      `json:"certainty,omitempty"`
	Sureness        string   `json:"sureness,omitempty"`
	Evidence        string   `json:"evidence,omitempty"`
	OptsOut         string   `json:"opts_out,omitempty"` // the cause; empty: it opts nobody out
	Error           string   `json:"error,omitempty"`
	Steps           []string `json:"steps"`
}

// What Explain is told that a text is, where nobody is asked to recognise it; else it is a provider's code.
const (
	ExplainMail  = "mail"
	ExplainReply = "reply"
)

// Explain reads a text as the doors would, and says why it is read so. as names what it is: a provider,
// "mail" or "reply"; empty: it is recognised. It sends nothing, stores nothing and asks nobody.
func Explain(raw []byte, as string) (Explained, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return Explained{}, models.Invalid{"text": {Key: "error.text_missing"}}
	}
	switch as = cmp.Or(as, shapeOf(raw)); as {
	case ExplainMail:
		reading, err := readMail(raw, "", wire.Settings{})
		if err != nil {
			return Explained{}, unexplainable(err)
		}
		return explained(Explained{Kind: ExplainMail}, mailed(reading.Events), reading, models.ByMail), nil
	case ExplainReply:
		e := wire.Failure(models.Event{Channel: models.Email, Diagnostic: string(raw)}, models.ByMail)
		return explained(Explained{Kind: ExplainReply}, []models.Event{e}, wire.Reading{}, models.ByMail), nil
	}
	if _, err := wire.ReadBody(bytes.NewReader(raw), wire.Most{}); err != nil {
		return Explained{}, err
	}
	if as == "" {
		return explainRecognised(raw)
	}
	p, known := providers.ByCode(as)
	if !known || p.Reread == nil {
		return Explained{}, models.Invalid{"provider": {Key: "error.choice"}}
	}
	reading, _, err := asPost(p, raw)
	if err != nil {
		return Explained{}, unexplainable(err)
	}
	return explainPost(p, reading), nil
}

func unexplainable(err error) error {
	return models.Invalid{
		"text": {Key: "error.event", Values: map[string]string{"text": "can’t be read: " + err.Error()}},
	}
}

var (
	headerFirst = regexp.MustCompile(`^(?:From [^\n]+\r?\n)?[A-Za-z][A-Za-z0-9-]{1,40}:[ \t\r]`)
	formShape   = regexp.MustCompile(`^[A-Za-z][\w.\[\]%-]*=[^\s]*$`)
)

// shapeOf tells a mail and a server's words from a post; empty: it is a post.
func shapeOf(raw []byte) string {
	text := bytes.TrimSpace(wire.Plain(raw))
	switch {
	case text[0] == '{' || text[0] == '[' || formShape.Match(text) || len(wire.Again(text).Header) > 0:
		return ""
	case headerFirst.Match(text):
		if _, err := mail.ReadMessage(bytes.NewReader(text)); err == nil ||
			bytes.Contains(text, []byte("\n\n")) ||
			bytes.Contains(text, []byte("\r\n\r\n")) {
			return ExplainMail
		}
	}
	return ExplainReply
}

// explainRecognised finds the provider whose reader makes the most of a post.
func explainRecognised(raw []byte) (Explained, error) {
	var best []wire.Provider
	var read wire.Reading
	most := 0
	for _, p := range providers.All() {
		if p.Reread == nil {
			continue
		}
		reading, sense, err := asPost(p, raw)
		switch {
		case err != nil || sense == 0 || sense < most:
		case sense > most:
			best, read, most = []wire.Provider{p}, reading, sense
		default:
			best = append(best, p)
		}
	}
	switch len(best) {
	case 0:
		return Explained{}, models.Invalid{
			"provider": {Key: "error.event", Values: map[string]string{"text": "is not recognised: name it"}},
		}
	case 1:
		return explainPost(best[0], read), nil
	}
	var codes []string
	for _, p := range best {
		codes = append(codes, p.Code)
	}
	return Explained{}, models.Invalid{"provider": {Key: "error.event",
		Values: map[string]string{"text": "could be " + strings.Join(codes, " or ") + ": name it"}}}
}

// asPost reads a text as a provider's post, or as its call, and says how much sense it makes.
func asPost(p wire.Provider, raw []byte) (best wire.Reading, sense int, err error) {
	err = errors.New("it holds nothing")
	for _, r := range requestsOf(raw) {
		reading, wrong := p.Reread(r)
		if wrong != nil {
			if sense == 0 {
				err = wrong
			}
			continue
		}
		if s := senseOf(reading); err != nil || s > sense {
			best, sense, err = reading, s, nil
		}
	}
	return best, sense, err
}

// requestsOf are the requests that a text may have been.
func requestsOf(raw []byte) []wire.Request {
	r := wire.Again(bytes.TrimSpace(wire.Plain(raw)))
	if len(r.Header) > 0 || len(r.Query) > 0 {
		return []wire.Request{r}
	}
	if r.Body[0] == '{' || r.Body[0] == '[' {
		r.Header.Set("Content-Type", "application/json")
		return []wire.Request{r}
	}
	form := r
	form.Header = r.Header.Clone()
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	called := wire.Again(fmt.Appendf(nil, "GET /?%s\r\nHost: x\r\n\r\n", r.Body))
	return []wire.Request{form, called}
}

// senseOf says how much a reading understood: known kinds, named recipients and messages, times.
func senseOf(reading wire.Reading) int {
	sense := 0
	for _, e := range reading.Events {
		if e.State == models.EventParked {
			continue
		}
		for _, said := range []bool{e.Type != models.Unrecognised, e.Recipient != "",
			e.ProviderMessageID+e.AttemptRef+e.NotificationRef != "",
			!e.OccurredAt.IsZero(), e.ProviderEventID != "", e.Diagnostic != "", e.Reason != ""} {
			if said {
				sense++
			}
		}
	}
	for _, text := range reading.Inbound {
		if text.From != "" && text.Text+text.Keyword != "" {
			sense += 4
		}
	}
	return sense
}

func explainPost(p wire.Provider, reading wire.Reading) Explained {
	events := append(reading.Events, wishes(reading.Inbound)...)
	defaults(events, p)
	return explained(Explained{Kind: "post", Provider: p.Code}, events, reading, p.Code)
}

func explained(told Explained, events []models.Event, reading wire.Reading, provider string) Explained {
	told.Alert, told.Events = wire.Pick(reading.Alert, wire.AccountWarning(events)), []Conclusion{}
	for _, e := range events {
		told.Events = append(told.Events, conclude(e, provider))
	}
	return told
}

func conclude(e models.Event, provider string) Conclusion {
	c := Conclusion{
		Type:            string(e.Type),
		AfterDelivery:   string(e.AfterDelivery),
		Recipient:       e.Recipient,
		Attempt:         e.AttemptRef,
		ProviderMessage: e.ProviderMessageID,
		Message:         e.MessageID,
		NotificationRef: e.NotificationRef,
		Reason:          e.Reason,
		Error:           e.Error,
		OptsOut:         string(intake.CauseOf(&e)),
		Steps:           stepsOf(e),
	}
	if !e.OccurredAt.IsZero() {
		c.OccurredAt = e.OccurredAt.UTC().Format(time.RFC3339)
	}
	reason, known := models.ReasonByID(e.Reason)
	if !known {
		return c
	}
	v, heard := models.Judge(e, provider), models.HeardIn(e)
	c.Title, c.Certainty, c.Sureness = reason.Title, v.Certainty, string(v.Sureness())
	c.Evidence = evidence(heard)
	c.Steps = append(c.Steps, cluesOf(v)...)
	return c
}

// evidence is what the other side said, in one line.
func evidence(h models.Heard) string {
	line := h.Codes
	if h.By != "" {
		line = strings.TrimSpace(line + " by " + h.By)
	}
	if line != "" && h.Words != "" {
		line += ": "
	}
	return line + h.Words
}

// stepsOf say how the message and the recipient were found.
func stepsOf(e models.Event) []string {
	steps := []string{}
	say := func(when bool, format string, values ...any) {
		if when {
			steps = append(steps, fmt.Sprintf(format, values...))
		}
	}
	say(e.State == models.EventParked, "it can’t be read, and is kept for support: %s", e.Error)
	say(e.Sample, "it is the provider’s sample, and has no effect")
	say(e.AttemptRef != "", "our own id in it decides which message it is about: %s", e.AttemptRef)
	say(e.AttemptRef == "" && e.ProviderMessageID != "",
		"the provider’s id decides which message it is about: %s", e.ProviderMessageID)
	say(e.AttemptRef+e.ProviderMessageID == "" && e.MessageID != "",
		"the Message-ID decides which message it is about: %s", e.MessageID)
	say(e.AttemptRef+e.ProviderMessageID+e.MessageID+e.NotificationRef == "" && e.Type != models.Unrecognised,
		"it names no message: recipient and time decide, if they fit one alone")
	say(e.Unproven,
		"anybody could have written a mail: without a message of ours it counts against no address")
	say(e.ProviderCode != "", "the provider calls it: %s", e.ProviderCode)
	say(e.AfterDelivery != "", "after a delivery it counts as: %s", e.AfterDelivery)
	say(e.SuppressionKind != "", "it changes the provider’s own list: %s", e.SuppressionKind)
	return steps
}

// cluesOf say what spoke for the reason, and what against it.
func cluesOf(v models.Verdict) []string {
	var steps []string
	if v.Stage != "" {
		steps = append(steps, fmt.Sprintf("the conversation had come to: %s", v.Stage))
	}
	for _, clue := range v.Clues {
		steps = append(steps, fmt.Sprintf("%s %q speaks for %s (strength %d)",
			strings.ReplaceAll(clue.Kind, "_", " "), clue.Found, clue.Reason, clue.Strength))
	}
	if len(v.Clues) == 0 {
		steps = append(steps, "nothing in it is known to the dictionary")
	}
	return steps
}
