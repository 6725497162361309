package dsn

import (
	"fmt"
	"strings"

	"undelivered/models"
	"undelivered/providers/wire"
)

// Explained is what the program makes of a mail that came back.
type Explained struct {
	Kind   string       `json:"kind"`
	Alert  string       `json:"alert,omitempty"`
	Events []Conclusion `json:"events"`
}

// Conclusion is what it makes of one recipient.
type Conclusion struct {
	Recipient string   `json:"recipient"`
	Type      string   `json:"type"`
	Reason    string   `json:"reason,omitempty"`
	Title     string   `json:"title,omitempty"`
	Certainty int      `json:"certainty,omitempty"`
	Evidence  string   `json:"evidence,omitempty"`
	OptsOut   bool     `json:"opts_out"`
	Message   string   `json:"message_id,omitempty"`
	Attempt   string   `json:"attempt,omitempty"`
	Steps     []string `json:"steps"`
}

// Explain reads a mail as if it had come back, and says why it is read so. It stores nothing.
func Explain(raw []byte) (Explained, error) {
	reading, err := ReadMail(raw, "", wire.Settings{})
	if err != nil {
		return Explained{}, err
	}
	told := Explained{
		Kind:   "no bounce, complaint or automatic answer",
		Alert:  reading.Alert,
		Events: []Conclusion{},
	}
	for _, e := range reading.Events {
		told.Kind = "a mail about a delivery"
		told.Events = append(told.Events, conclude(e))
	}
	return told, nil
}

func conclude(e models.Event) Conclusion {
	reason, _ := models.ReasonByID(e.Reason)
	c := Conclusion{Recipient: e.Recipient, Type: string(e.Type), Reason: e.Reason, Title: reason.Title,
		Message: e.MessageID, Attempt: e.AttemptRef, OptsOut: optsOut(e, reason), Steps: []string{}}
	if !e.Type.Failure() {
		return c
	}
	v := models.Weigh(models.Evidence{
		Channel:  models.Email,
		Text:     e.Diagnostic,
		Enhanced: e.EnhancedCode,
		SMTP:     e.SMTPCode,
		Returned: true,
	})
	c.Certainty, c.Evidence = v.Certainty, e.Diagnostic
	if v.Stage != "" {
		c.Steps = append(c.Steps, fmt.Sprintf("the conversation had come to: %s", v.Stage))
	}
	for _, clue := range v.Clues {
		c.Steps = append(c.Steps, fmt.Sprintf("%s %q speaks for %s (strength %d)",
			strings.ReplaceAll(clue.Kind, "_", " "), clue.Found, clue.Reason, clue.Strength))
	}
	if len(v.Clues) == 0 {
		c.Steps = append(c.Steps, "nothing in it is known to the dictionary")
	}
	return c
}

// optsOut says whether an event takes its address out of use at once.
func optsOut(e models.Event, reason models.Reason) bool {
	switch e.Type {
	case models.Complaint, models.Unsubscribed:
		return true
	case models.EventType(models.HardBounce), models.EventType(models.InvalidStatus):
		return reason.Suppress == "yes"
	}
	return false
}

// Lines tell it to a person.
func (x Explained) Lines() []string {
	lines := []string{"This is " + x.Kind + "."}
	if x.Alert != "" {
		lines = append(lines, x.Alert)
	}
	for _, c := range x.Events {
		lines = append(lines, "",
			"recipient: "+wire.Pick(c.Recipient, "not named; the message that it is about decides"),
			"outcome:   "+c.Type, "reason:    "+strings.TrimSpace(c.Reason+" "+c.Title))
		if c.Certainty > 0 {
			lines = append(lines,
				fmt.Sprintf("how sure:  %d of 100, because of: %s", c.Certainty, c.Evidence))
		}
		lines = append(lines, "message:   "+wire.Pick(c.Attempt, c.Message, "it names none"),
			fmt.Sprintf("opts the address out: %t", c.OptsOut))
		for _, s := range c.Steps {
			lines = append(lines, "  - "+s)
		}
	}
	return lines
}
