package views

import (
	"github.com/nyaruka/phonenumbers"

	"undelivered/models"
)

// Address writes an address of either channel as people read it.
func (b Base) Address(value string, channel models.Channel) string {
	if channel == models.SMS {
		return b.Phone(value)
	}
	return value
}

// Phone writes a number the way people of the account's country do, or with its country code when it is
// foreign.
func (b Base) Phone(number string) string {
	parsed, err := phonenumbers.Parse(number, b.Account.Country)
	if err != nil {
		return number
	}
	if int(parsed.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(b.Account.Country) {
		return phonenumbers.Format(parsed, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL)
}
