package delivery

import (
	"cmp"
	"fmt"
)

// headline says what a text is.
func (x Explained) headline() string {
	switch {
	case x.Kind == ExplainReply:
		return "The words of a mail server."
	case x.Kind == ExplainMail && len(x.Events) == 0:
		return "A mail that is no bounce, no complaint and no automatic answer."
	case x.Kind == ExplainMail:
		return "A mail about a delivery."
	case len(x.Events) == 0:
		return "A post of " + x.Provider + " that tells of nothing."
	}
	return "A post of " + x.Provider + "."
}

// Lines tell it to a person.
func (x Explained) Lines() []string {
	lines := []string{x.headline()}
	if x.Alert != "" {
		lines = append(lines, "alert: "+x.Alert)
	}
	for _, c := range x.Events {
		lines = append(lines, "")
		lines = append(lines, c.lines()...)
	}
	return lines
}

func (c Conclusion) lines() []string {
	lines := []string{
		"outcome:   " + c.Type,
		"recipient: " + cmp.Or(c.Recipient, "not named; the message that it is about decides"),
		"message:   " + cmp.Or(c.Attempt, c.ProviderMessage, c.Message, c.NotificationRef, "it names none"),
	}
	if c.Reason != "" {
		lines = append(lines, "reason:    "+c.Reason+", "+c.Title,
			fmt.Sprintf("how sure:  %d of 100 (%s)", c.Certainty, c.Sureness))
	}
	if c.Evidence != "" {
		lines = append(lines, "evidence:  "+c.Evidence)
	}
	lines = append(lines, "opts out:  "+cmp.Or(c.OptsOut, "nobody"))
	for _, s := range c.Steps {
		lines = append(lines, "  - "+s)
	}
	return lines
}
