package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"undelivered/models"
)

// lately is since when texts go by a real provider's ways: Twilio gives no time with its news, so that they are of now.
const lately = 36 * time.Hour

// demoDays is how long ago the demo's past begins.
const demoDays = 60

// person is one customer of the demo.
type person struct {
	ref, name, email, phone string
	typo                    bool // the address was mistyped
}

// sentMessage is one message of the past: what the business registers, and what came of it.
type sentMessage struct {
	registration models.Registration
	provider     string
	at           time.Time
	mishap       *mishap
	deferred     bool
	customer     *person
}

// author makes up the past of a business. The same seed makes up the same past.
type author struct {
	rand *rand.Rand
	b    business
	now  time.Time
	zone *time.Location
	cast []person
}

func newAuthor(b business, seed uint64, now time.Time) (*author, error) {
	zone, err := time.LoadLocation(b.zone)
	if err != nil {
		return nil, err
	}
	a := &author{rand: rand.New(rand.NewPCG(seed, uint64(len(b.name)))), b: b, now: now, zone: zone}
	for i := range b.customers {
		a.cast = append(a.cast, a.person(i))
	}
	return a, nil
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (a *author) person(i int) person {
	p := one(a.rand, a.b.people)
	first, last := one(a.rand, p.first), one(a.rand, p.last)
	// Of the numbers that are kept free for films, these are followed by a delivery when the demo sends again.
	return person{
		ref: fmt.Sprintf("%s-%05d", a.b.code, 20000+i*7), name: first.written + " " + last.written,
		email: fmt.Sprintf("%s.%s%d@%s", first.plain, last.plain, i, one(a.rand, domains)),
		phone: fmt.Sprintf("+447700900%03d", i%900),
	}
}

// past is everything that was sent, oldest first.
func (a *author) past() []sentMessage {
	all := make([]sentMessage, a.b.sent)
	span := demoDays * 24 * time.Hour
	for i := range all {
		at := a.now.Add(-span + time.Duration(i)*(span-time.Hour)/time.Duration(len(all)))
		all[i] = a.message(i, a.workingHour(at))
	}
	return all
}

// workingHour moves a time into the business's day, and never into the future.
func (a *author) workingHour(at time.Time) time.Time {
	local := at.In(a.zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 8, 0, 0, 0, a.zone)
	moved := day.Add(time.Duration(a.rand.IntN(10*3600)) * time.Second)
	if moved.After(a.now.Add(-30 * time.Minute)) {
		moved = a.now.Add(-time.Duration(30+a.rand.IntN(90)) * time.Minute)
	}
	return moved.UTC().Truncate(time.Second)
}

func (a *author) message(i int, at time.Time) sentMessage {
	customer, t := &a.cast[a.rand.IntN(len(a.cast))], one(a.rand, a.b.titles)
	m := sentMessage{at: at, provider: "simulator", customer: customer}
	m.registration = models.Registration{Ref: fmt.Sprintf("%s-%d", strings.ToLower(a.b.code), 100000+i), Channel: models.Email, To: customer.email,
		Kind: t.kind, SentAt: &at, ProviderMessageID: fmt.Sprintf("%s%08x", strings.ToLower(a.b.code), a.rand.Uint32())}
	if t.kind != "invoice" && a.rand.IntN(100) < 35 {
		m.registration.Channel, m.registration.To = models.SMS, customer.phone
		if a.b.texts != "" && at.After(a.now.Add(-lately)) {
			m.provider = a.b.texts
		}
	} else {
		m.provider = one(a.rand, a.b.mail)
	}
	a.chance(&m)
	a.write(&m.registration, t, *customer, i)
	return m
}

// struck lets the message fail if it was sent in the outage, and says so.
func (a *author) struck(m *sentMessage) bool {
	o, ago := a.b.outage, int(a.now.Sub(m.at)/(24*time.Hour))
	if o.mishap == nil || m.registration.Channel != models.Email || m.customer.typo || ago > o.first || ago < o.last {
		return false
	}
	m.provider = o.provider
	a.fail(m, o.mishap)
	return true
}

// chance decides what came of the message: nine of a hundred failed.
func (a *author) chance(m *sentMessage) {
	if a.struck(m) {
		return
	}
	m.deferred = a.rand.IntN(100) < 4
	email := m.registration.Channel == models.Email
	if email && m.customer.typo {
		a.fail(m, &emailMishaps[typo])
		return
	}
	if a.rand.IntN(100) >= 9 {
		return
	}
	list := textMishaps
	if email {
		list = emailMishaps
	}
	total := 0
	for _, one := range list {
		total += one.often
	}
	at := a.rand.IntN(total)
	for i := range list {
		if at -= list[i].often; at < 0 {
			a.fail(m, &list[i])
			return
		}
	}
}

// fail makes the message one that failed. A mistyped address stays so until somebody corrects it.
func (a *author) fail(m *sentMessage, how *mishap) {
	m.mishap = how
	if !how.says(m.provider) {
		m.provider = "simulator"
	}
	if how == &emailMishaps[typo] && !m.customer.typo {
		local, _, _ := strings.Cut(m.customer.email, "@")
		m.customer.email, m.customer.typo = local+"@"+one(a.rand, mistyped), true
	}
	if m.registration.Channel == models.Email {
		m.registration.To = m.customer.email
	}
}

// write fills in what the message says.
func (a *author) write(r *models.Registration, t title, p person, i int) {
	due := r.SentAt.In(a.zone).AddDate(0, 0, 1+a.rand.IntN(6))
	if t.due {
		at := time.Date(due.Year(), due.Month(), due.Day(), 9+a.rand.IntN(8), 0, 0, 0, a.zone).UTC()
		r.DueAt = &at
	}
	fill := strings.NewReplacer("{name}", p.name, "{n}", fmt.Sprint(4000+i), "{due}", due.Format("02.01.2006"))
	r.Title, r.Subject, r.Text = fill.Replace(t.title), fill.Replace(t.subject), fill.Replace(t.text)
	r.From, r.Customer = a.b.sender, models.RegistrationCustomer{Ref: p.ref, Name: p.name, Email: p.email, Phone: p.phone}
	if r.Channel == models.SMS {
		r.Subject, r.From = "", ""
	}
}
