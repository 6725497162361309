package views

import (
	"context"

	"undelivered/models"
	"undelivered/models/advice"
)

// stepTitle is the thing to do: the dictionary's sentence, or the catalogue's.
func (p NotificationPage) stepTitle(ctx context.Context, s advice.Step) string {
	if s.Text != "" {
		return s.Text
	}
	return T(ctx, "step."+s.Key, p.stepValues(ctx, s)...)
}

// stepMore is the line under it.
func (p NotificationPage) stepMore(ctx context.Context, s advice.Step) string {
	if id := "step." + s.Key + ".more"; s.Key != "" && Has(id) {
		return T(ctx, id, p.stepValues(ctx, s)...)
	}
	return ""
}

func (p NotificationPage) stepValues(ctx context.Context, s advice.Step) []any {
	owner := p.OwnerName
	if owner == "" {
		owner = T(ctx, "The owner")
	}
	return []any{
		"name",
		p.first(),
		"owner",
		owner,
		"address",
		p.Base.Address(p.onFile(), p.Channel),
		"at",
		p.When(ctx, s.At),
		"due",
		p.LongDate(ctx, p.DueAt),
		"why",
		p.refusal().Sentence(ctx, p.Base),
	}
}

func (p NotificationPage) refusal() Guard { return Guard{Refusal: p.Refusal} }

// call is the customer's number, where calling helps and the customer is not called by the step already.
func (p NotificationPage) call(ctx context.Context) string {
	if p.Channel != models.Email || p.Contact.Phone == "" || len(p.Advice.Steps) == 0 {
		return ""
	}
	text := T(ctx, "{name}’s number is {phone}.", "name", p.first(), "phone", p.Phone(p.Contact.Phone))
	if p.Tomorrow(p.DueAt) {
		text += " " + T(ctx, "It is for tomorrow.")
	}
	return text
}

// nextLine says what happens by itself, and when; empty: nothing does.
func (p NotificationPage) nextLine(ctx context.Context) string {
	n := p.Advice.Next
	if n.Kind == advice.NextNothing {
		return ""
	}
	return T(ctx, "next."+string(n.Kind), "at", p.inSentence(ctx, n.At), "provider", p.StateProvider)
}

// whyTitle is the head of the panel that tells the cause: of what has arrived since, why it had not.
func (p NotificationPage) whyTitle(ctx context.Context) string {
	switch {
	case p.State == "unknown":
		return T(ctx, "Why we don’t know")
	case p.State == "delivered" || p.State == "presumed":
		return T(ctx, "Why it was not delivered at first")
	case p.Status == models.Spammed && p.Reason.ID == "complaint":
		return T(ctx, "Why it is on the report")
	}
	return T(ctx, "Why it was not delivered")
}

// stepURL is where a step's act leads to; what a button of the page does has none.
func (p NotificationPage) stepURL(s advice.Step) string {
	switch s.Act {
	case advice.ActOptIn, advice.ActAskClear, advice.ActSeeRequest, advice.ActConnections:
		return p.Links[s.Act]
	}
	return ""
}

// StepLines are the steps as sentences, for what shows no page.
func (p NotificationPage) StepLines(ctx context.Context) []string {
	lines := make([]string, 0, len(p.Advice.Steps))
	for _, s := range p.Advice.Steps {
		line := p.stepTitle(ctx, s)
		if more := p.stepMore(ctx, s); more != "" {
			line += ". " + more
		}
		lines = append(lines, line)
	}
	return lines
}
