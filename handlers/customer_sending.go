package handlers

import (
	"context"
	"strings"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/views"
)

// maySend is, for each purpose, whether messages get through to a customer, and why not. Of several
// agreements about an address the latest counts; one to necessary messages is none to the others.
func maySend(ctx context.Context, b views.Base, addresses []consent.AddressState,
	consents []models.Consent) []views.MaySend {
	var all []views.MaySend
	for _, purpose := range []string{"necessary", "all"} {
		open, wished := 0, 0
		var why []string
		for _, one := range addresses {
			state := one.State()
			if last := lastAgreement(one.ID, consents); purpose == "all" && last.Purpose == "necessary" {
				state = "agreed_less"
				why = append(why, views.T(ctx, "may.agreed_less."+string(one.Channel), "date",
					b.LongDate(ctx, last.GivenAt)))
			} else if views.Has("may.why." + state + "." + string(one.Channel)) {
				why = append(why, views.T(ctx, "may.why."+state+"."+string(one.Channel)))
			}
			switch state {
			case consent.AddressActive, consent.AddressShaky:
				open++
			case consent.AddressOptedOut, "agreed_less":
				wished++
			}
		}
		row := views.MaySend{
			Purpose: views.T(ctx, "may.for."+purpose),
			State:   "some",
			Text:    strings.Join(why, " "),
		}
		switch {
		case len(addresses) == 0:
			row.State, row.Text = "none", views.T(ctx, "There is no address or number.")
		case open == len(addresses):
			row.State = "all"
		case open == 0 && wished == len(addresses):
			row.State = "opted_out"
		case open == 0:
			row.State = "none"
		}
		all = append(all, row)
	}
	return all
}

// lastAgreement is the latest agreement about an address that was not withdrawn after it; they come the
// latest first.
func lastAgreement(addressID string, latestFirst []models.Consent) models.Consent {
	for _, one := range latestFirst {
		if one.AddressID != addressID {
			continue
		}
		if one.Withdrawal {
			return models.Consent{}
		}
		return one
	}
	return models.Consent{}
}
