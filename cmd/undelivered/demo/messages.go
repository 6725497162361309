package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
)

const (
	// lately is since when texts go by a real provider's ways: Twilio gives no time with its news, so that
	// they are of now.
	lately = 36 * time.Hour
	// span is how long ago the demo's past begins.
	span = 60 * 24 * time.Hour
	// newest is how long ago it ends.
	newest = time.Hour
	// moved is how far a message may stand from its even place, because it was sent in the hours of business.
	moved = 18 * time.Hour
)

// person is one customer of the demo.
type person struct {
	ref, name, email, phone string
	typo                    bool // the address was mistyped
}

// sentMessage is one message of the past: what the business registers, and what came of it.
type sentMessage struct {
	registration intake.Registration // without its words
	title        title
	number       int
	provider     string
	at           time.Time
	// at the start, before it was moved into the hours of business: the same at any hour
	age      time.Duration
	mishap   *mishap
	deferred bool
	customer *person
}

// person makes up a customer.
func (p *plan) person(i int) person {
	r := p.rand(customersDice, i)
	from := one(r, p.b.people)
	first, last := one(r, from.first), one(r, from.last)
	c := person{
		ref: fmt.Sprintf("%s-%05d", p.b.code, 20000+i*7), name: first.written + " " + last.written,
		email: fmt.Sprintf("%s.%s%d@%s", first.plain, last.plain, i, one(r, domains)),
		// Of the numbers that are kept free for films, these are followed by a delivery when the demo sends
		// again.
		phone: fmt.Sprintf("+447700900%03d", i%900),
	}
	if every := p.b.customers / typos; i%every == every/2 {
		local, _, _ := strings.Cut(c.email, "@")
		c.email, c.typo = local+"@"+mistyped[i/every%len(mistyped)], true
	}
	return c
}

// message is the i-th message, of a customer; the dice fall the same way at any hour.
func (p *plan) message(i int, to *person) sentMessage {
	r := p.rand(messagesDice, i)
	t := one(r, p.b.titles)
	m := sentMessage{
		title:    t,
		number:   4000 + i,
		provider: "simulator",
		customer: to,
		age:      p.age(i),
		deferred: r.IntN(100) < 4,
	}
	m.at = p.workingHour(m.age, time.Duration(r.IntN(10*3600))*time.Second,
		time.Duration(r.IntN(90))*time.Minute)
	m.registration = intake.Registration{
		Ref:               fmt.Sprintf("%s-%d", strings.ToLower(p.b.code), 100000+i),
		Channel:           models.Email,
		To:                to.email,
		Kind:              t.kind,
		SentAt:            &m.at,
		ProviderMessageID: fmt.Sprintf("%s%08x", strings.ToLower(p.b.code), r.Uint32()),
	}
	carrier, text := one(r, p.b.mail), r.IntN(100) < 35
	switch {
	case t.kind == "invoice" || to.typo || !text:
		m.provider = carrier
	case p.b.texts != "" && m.age < lately:
		m.provider = p.b.texts
		fallthrough
	default:
		m.registration.Channel, m.registration.To = models.SMS, to.phone
	}
	m.due(r, p.zone)
	m.registration.Customer = intake.RegistrationCustomer{
		Ref:   to.ref,
		Name:  to.name,
		Email: to.email,
		Phone: to.phone,
	}
	return m
}

// age is how long before the start the i-th message stands: they are spread evenly.
func (p *plan) age(i int) time.Duration {
	return span - time.Duration(i)*(span-newest)/time.Duration(p.b.sent)
}

// workingHour is the time of day, in the business's hours of the day at that age; of the last minutes when
// that is still to come.
func (p *plan) workingHour(age, ofDay, before time.Duration) time.Time {
	local := p.start.Add(-age).In(p.zone)
	at := time.Date(local.Year(), local.Month(), local.Day(), 8, 0, 0, 0, p.zone).Add(ofDay)
	if at.After(p.start.Add(-30 * time.Minute)) {
		at = p.start.Add(-30*time.Minute - before)
	}
	return at.UTC().Truncate(time.Second)
}

// due is the day that the message is about.
func (m *sentMessage) due(r *rand.Rand, zone *time.Location) {
	day := m.at.In(zone).AddDate(0, 0, 1+r.IntN(6))
	at := time.Date(day.Year(), day.Month(), day.Day(), 9+r.IntN(8), 0, 0, 0, zone).UTC()
	m.registration.DueAt = &at
}

// dayForms is how a day is written in the messages of each business.
var dayForms = map[string]string{"en-GB": "2 January 2006", "de-DE": "02.01.2006"}

// written is the registration with what the message says.
func (p *plan) written(m sentMessage) intake.Registration {
	r := m.registration
	fill := strings.NewReplacer("{name}", m.customer.name, "{n}", fmt.Sprint(m.number), "{due}",
		r.DueAt.In(p.zone).Format(dayForms[p.b.locale]))
	r.Connection, r.Title, r.Text = m.provider, fill.Replace(m.title.title), fill.Replace(m.title.text)
	if !m.title.due {
		r.DueAt = nil
	}
	if r.Channel == models.Email {
		r.Subject, r.From = fill.Replace(m.title.subject), p.b.sender
	}
	return r
}
