package handlers

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/views"
)

// contactForm is the customer beside a notification.
func contactForm(st report.NotificationDetail) views.ContactForm {
	c := st.Customer
	email, phone := st.Addresses[models.Email], st.Addresses[models.SMS]
	return views.ContactForm{
		CustomerID: c.ID, Name: c.Name, Ref: c.Ref, Since: c.CreatedAt, Version: c.Version,
		Email: email.Value, Phone: phone.Value,
		EmailState: addressState(st, email), PhoneState: addressState(st, phone), Fixed: st.Row.NewAddress,
	}
}

// byCustomer are the causes that are the customer's own wish.
var byCustomer = map[models.Cause]bool{
	models.CauseComplaint:    true,
	models.CauseUnsubscribed: true,
	models.CauseStop:         true,
	models.CauseStaff:        true,
}

func addressState(st report.NotificationDetail, a models.Address) views.AddressState {
	if a.ID == "" {
		return views.AddressState{State: "none"}
	}
	s := views.AddressState{
		State:     "active",
		InARow:    a.SoftFailures,
		Limit:     st.SoftFailures,
		LimitDays: st.SoftDays,
		OptOutURL: views.OptOutConfirmURL(st.Customer.ID, a.ID),
	}
	if a.SoftFailures > 0 {
		s.State = "shaky"
	}
	for _, o := range st.OptOuts {
		if o.AddressID != a.ID {
			continue
		}
		s.OptOutURL, s.OptInURL = "", views.OptInURL(st.Customer.ID, a.ID)
		if s.State = "opted_out_failure"; byCustomer[o.Cause] {
			s.State = "opted_out_customer"
			break
		}
	}
	for _, entry := range st.Suppressions {
		if entry.Normal == a.Normal {
			s.Listed, s.AskURL = append(s.Listed,
				providerName(st.Connections[entry.ConnectionID])), views.SuppressionAskURL(
				entry.ID,
			)
		}
	}
	return s
}

// otherWay is the other channel, offered when it works.
func (h *Handlers) otherWay(ctx context.Context, a models.Actor,
	st report.NotificationDetail) views.OtherWay {
	other := models.SMS
	if st.Notification.Channel == models.SMS {
		other = models.Email
	}
	address := st.Addresses[other]
	way := views.OtherWay{Channel: other, Address: address.Value, Preview: st.Content.Text}
	if other == models.SMS {
		way.Parts = models.SMSParts(st.Content.Text)
	}
	if refusal := asRefusal(h.Store.Resend.CheckOtherWay(ctx, a, st.Notification.ID,
		other)); refusal.Guard != "" &&
		refusal.Guard != models.GuardOver {
		if way.WhyNot = whyNot[refusal.Guard]; way.WhyNot == "" {
			way.WhyNot = "busy"
		}
		return way
	}
	way.Offered = address.ID != ""
	return way
}

// whyNot are the words for a channel that is not offered.
var whyNot = map[models.Guard]string{
	models.GuardNoAddress: "none", models.GuardBadAddress: "none", models.GuardOptedOut: "opted_out",
	models.GuardSuppressed: "suppressed",
	models.GuardNoContent:  "content", models.GuardTooLate: "content", models.GuardNoRepeat: "not_repeated",
	models.GuardNoConnection: "no_connection",
}

// Texts that go out from nine in the evening until eight in the morning are worth a warning.
const (
	nightFrom = 21
	nightTill = 8
)

// nightWhere is the time where the customer is, when a text would reach them by night; empty: it is day.
func nightWhere(st report.NotificationDetail, b views.Base) string {
	zone, err := time.LoadLocation(st.Customer.Zone)
	if err != nil || st.Customer.Zone == "" {
		zone = b.Zone
	}
	now := b.Now.In(zone)
	if now.Hour() >= nightTill && now.Hour() < nightFrom {
		return ""
	}
	return now.Format("15:04")
}
