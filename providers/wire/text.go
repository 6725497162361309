package wire

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"undelivered/models"
)

// TextFailure is Failure for a text: of a number that has texted STOP the provider keeps an entry.
func TextFailure(e models.Event, provider string, codes ...string) models.Event {
	e.Channel = models.SMS
	e = Failure(e, provider, codes...)
	if e.Type == models.EventType(models.Dropped) {
		e.SuppressionKind = "unsubscribe"
	}
	return e
}

// E164 writes a number as it is stored: with a plus. Names of senders and short codes stay as they are.
func E164(number string) string {
	number = strings.TrimSpace(number)
	if len(number) < 7 || strings.Trim(number, "0123456789") != "" {
		return number
	}
	return "+" + strings.TrimPrefix(number, "00")
}

// Figures is a number as some providers want it: without the plus.
func Figures(number string) string { return strings.TrimPrefix(strings.TrimSpace(number), "+") }

// WithQuery adds one value to the query of an address: our attempt id, for providers without metadata.
func WithQuery(address, name, value string) string {
	u, err := url.Parse(address)
	if address == "" || err != nil {
		return address
	}
	query := u.Query()
	query.Set(name, value)
	u.RawQuery = query.Encode()
	return u.String()
}

// Pick is the first of the values that is not empty.
func Pick(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// SignedIn is the call with a user and password.
func (c Call) SignedIn(user, password string) Call {
	return c.With("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// With is the call with one header more.
func (c Call) With(name, value string) Call {
	header := c.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(name, value)
	c.Header = header
	return c
}
