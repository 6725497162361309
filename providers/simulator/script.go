package simulator

import (
	"strings"
	"time"

	"undelivered/models"
)

// Step is one event of a script: the event and how long after the hand-over it comes.
type Step struct {
	After  time.Duration
	Number int // the event's place in the story; a copy has the same
	Event  Event
}

// The events that stories are made of.
var (
	sent       = Event{Type: models.Sent}
	delivered  = Event{Type: models.Delivered, SMTPCode: 250, EnhancedCode: "2.0.0", Detail: "250 2.0.0 OK"}
	hardBounce = Event{
		Type:         models.EventType(models.HardBounce),
		Reason:       "user-unknown",
		SMTPCode:     550,
		EnhancedCode: "5.1.1",
		Detail:       "550 5.1.1 The email account that you tried to reach does not exist",
		Suppressed:   "bounce",
	}
	greylisted = Event{
		Type:         models.Deferred,
		SMTPCode:     451,
		EnhancedCode: "4.7.1",
		Reason:       "greylisted",
		Detail:       "451 4.7.1 Greylisted, please try again later",
	}
	mailboxFull = Event{
		Type:         models.EventType(models.MailboxError),
		Reason:       "mailbox-full",
		SMTPCode:     552,
		EnhancedCode: "5.2.2",
		Detail:       "552 5.2.2 The mailbox is full",
	}
	fullForNow = Event{
		Type:         models.Deferred,
		Reason:       "mailbox-full",
		SMTPCode:     452,
		EnhancedCode: "4.2.2",
		Detail:       "452 4.2.2 The mailbox is full",
	}
	invalid = Event{
		Type:   models.EventType(models.InvalidStatus),
		Reason: "address-malformed",
		Detail: "the address is not valid",
	}
	complaint = Event{Type: models.Complaint, Reason: "complaint", Suppressed: "complaint"}
	dropped   = Event{
		Type:       models.EventType(models.Dropped),
		Reason:     "dropped-bounce",
		Detail:     "the address is on the suppression list (bounce)",
		Suppressed: "bounce",
	}
	blocked = Event{
		Type:         models.EventType(models.Blocked),
		Reason:       "policy",
		SMTPCode:     550,
		EnhancedCode: "5.7.1",
		Detail:       "550 5.7.1 Message rejected by local policy",
	}
	autoReply = Event{
		Type:   models.EventType(models.Autoresponder),
		Reason: "auto-reply",
		Detail: "I am out of the office until Monday",
	}
	noAnswer = Event{
		Type:         models.Deferred,
		Reason:       "receiver-down",
		SMTPCode:     421,
		EnhancedCode: "4.4.1",
		Detail:       "421 4.4.1 Connection timed out",
	}
	gaveUp = Event{
		Type:         models.EventType(models.NotDelivered),
		Reason:       "expired",
		SMTPCode:     451,
		EnhancedCode: "4.4.7",
		Detail:       "451 4.4.7 Message expired: delivery time expired",
	}
	unsubscribe = Event{Type: models.Unsubscribed, Reason: "unsubscribed"}
)

// emailStories: what happens to an email, by the part before @.
var emailStories = map[string][]Event{
	"bounce":          {sent, hardBounce},
	"hardbounce":      {sent, hardBounce},
	"softbounce":      {sent, fullForNow, mailboxFull},
	"mailboxfull":     {sent, fullForNow, mailboxFull},
	"invalid":         {invalid},
	"complaint":       {sent, delivered, complaint},
	"spam":            {sent, delivered, complaint},
	"suppressionlist": {dropped},
	"dropped":         {dropped},
	"blocked":         {sent, blocked},
	"ooto":            {sent, delivered, autoReply},
	"autoresponder":   {sent, delivered, autoReply},
	"transient":       {sent, greylisted, greylisted, delivered},
	"delay":           {sent, greylisted, greylisted, delivered},
	"timeout":         {sent, noAnswer, noAnswer, noAnswer, gaveUp},
	"expired":         {sent, noAnswer, noAnswer, noAnswer, gaveUp},
	"unsubscribe":     {sent, delivered, unsubscribe},
}

// textStories: what happens to a text, by the last two digits of a number of the fictional ranges.
var textStories = map[string][]Event{
	"03": failedText(models.MailboxError, "sms-unreachable", "30003", "Unreachable destination handset"),
	"04": failedText(models.Blocked, "sms-blocked-carrier", "30004", "Message blocked"),
	"05": failedText(models.InvalidStatus, "sms-unknown-number", "30005", "Unknown destination handset"),
	"06": failedText(models.InvalidStatus, "sms-landline", "30006", "Landline or unreachable carrier"),
	"07": failedText(models.Blocked, "sms-spam-filter", "30007", "Message filtered"),
	"08": failedText(models.NotDelivered, "sms-unknown-error", "30008", "Unknown error"),
	"36": failedText(models.NotDelivered, "sms-expired", "30036", "Validity period expired"),
	"10": {sent},
}

func failedText(s models.Status, reason, code, detail string) []Event {
	return []Event{sent, {Type: models.EventType(s), Reason: reason, ErrorCode: code, Detail: detail}}
}

// textDelivered is what becomes of every other text.
var textDelivered = []Event{sent, {Type: models.Delivered}}

// Script says which events follow a message that the simulator has taken, and how long after.
func Script(m Message) []Step {
	if m.Channel == models.SMS {
		return inTurn(textStory(m.To))
	}
	part := localPart(m.To)
	if part == "duplicate" {
		return thriceBackwards([]Event{sent, delivered})
	}
	if story, ok := emailStories[part]; ok {
		return inTurn(story)
	}
	return inTurn([]Event{sent, delivered})
}

// inTurn plays one event a second.
func inTurn(story []Event) []Step {
	steps := make([]Step, len(story))
	for i, e := range story {
		steps[i] = Step{After: time.Duration(i+1) * time.Second, Number: i + 1, Event: e}
	}
	return steps
}

// thriceBackwards plays every event three times, the last first, when all have happened.
func thriceBackwards(story []Event) []Step {
	var steps []Step
	for i := len(story) - 1; i >= 0; i-- {
		for range 3 {
			after := time.Duration(len(story)) * time.Second
			steps = append(steps, Step{After: after, Number: i + 1, Event: story[i]})
		}
	}
	return steps
}

// localPart is the part before @ as the simulator reads it: lower case, without label, hyphens and
// underscores.
func localPart(address string) string {
	part, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "@")
	part, _, _ = strings.Cut(part, "+")
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(part)
}

// textStory finds the story of a number: +1 NXX 555 01NN and the UK's drama numbers +44 7700 900NNN.
func textStory(number string) []Event {
	american := len(number) == 12 && strings.HasPrefix(number, "+1") && number[5:10] == "55501"
	british := len(number) == 13 && strings.HasPrefix(number, "+447700900")
	if american || british {
		if story, ok := textStories[number[len(number)-2:]]; ok {
			return story
		}
	}
	return textDelivered
}
