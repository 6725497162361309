package views

import (
	"time"

	"github.com/a-h/templ"

	"undelivered/models"
)

func customer() CustomerPage {
	return CustomerPage{
		Base:        base(),
		ID:          "c1",
		Version:     4,
		Name:        "Margaret Whyte",
		Ref:         "MS-02215",
		Since:       time.Date(2014, 3, 11, 0, 0, 0, 0, london),
		About:       "next appointment Tue 24 Nov, 15:00",
		External:    "https://practice.example/patients/2215",
		Unreachable: true,
		Addresses:   customerAddresses(),
		OptIn: &OptInForm{
			AddressID: "m1",
			Channel:   models.SMS,
			Consent:   true,
			After:     time.Date(2026, 8, 14, 0, 0, 0, 0, london),
			Provider:  "Twilio",
			NeedsText: "a text START from this number to 07700 900 020",
			Values: map[string]string{"by": "Margaret Whyte", "how": "phone", "date": "2026-11-20",
				"note": "Called to move the appointment, asked for text reminders."},
		},
		Notifications: []CustomerNotification{
			{"n1", "Appointment reminder", "m.whyte@btinternet.example", models.Email, models.HardBounce,
				"failed", day(19, 9, 0)},
			{"n2", "Appointment confirmed", "m.whyte@btinternet.example", models.Email, "", "delivered",
				day(3, 14, 12)},
			{"n3", "Appointment reminder", "+447700900562", models.SMS, models.Dropped, "failed",
				day(2, 9, 0)},
		},
		All: 31,
		May: []MaySend{
			{"Appointment messages", "none",
				"Email opted out automatically. Texts opted out by the customer."},
			{"Invoices and forms", "some", ""},
			{"News and offers", "opted_out", "Unsubscribed on 2 May 2021."},
			{"Forms", "all", ""},
		},
		Consents: []ConsentRow{
			{Address: "m.whyte@btinternet.example", Channel: models.Email, By: "Margaret Whyte",
				How: "written_form", Purpose: "all", Given: day(1, 9, 0), Words: "I agree",
				Evidence: "Patient form, page 2", Recorded: "Helen Marsh", At: day(2, 9, 0)},
			{How: "phone", Purpose: "all", Withdrawn: true},
		},
		History: []HistoryRow{{Kind: "opted_out", Text: "Hard bounce, no such mailbox", At: day(19, 9, 0)},
			{Kind: "opted_out_customer", At: day(3, 10, 41)},
			{Kind: "corrected", Person: "Helen Marsh", At: day(1, 11, 19)},
			{Kind: "opted_in", At: day(1, 9, 0)}},
	}
}

func customerAddresses() []AddressRow {
	return []AddressRow{
		{
			ID:      "e1",
			Channel: models.Email,
			Value:   "m.whyte@btinternet.example",
			Label:   "main email",
			State:   "opted_out_failure",
			Listed:  []string{"SendGrid"},
			Text: "There is no such mailbox. It bounced on 19 November and was opted out the same " +
				"minute.",
			AskURL:   "/suppressions/x",
			MayOptIn: true,
		},
		{ID: "m1", Channel: models.SMS, Value: "+447700900562", Label: "mobile",
			State: "opted_out_customer", Text: "Replied STOP on 14 August.",
			Lift: "cause.stop.lift", MayOptIn: true},
		{ID: "h1", Channel: models.SMS, Value: "+442079460331",
			Label: "home, calls only", CallsOnly: true},
		{
			ID:         "s1",
			Channel:    models.Email,
			Value:      "meg@gmial.com",
			State:      "shaky",
			InARow:     2,
			Suggestion: "meg@gmail.com",
		}, {ID: "a1", Channel: models.Email, Value: "ok@linnet.example", State: "active"}}
}

func customerPages() map[string]templ.Component {
	change := func(f func(*CustomerPage)) templ.Component {
		p := customer()
		f(&p)
		return Customer(p)
	}
	out := map[string]templ.Component{
		"customers": Customers(CustomersPage{
			Base: base(),
			Rows: []CustomerRow{
				{"c1", "Margaret Whyte", "MS-02215", "m.whyte@btinternet.example", "+447700900562",
					"opted_out_failure", "opted_out_customer", 3},
				{"c2", names[2], "", "", "", "none", "none", 0},
				{"c3", names[3], "MS-1", "ok@linnet.example", "", "active", "none", 1},
			},
			Older: "/customers?after=x",
		}),
		"customers-none": Customers(CustomersPage{Base: base(), Q: "nobody"}),
		"customer":       change(func(*CustomerPage) {}),
		"customer-profile": change(func(p *CustomerPage) {
			p.Open, p.OptIn, p.Edit = "profile", nil, ProfileForm{Name: "Meg", Email: "x",
				Errors: Errors{"email": {Key: "error.email_at"}}}
			p.Conflict = &Conflict{Person: "Tom Okafor",
				Fields: []ConflictField{{"Name", "Margaret Whyte", "Meg Whyte"}}}
		}),
		"customer-new": change(
			func(p *CustomerPage) { p.Open, p.OptIn, p.Addresses, p.Notifications = "new", nil, nil, nil },
		),
		"customer-change": change(func(p *CustomerPage) { p.Open, p.OptIn = "e1", nil }),
		"customer-reason": change(func(p *CustomerPage) {
			p.OptIn = &OptInForm{AddressID: "e1", Channel: models.Email, Approval: true,
				Errors: Errors{"reason": {Key: "error.choice"}}}
		}),
		"customer-erased": change(
			func(p *CustomerPage) { p.Erased, p.Unreachable, p.OptIn = true, false, nil },
		),
	}
	for i, name := range names {
		out["customer-name-"+Count(i)] = change(func(p *CustomerPage) { p.Name = name })
	}
	return out
}
