package delivery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/customer"
	"undelivered/models/modelstest"
	"undelivered/models/people"
)

// passPhrase makes people members at once: those who are only invited are told nothing.
const passPhrase = "violet harbour lantern 84"

// helen is a manager who can be written to.
func (d *desk) helen() models.Actor {
	d.Helper()
	u, _, err := d.s.People.AddUser(d.Context(), models.AtCommandLine(d.Account.ID), people.NewUser{
		Email:    "helen@marlow.example",
		Name:     "Helen Marsh",
		Role:     models.Manager,
		Password: passPhrase,
	})
	d.must(err)
	return models.Actor{Kind: models.Person, ID: u.ID, Name: u.Name,
		Role: models.Manager, AccountID: d.Account.ID}
}

// mails is a server that takes mail, with workers that write about clear requests.
func (d *desk) mails() letters {
	d.Helper()
	p, all := post(d.T)
	box := besidesTheCast(all)
	crew, err := delivery.Jobs{
		Store:  d.s,
		Client: d.far.Client,
		Log:    modelstest.Log(d.T),
		Post:   p,
		Pause:  100 * time.Millisecond,
		Answers: func(a consent.RequestOutcomeMail) (string, string) {
			return a.What, strings.Join(
				[]string{a.Request.QuestionBy, a.Request.Question, a.By, a.Request.Answer},
				" | ",
			)
		},
	}.Workers()
	d.must(err)
	d.must(crew.Start(d.Context()))
	d.Cleanup(func() { crew.StopAndCancel(context.Background()) })
	return box
}

// besidesTheCast are the mails to those whom the test itself has added.
func besidesTheCast(all letters) letters {
	box := make(letters, cap(all))
	go func() {
		for mail := range all {
			if !strings.Contains(mail, "@cast.example") {
				box <- mail
			}
		}
	}()
	return box
}

// next is the next mail, which goes to one person and says some words.
func (d *desk) next(box letters, to string, words ...string) {
	d.Helper()
	select {
	case mail := <-box:
		for _, one := range append(words, "To: <"+to+">") {
			if !strings.Contains(strings.ReplaceAll(mail, "=\r\n", ""), one) {
				d.Fatalf("the mail lacks %q: %s", one, mail)
			}
		}
	case <-time.After(30 * time.Second):
		d.Fatalf("no mail to %s with %v", to, words)
	}
}

// Who can decide a request is told of it, who asks back is told of the answer, a second manager and support
// alike, and who asked is told of the question; support whose access has ended is told nothing more.
func TestWhoAskedBackIsToldTheAnswer(t *testing.T) {
	onDesk(t, func(d *desk) {
		box, owner := d.mails(), models.AtCommandLine(d.Account.ID)
		user, _, err := d.s.People.AddUser(d.Context(), models.AtCommandLine(""),
			people.NewUser{Email: "sam@undelivered.example", Name: "Sam Porter", Role: models.Support})
		d.must(err)
		_, err = d.s.People.GrantSupport(d.Context(), owner, d.clock.Now().Add(100*time.Hour))
		d.must(err)
		sam := models.Actor{Kind: models.OnBehalf, ID: user.ID, Name: user.Name,
			Role: models.Support, AccountID: d.Account.ID}
		user, _, err = d.s.People.AddUser(d.Context(), owner, people.NewUser{Email: "olga@marlow.example",
			Name: "Olga Marlow", Role: models.Owner, Password: passPhrase})
		d.must(err)
		olga := models.Actor{Kind: models.Person, ID: user.ID, Name: user.Name,
			Role: models.Owner, AccountID: d.Account.ID}
		helen := d.helen()
		r := d.complained(helen)
		d.next(box, "olga@marlow.example", "Subject: ask") // who can decide it is told that it waits
		for email, who := range map[string]models.Actor{"sam@undelivered.example": sam,
			"olga@marlow.example": olga} {
			_, err = d.s.Consent.AskQuestion(d.Context(), who, r.ID, "Which invoice was it?")
			d.must(err)
			d.next(box, "helen@marlow.example", "Subject: question", who.Name+" | Which invoice was it?")
			_, err = d.s.Consent.AnswerQuestion(d.Context(), helen, r.ID, "That of the third of May.")
			d.must(err)
			d.next(box, email, "Subject: answer",
				"Which invoice was it? | Helen Marsh | That of the third of May.")
		}
		_, err = d.s.Consent.AskQuestion(d.Context(), sam, r.ID, "And who rang?")
		d.must(err)
		d.next(box, "helen@marlow.example", "And who rang?")
		d.must(d.s.People.EndSupport(d.Context(), owner))
		a, err := d.s.Consent.AnswerOf(d.Context(),
			consent.RequestOutcomeMailArgs{RequestID: r.ID, What: "answer"})
		if err != nil || a.To != "" {
			d.Errorf("support is told after its access has ended: %+v, %v", a, err)
		}
	})
}

