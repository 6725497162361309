package models_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/customer"
	"undelivered/models/intake"
)

var histories = flag.Int("histories", 12, "how many shuffled histories of an address are compared")

// told is one final outcome of a message to the address, so many days ago.
type told struct {
	ago  int
	kind models.EventType
}

// addressAfter registers a message for each outcome, tells them in the order given, and returns what is known
// against the address.
func (p *play) addressAfter(name string, all []told, order []int) string {
	p.Helper()
	to := name + "@set.example"
	refs := make([]string, len(all))
	for i, one := range all {
		at := p.clock.Now().AddDate(0, 0, -one.ago)
		refs[i] = fmt.Sprint(name, "-", i)
		_, err := p.s.Intake.Register(
			p.Context(),
			key(p.Account.ID),
			[]intake.Registration{{Ref: refs[i], Channel: models.Email, To: to, Title: "Reminder",
				Text: "Hello", SentAt: &at, ProviderMessageID: "msg-" + refs[i], Connection: p.Mail.ID,
				Customer: intake.RegistrationCustomer{Ref: "c-" + name, Name: "Jane Doe", Email: to}}},
		)
		p.must(err)
	}
	for _, i := range order {
		e := models.Event{Type: all[i].kind, Channel: models.Email,
			Recipient: to, ProviderMessageID: "msg-" + refs[i],
			OccurredAt: p.clock.Now().AddDate(0, 0, -all[i].ago), DedupeKey: "d-" + refs[i],
			Raw: []byte("{}")}
		if e.Type != models.Delivered {
			e.Reason = "mailbox-full"
		}
		p.must(p.s.Intake.Keep(p.Context(), p.Mail, []models.Event{e}))
		p.must(p.s.Intake.Settled(p.Context()))
	}
	customers, err := p.s.Customer.Customers(p.Context(), p.Ada, customer.CustomerQuery{Q: to})
	p.must(err)
	if len(customers.Lines) != 1 {
		p.Fatalf("%d customers have %s", len(customers.Lines), to)
	}
	states, err := p.s.Consent.CustomerAddresses(p.Context(), p.Ada, customers.Lines[0].ID)
	p.must(err)
	said := fmt.Sprintf("%d since %v, failed %v", states[0].SoftFailures, written(states[0].SoftSince),
		written(states[0].FailedAt))
	for _, cause := range states[0].Causes {
		said += fmt.Sprint(", opted out for ", cause.Cause, " of ", cause.OccurredAt)
	}
	return said
}

func written(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.Format(time.RFC3339)
}

// Failures 25, 15 and 7 days ago with a delivery between them opt nobody out, though the delivery is told
// last.
func TestLateDeliveryTakesOptOutBack(t *testing.T) {
	onBoth(t, func(p *play) {
		all := []told{{25, models.EventType(models.MailboxError)},
			{15, models.EventType(models.MailboxError)}, {7, models.EventType(models.MailboxError)},
			{12, models.Delivered}}
		inTurn, last := p.addressAfter("turn", all, []int{0, 1, 3, 2}), p.addressAfter("last", all,
			[]int{0, 1, 2, 3})
		if inTurn != last {
			t.Errorf("told in turn: %s\ntold last: %s", inTurn, last)
		}
	})
}

// Whatever the order in which the outcomes of an address's messages are told, the same is known against it.
func TestAddressFollowsTheSet(t *testing.T) {
	onBoth(t, func(p *play) {
		for n := range *histories {
			random := rand.New(rand.NewPCG(uint64(n), 7))
			var all []told
			for range 3 + random.IntN(4) {
				kind := models.EventType(models.MailboxError)
				if random.IntN(3) == 0 {
					kind = models.Delivered
				}
				all = append(all, told{1 + random.IntN(30)*2, kind})
			}
			one, other := p.addressAfter(fmt.Sprint("a", n), all, random.Perm(len(all))), p.addressAfter(
				fmt.Sprint("b", n),
				all,
				random.Perm(len(all)),
			)
			if one != other {
				t.Errorf("%v\none order:     %s\nanother order: %s", all, one, other)
			}
		}
	})
}
