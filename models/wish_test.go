package models_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/people"
)

// replies is a text of a customer that may be a wish.
func (p *play) replies(from, text string) {
	p.Helper()
	p.must(p.s.Intake.Keep(p.Context(), p.Text, []models.Event{
		{Type: models.Unrecognised, Channel: models.SMS, Recipient: from,
			DedupeKey: "inbound:" + from, ProviderCode: intake.WishUnsure, Diagnostic: text,
			OccurredAt: p.clock.Now().Add(-time.Hour), Raw: []byte("{}")},
	}))
	p.must(p.s.Intake.Settled(p.Context()))
}

// A text that may ask to stop waits for a person of its account: who stops it opts the number out as STOP
// does, who finds nothing in it changes nothing; each text is decided once, is on the log, and is nobody
// else's.
func TestWishesArePeoplesToDecide(t *testing.T) {
	onBoth(t, func(p *play) {
		p.replies("+447700900111", "can you stop at the bakery")
		p.replies("+447700900222", "I do not want these any more, who is this")
		if n, err := p.s.Intake.CountUnsure(p.Context(), p.Vera); n != 2 || err != nil {
			p.Fatalf("%d wait, %v", n, err)
		}
		all, err := p.s.Intake.UnsureWishes(p.Context(), p.Ada)
		p.must(err)
		if len(all) != 2 || all[0].Text == "" {
			p.Fatalf("%+v", all)
		}
		for _, w := range all {
			if err := p.s.Intake.DecideWish(p.Context(), p.Bob, w.EventID, true); !errors.Is(err,
				models.ErrNotFound) {
				p.Errorf("another account decides: %v", err)
			}
			if err := p.s.Intake.DecideWish(p.Context(), p.Vera, w.EventID, true); !errors.Is(err,
				models.ErrForbidden) {
				p.Errorf("a viewer decides: %v", err)
			}
			stop := w.From == "+447700900222"
			p.must(p.s.Intake.DecideWish(p.Context(), p.Ada, w.EventID, stop))
			var twice models.Conflict
			if err := p.s.Intake.DecideWish(p.Context(), p.Olga, w.EventID, !stop); !errors.As(err, &twice) {
				p.Errorf("decided twice: %v", err)
			}
		}
		if n, err := p.s.Intake.CountUnsure(p.Context(), p.Ada); n != 0 || err != nil {
			p.Errorf("%d wait still, %v", n, err)
		}
		log, err := p.s.People.Activity(p.Context(), p.Ada, people.ActivityFilter{})
		p.must(err)
		acts := map[string]int{}
		for _, line := range log.Lines {
			acts[line.Action]++
		}
		if acts["wish.stop"] != 1 || acts["wish.none"] != 1 || acts["address.opt_out"] != 1 {
			p.Errorf("%v", acts)
		}
		for number, out := range map[string]bool{"+447700900111": false, "+447700900222": true} {
			_, err := p.s.Intake.Register(
				p.Context(),
				key(p.Account.ID),
				[]intake.Registration{{Ref: "t" + number, Channel: models.SMS, To: number, Title: "Reminder",
					Text: "Hello", Send: true, Connection: p.Text.ID,
					Customer: intake.RegistrationCustomer{Ref: "c" + number, Name: "Jane Doe",
						Phone: number}}},
			)
			p.must(err)
			p.clock.Turn(time.Minute)
			st := p.story("ref:t" + number)
			if got := len(st.OptOuts) > 0; got != out {
				p.Errorf("%s opted out: %t, want %t", number, got, out)
			}
		}
	})
}

// An owner sets how many soft failures in a row opt an address out, and over how many days: from then on that
// rules, for that account alone; numbers that make no sense are refused by name.
func TestSoftRuleIsTheAccounts(t *testing.T) {
	onBoth(t, func(p *play) {
		account, err := p.s.People.Account(p.Context(), p.Olga)
		p.must(err)
		var bad models.Invalid
		wrong := account
		wrong.SoftFailures, wrong.SoftDays = 1, 400
		if _, err := p.s.EditAccount(p.Context(), p.Olga, wrong); !errors.As(err, &bad) ||
			bad["soft_failures"].Key == "" ||
			bad["soft_days"].Key == "" {
			p.Errorf("%v", err)
		}
		full := models.EventType(models.MailboxError)
		story := []told{{9, full}, {1, full}}
		if said := p.addressAfter("before", story, []int{0, 1}); said != "" && containsOptOut(said) {
			p.Error(said)
		}
		account.SoftFailures, account.SoftDays = 2, 5
		_, err = p.s.EditAccount(p.Context(), p.Olga, account)
		p.must(err)
		if said := p.addressAfter("after", story, []int{1, 0}); !containsOptOut(said) {
			p.Error(said)
		}
		if st := p.story("ref:after-0"); st.SoftFailures != 2 || st.SoftDays != 5 {
			p.Errorf("the page says %d in %d", st.SoftFailures, st.SoftDays)
		}
	})
}

func containsOptOut(said string) bool { return strings.Contains(said, "opted out for repeated_soft") }