// complained is a request of a manager's after a spam report, that somebody else has to approve.
func (d *desk) complained(helen models.Actor) consent.ClearRequest {
	d.Helper()
	modelstest.Keep(d.T, d.s, d.conn, models.Event{Type: models.Complaint, Channel: models.Email,
		Recipient: "o@x.example", Reason: "complaint", DedupeKey: "c", OccurredAt: d.clock.Now(),
		Raw: []byte("{}")})
	d.clock.Turn(48 * time.Hour)
	r, err := d.s.Consent.OptIn(d.Context(), helen, consent.OptInAsk{
		AddressID: d.addressOf("o@x.example"),
		Agreement: consent.Agreement{GivenBy: "O", How: "phone",
			GivenAt: d.clock.Now().Add(-time.Hour),
			Purpose: "all", Evidence: "They rang about the invoice."},
	})
	d.must(err)
	return r.Requests[0]
}

// The person who asked gets a mail about a question, a refusal and what the provider did, and none about what
// they did themselves; who has left the account gets none.
func TestAskerIsToldByMail(t *testing.T) {
	onDesk(t, func(d *desk) {
		p, all := post(d.T)
		box := besidesTheCast(all)
		crew, err := delivery.Jobs{
			Store:  d.s,
			Client: d.far.Client,
			Log:    modelstest.Log(d.T),
			Post:   p,
			Pause:  100 * time.Millisecond,
			Answers: func(a consent.RequestOutcomeMail) (string, string) {
				return a.What, a.Address + " " + a.Request.Question + a.Request.DecisionNote
			},
		}.Workers()
		d.must(err)
		d.must(crew.Start(d.Context()))
		d.Cleanup(func() { crew.StopAndCancel(context.Background()) })
		_, _, err = d.s.People.AddUser(d.Context(), models.AtCommandLine(d.Account.ID), people.NewUser{
			Email:    "olga@marlow.example",
			Name:     "Olga Marlow",
			Role:     models.Owner,
			Password: passPhrase,
		})
		d.must(err)
		helen := d.helen()
		told := func(subject, text string) {
			d.Helper()
			select {
			case mail := <-box:
				if !strings.Contains(mail, "Subject: "+subject) || !strings.Contains(mail, text) ||
					!strings.Contains(mail, "helen@marlow.example") {
					d.Fatalf("the mail says %s", mail)
				}
			case <-time.After(30 * time.Second):
				d.Fatalf("no mail about %s", subject)
			}
		}
		d.asksAs(helen)
		told("done", listedAddress)

		r := d.complained(helen)
		d.next(box, "olga@marlow.example", "Subject: ask")
		_, err = d.s.Consent.AskQuestion(d.Context(), d.Sam, r.ID, "Which invoice was it?")
		d.must(err)
		told("question", "Which invoice was it?")
		_, err = d.s.Consent.Decline(d.Context(), d.Sam, r.ID, "Ask again in a month.")
		d.must(err)
		told("decline", "Ask again in a month.")
		d.must(d.s.People.RemoveMember(d.Context(), models.AtCommandLine(d.Account.ID), helen.ID))
		a, err := d.s.Consent.AnswerOf(d.Context(),
			consent.RequestOutcomeMailArgs{RequestID: r.ID, What: "decline"})
		if err != nil || a.To != "" {
			d.Errorf("somebody who has left is told: %+v, %v", a, err)
		}
	})
}

func (d *desk) addressOf(email string) string {
	d.Helper()
	list, err := d.s.Customer.Customers(d.Context(), d.Ada, customer.CustomerQuery{Q: email})
	d.must(err)
	return list.Lines[0].Email.ID
}
