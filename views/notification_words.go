package views

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"undelivered/models"
	"undelivered/models/report"
)

// version is a row's version as a form carries it.
func version(v int) string { return strconv.Itoa(v) }

// dialog makes a link open the question of its page in a dialog; without script it leads to the page.
func dialog(url string) templ.Attributes {
	return templ.Attributes{
		"href":      url,
		"hx-get":    url,
		"hx-target": "#dialog",
		"hx-select": "#question",
		"hx-swap":   "innerHTML",
	}
}

// asks opens the question about what is selected as a dialog, where there is script.
func asks(url string) templ.Attributes {
	return templ.Attributes{
		"hx-get":     url,
		"hx-include": "#report",
		"hx-target":  "#dialog",
		"hx-select":  "#question",
		"hx-swap":    "innerHTML",
	}
}

func (p NotificationPage) stateLine(ctx context.Context) string {
	id := "state.line." + p.State
	if p.State == "pending" && p.StateProvider == "" {
		id += ".elsewhere"
	}
	return T(ctx, id, "person", p.StateBy, "when", p.lowerWhen(ctx), "provider", p.StateProvider, "text",
		p.StateText, "days", Count(p.WindowDays))
}

// lowerWhen is the time of the state inside a sentence: "today at 12:04", "on 19 November at 09:00".
func (p NotificationPage) lowerWhen(ctx context.Context) string {
	if p.State == "aged_out" {
		return p.LongDate(ctx, p.StateAt)
	}
	return p.inSentence(ctx, p.StateAt)
}

func (p NotificationPage) pollURL() string {
	return NotificationURL(p.ID) + "?poll=" + strconv.Itoa(p.Poll+1)
}

func (p NotificationPage) saidShort() string {
	if p.Said.Code == "" {
		return p.Said.Provider
	}
	return p.Said.Provider + ", " + p.Said.Code
}

// onFile is the address that a resend would go to.
func (p NotificationPage) onFile() string {
	if p.Channel == models.SMS {
		return p.Contact.Phone
	}
	return p.Contact.Email
}

func (p NotificationPage) otherAct() string {
	if p.Other.Channel == models.SMS {
		return "send-by-text"
	}
	return "send-by-email"
}

func (p NotificationPage) otherWhyNot(ctx context.Context) string {
	if p.Other.WhyNot == "none" || p.Other.WhyNot == "opted_out" {
		return T(ctx, "other."+p.Other.WhyNot+"."+string(p.Other.Channel))
	}
	return T(ctx, "other."+p.Other.WhyNot, "name", p.first(), "address",
		p.Base.Address(p.Other.Address, p.Other.Channel))
}

func (p NotificationPage) alsoQuery() report.Filter {
	q := report.Filter{IDs: []string{p.ID}}
	for _, a := range p.Also {
		q.IDs = append(q.IDs, a.ID)
	}
	return q
}

func (p NotificationPage) workShort(ctx context.Context) string {
	for _, o := range p.Work.People {
		if o.Value == p.Work.Assigned && o.Value != "" {
			return o.Label
		}
	}
	return T(ctx, "Nobody")
}

// about is the line under the customer's name.
func (c ContactForm) about(ctx context.Context, b Base) string {
	var parts []string
	if c.Ref != "" {
		parts = append(parts, c.Ref)
	}
	if !c.Since.IsZero() {
		parts = append(parts, T(ctx, "customer since {year}", "year", b.local(c.Since).Format("2006")))
	}
	return strings.Join(parts, " · ")
}

func (p NotificationPage) emailField(ctx context.Context) Field {
	f := Field{
		ID:    "email",
		Name:  "email",
		Label: T(ctx, "channel.email.field"),
		Value: p.Contact.Email,
		Type:  "email",
		Mono:  true,
	}
	if p.Channel == models.Email {
		f.Key = "e"
		if p.Status != "" && p.open() && !p.Contact.Fixed && p.Status.Info().Family == models.FixAddress {
			f.Error = models.Problem{Key: p.Reason.Title}
		}
	}
	return f.With(p.Contact.Errors)
}

func (p NotificationPage) phoneField(ctx context.Context) Field {
	f := Field{
		ID:    "phone",
		Name:  "phone",
		Label: T(ctx, "channel.sms.field"),
		Value: p.Phone(p.Contact.Phone),
		Type:  "tel",
		Mono:  true,
	}
	if p.Channel == models.SMS {
		f.Key = "e"
		if p.Status != "" && p.open() && !p.Contact.Fixed && p.Status.Info().Family == models.FixAddress {
			f.Error = models.Problem{Key: p.Reason.Title}
		}
	}
	return f.With(p.Contact.Errors)
}

// Sentence says why it can't be resent, with times, numbers and causes in words.
func (g Guard) Sentence(ctx context.Context, b Base) string {
	var pairs []any
	for name, value := range g.Values {
		switch name {
		case "at":
			if at, err := time.Parse(time.RFC3339, value); err == nil {
				name, value = "time", b.after(ctx, at)
			}
		case "cause":
			value = T(ctx, "cause."+value+".in")
		case "address":
			if value == "" {
				value = T(ctx, "address.this")
			}
			if strings.HasPrefix(value, "+") {
				value = b.Phone(value)
			}
		}
		pairs = append(pairs, name, value)
	}
	id := "guard." + string(g.Guard)
	if g.Values["person"] == "" && Has(id+".nobody") {
		id += ".nobody"
	}
	return T(ctx, id, pairs...)
}

// refreshed are the parts that a new outcome changes, besides where it stands; what is typed stays.
func (p NotificationPage) refreshed() string {
	parts := "#n-head,#n-why,#n-history,#n-other,#n-said"
	if p.MayWork() && p.Contact.CustomerID != "" {
		parts += ",#n-do,#n-is-email,#n-is-sms"
	}
	return parts
}

// contentGone says why there is no text to show: it never came here, or it is no longer kept.
func (p NotificationPage) contentGone(ctx context.Context) string {
	if p.Content.Never {
		return T(ctx, "The text was sent by another system and never came here.")
	}
	return T(ctx, "The text is no longer kept.")
}
