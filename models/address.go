package models

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
)

// Address is one email address or one phone number inside one account.
type Address struct {
	ID           string `gorm:"primaryKey"`
	AccountID    string `gorm:"primaryKey"`
	Channel      Channel
	Value        string // as typed; this is what is sent to
	Normal       string // how two spellings are known to be the same address
	SoftFailures int    // final soft failures in a row
	SoftSince    *time.Time
	FailedAt     *time.Time
	DeliveredAt  *time.Time
	CreatedAt    time.Time
}

// Lengths of an email address (RFC 5321, 4.5.3.1).
const (
	longestAddress = 254
	longestLocal   = 64
)

// NormalEmail is the form in which email addresses are compared: domain in lower-case ASCII, the name before
// it without regard to case or quotes. value is what is sent to. The key names what is wrong; empty: nothing.
func NormalEmail(typed string) (value, normal, problem string) {
	typed = bareEmail(typed)
	local, domain, found := cutEmail(typed)
	if !found || local == "" || domain == "" {
		return "", "", "error.email_at"
	}
	local = strings.NewReplacer("\u200c", "", "\u200d", "").Replace(local)
	name := localName(local)
	if name == "" {
		return "", "", "error.email_characters"
	}
	ascii := asciiDomain(domain)
	if ascii == "" {
		return "", "", "error.email_domain"
	}
	value = local + "@" + ascii
	if len(local) > longestLocal || len(value) > longestAddress {
		return "", "", "error.email_long"
	}
	return value, strings.ToLower(name) + "@" + ascii, ""
}

// asciiDomain is a domain as the directory knows it; empty: it can be none. A joiner that does not belong in
// it is taken for one that came along unseen.
func asciiDomain(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	for _, spelled := range []string{domain, strings.NewReplacer("\u200c", "", "\u200d",
		"").Replace(domain)} {
		if ascii, err := idna.Lookup.ToASCII(spelled); err == nil && hostname(ascii) {
			return ascii
		}
	}
	return ""
}

// hostname says whether an ASCII domain has at least two labels of letters, digits and inner hyphens.
func hostname(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && strings.Trim(last, "0123456789") != ""
}

// Countries are those whose numbers can be read, by their two letters.
func Countries() []string {
	return slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
}

// Normalise reads an address of either channel as strictly as a form does.
func Normalise(channel Channel, typed, country string) (value, normal, problem string) {
	if channel == SMS {
		e164, problem := NormalPhone(typed, country)
		return e164, e164, problem
	}
	return NormalEmail(typed)
}

// Loosely is for addresses that providers and business systems report, which may be as wrong as they like:
// what cannot be read strictly is compared as it stands, in lower case.
func Loosely(channel Channel, typed, country string) (value, normal string) {
	if value, normal, problem := Normalise(channel, typed, country); problem == "" {
		return value, normal
	}
	if channel == SMS {
		typed = reportedPhone(typed)
	} else {
		typed = bareEmail(typed)
	}
	typed = CleanText(typed)
	if len(typed) > longestAddress {
		typed = strings.ToValidUTF8(typed[:longestAddress], "")
	}
	return typed, strings.ToLower(typed)
}

// Erased says whether only a digest of the address is left.
func (a Address) Erased() bool { return a.Value == "" && Erased(a.Normal) }

// ErasedMark begins the digest that stands in for what was erased.
const ErasedMark = "erased:"

// Erased says whether a text is the digest of one that was erased with its customer.
func Erased(text string) bool { return strings.HasPrefix(text, ErasedMark) }

// Readable is a text, or nothing when it was erased.
func Readable(text string) string {
	if Erased(text) {
		return ""
	}
	return text
}

// Domain is the part after the @; empty for numbers.
func (a Address) Domain() string { return DomainOf(a.Channel, a.Normal) }

func DomainOf(channel Channel, normal string) string {
	if at := strings.LastIndex(normal, "@"); channel == Email && at >= 0 {
		return normal[at+1:]
	}
	return ""
}
