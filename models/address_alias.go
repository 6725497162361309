package models

import "strings"

// dotless are the mail services that pass over the dots of a local part, and the one name of those that have
// several.
var dotless = map[string]string{"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}

// SameMailbox says whether two email addresses reach the same mailbox however they are written: case, quotes,
// a dot at the end, what follows a plus, and the dots that a service passes over.
func SameMailbox(a, b string) bool {
	a, b = mailboxOf(a), mailboxOf(b)
	return a == b && a != ""
}

// mailboxOf is the one way of writing an address by which two are compared.
func mailboxOf(address string) string {
	address = strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>"))
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	local, domain := address[:at], strings.TrimRight(address[at+1:], ".")
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' {
		local = strings.ReplaceAll(local[1:len(local)-1], `\`, "")
	}
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	if one, known := dotless[domain]; known {
		local, domain = strings.ReplaceAll(local, ".", ""), one
	}
	return local + "@" + domain
}

// Elsewhere says whether an event tells of another mailbox than the one that was written to: a forward's, or
// a member's of a list. What is wrong with that one is not certain of ours.
func Elsewhere(e *Event, attempt Attempt) bool {
	if e.Channel != Email || e.Recipient == "" || attempt.ID == "" || attempt.Recipient == "" {
		return false
	}
	_, normal := Loosely(Email, e.Recipient, "")
	return !SameMailbox(e.Recipient, attempt.Recipient) && !SameMailbox(normal, attempt.Recipient)
}
