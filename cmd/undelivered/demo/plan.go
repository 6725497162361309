package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"undelivered/models"
)

// plan is the past of one business, seen from the moment at which the demo starts. It hangs on that moment,
// on the business and on the seed alone; and the moment decides nothing but times: who, what and how it ended
// is the same at any hour of any day.
type plan struct {
	b        business
	seed     uint64
	start    time.Time
	zone     *time.Location
	cast     []person
	messages []sentMessage // oldest first
	resent   []string      // refs of what the business has sent again
	cleared  []clearing
}

// clearing is one item that the business took off its report.
type clearing struct{ ref, outcome string }

// What is thrown for has dice of its own, so that one more throw here changes nothing there.
const (
	customersDice = iota
	messagesDice
	orderDice
	emailDice
	textDice
)

func (p *plan) rand(of, i int) *rand.Rand {
	return rand.New(rand.NewPCG(p.seed, uint64(len(p.b.name))<<48|uint64(of)<<40|uint64(i)))
}

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// newPlan makes up the past of a business.
func newPlan(b business, seed uint64, start time.Time) (*plan, error) {
	zone, err := time.LoadLocation(b.zone)
	if err != nil {
		return nil, err
	}
	p := &plan{b: b, seed: seed, start: start, zone: zone}
	for i := range b.customers {
		p.cast = append(p.cast, p.person(i))
	}
	order := p.rand(orderDice, 0).Perm(len(p.cast))
	for i := range b.sent {
		p.messages = append(p.messages, p.message(i, &p.cast[order[i%len(order)]]))
	}
	p.strike()
	p.work()
	return p, nil
}

// strike lets messages fail: all emails of an outage and to a mistyped address, and some of the others of
// each channel, the newest first, so that each mishap there is has happened lately.
func (p *plan) strike() {
	decks := map[models.Channel]*deck{
		models.Email: newDeck(p.rand(emailDice, 0), emailMishaps),
		models.SMS:   newDeck(p.rand(textDice, 0), textMishaps),
	}
	for i := range slices.Backward(p.messages) {
		m := &p.messages[i]
		email := m.registration.Channel == models.Email
		switch o := p.b.outage; {
		case email && m.customer.typo:
			m.fail(&emailMishaps[typo])
		case email && o.mishap != nil && o.covers(m.age):
			m.provider = o.provider
			m.fail(o.mishap)
		default:
			if how := decks[m.registration.Channel].next(m.age); how != nil {
				m.fail(how)
			}
		}
	}
}

// covers says whether it failed then.
func (o outage) covers(age time.Duration) bool {
	days := int(age / (24 * time.Hour))
	return days <= o.first && days >= o.last
}

// deck deals mishaps: first each once and quickly, those that pass at first, then by how often they happen.
type deck struct {
	rand  *rand.Rand
	all   []mishap
	turn  int
	spare int // messages since the last mishap
	order []int
}

func newDeck(r *rand.Rand, all []mishap) *deck {
	d := &deck{rand: r, all: all, order: r.Perm(len(all))}
	slices.SortStableFunc(d.order, func(a, b int) int {
		return map[bool]int{false: 1}[all[a].passes()] - map[bool]int{false: 1}[all[b].passes()]
	})
	return d
}

// next is what befalls the next message, which is older than the one before.
func (d *deck) next(age time.Duration) *mishap {
	first := d.turn < len(d.order)
	every, at := laterOf, 0
	if first {
		every, at = firstOf, d.order[d.turn]
	}
	if d.spare++; d.spare < every || atEdge(age, monthAgo) {
		return nil
	}
	if !first {
		at = d.weighted()
	}
	spam := func(at int) bool { return d.all[at].event.Type == models.Complaint && age < complainedAgo }
	if first = first && !spam(at); !first && spam(at) {
		at = d.weighted()
	}
	if spam(at) || d.all[at].passes() && atEdge(age, passedAgo) {
		return nil
	}
	d.spare = 0
	if first {
		d.turn++
	}
	return &d.all[at]
}

// One of so many messages fails: until each mishap has happened, and later.
const (
	firstOf = 6
	laterOf = 10
)

// How long the report shows a failure, how long ago one was that may have passed, and how long nobody has
// reported spam: after such a report several at once can't be sent again for a week.
const (
	complainedAgo = 9 * 24 * time.Hour
	monthAgo      = 30 * 24 * time.Hour
	passedAgo     = 3 * 24 * time.Hour
)

// atEdge says whether the hour of the start decides on which side of an age the message stands: whether the
// report still shows it, or whether it is time to try again. Nothing fails there.
func atEdge(age, edge time.Duration) bool { return age > edge-moved && age < edge+moved }

// weighted is a place in the table, the more often the more a mishap happens.
func (d *deck) weighted() int {
	total := 0
	for _, how := range d.all {
		total += how.often
	}
	at := d.rand.IntN(total)
	return slices.IndexFunc(d.all, func(how mishap) bool { at -= how.often; return at < 0 })
}

// fail makes the message one that failed, by a provider that has words for it.
func (m *sentMessage) fail(how *mishap) {
	m.mishap = how
	if !how.says(m.provider) {
		m.provider = "simulator"
	}
}
