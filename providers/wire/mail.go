package wire

import (
	"net/mail"
	"strconv"
	"strings"
)

// AttemptKey is the name under which our attempt id travels with a message and comes back with its events.
const AttemptKey = "notification_id"

// NameAndAddress takes a sender apart: "Harbour Street <a@example.org>", or the bare address.
func NameAndAddress(s string) (name, address string) {
	if a, err := mail.ParseAddress(s); err == nil {
		return a.Name, a.Address
	}
	return "", strings.TrimSpace(s)
}

// WithName is an address with a display name before it, written so that the name cannot become anything else.
func WithName(name, address string) string {
	if name == "" {
		return Mailbox(address)
	}
	if strings.HasPrefix(address, `"`) {
		return strings.TrimSuffix((&mail.Address{Name: name, Address: "a@b"}).String(),
			"a@b>") + address + ">"
	}
	return (&mail.Address{Name: name, Address: address}).String()
}

// Mailbox is an address as mail itself writes it (RFC 5321, 4.1.2): with quotes where its local part needs
// them, as those of carriers do that have two dots in a row.
func Mailbox(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || strings.HasPrefix(address, `"`) ||
		!strings.Contains("."+address[:at+1], "..") && address[at-1] != '.' {
		return address
	}
	return `"` + address[:at] + `"` + address[at:]
}

// StatusCodes are the dictionary's codes of a refused request: the status with a telling word of its text,
// where one of the words is there ("403:suspended"), and the status alone.
func StatusCodes(status int, text string, telling ...string) []string {
	code, text := strconv.Itoa(status), strings.ToLower(text)
	for _, word := range telling {
		if strings.Contains(text, word) {
			return []string{code + ":" + word, code}
		}
	}
	return []string{code}
}
