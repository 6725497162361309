package models

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"gorm.io/gorm/clause"
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

// NormalEmail is the form in which email addresses are compared: domain in lower-case ASCII, the name before it without
// regard to case or quotes. value is what is sent to. The key names what is wrong; empty: nothing.
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

// asciiDomain is a domain as the directory knows it; empty: it can be none. A joiner that does not belong in it is
// taken for one that came along unseen.
func asciiDomain(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	for _, spelled := range []string{domain, strings.NewReplacer("\u200c", "", "\u200d", "").Replace(domain)} {
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

// normalise reads an address of either channel as strictly as a form does.
func normalise(channel Channel, typed, country string) (value, normal, problem string) {
	if channel == SMS {
		e164, problem := NormalPhone(typed, country)
		return e164, e164, problem
	}
	return NormalEmail(typed)
}

// loosely is for addresses that providers and business systems report, which may be as wrong as they like: what
// cannot be read strictly is compared as it stands, in lower case.
func loosely(channel Channel, typed, country string) (value, normal string) {
	if value, normal, problem := normalise(channel, typed, country); problem == "" {
		return value, normal
	}
	if channel == SMS {
		typed = reportedPhone(typed)
	} else {
		typed = bareEmail(typed)
	}
	typed = cleanText(typed)
	if len(typed) > longestAddress {
		typed = strings.ToValidUTF8(typed[:longestAddress], "")
	}
	return typed, strings.ToLower(typed)
}

// Erased says whether only a digest of the address is left.
func (a Address) Erased() bool { return a.Value == "" && Erased(a.Normal) }

// erasedMark begins the digest that stands in for what was erased.
const erasedMark = "erased:"

// Erased says whether a text is the digest of one that was erased with its customer.
func Erased(text string) bool { return strings.HasPrefix(text, erasedMark) }

// Readable is a text, or nothing when it was erased.
func Readable(text string) string {
	if Erased(text) {
		return ""
	}
	return text
}

// Domain is the part after the @; empty for numbers.
func (a Address) Domain() string { return domainOf(a.Channel, a.Normal) }

func domainOf(channel Channel, normal string) string {
	if at := strings.LastIndex(normal, "@"); channel == Email && at >= 0 {
		return normal[at+1:]
	}
	return ""
}

// normals are how an address is kept: in its normal form, or as a digest once its customer was erased.
func (t *tx) normals(channel Channel, normal string) []string {
	return []string{normal, t.s.seal.addressDigest(channel, normal)}
}

// addressOf finds the account's row for an address, or makes it. Opt-outs belong to the row, so that the same
// address, however it is spelled and whoever has it, stays opted out. An erased address is found by its digest.
func (t *tx) addressOf(accountID string, channel Channel, value, normal string) (Address, error) {
	var a Address
	find := func() error {
		return t.Where("account_id = ? AND channel = ? AND normal IN ?", accountID, channel, t.normals(channel, normal)).
			Order("normal DESC").Limit(1).Find(&a).Error
	}
	if err := find(); err != nil || a.ID != "" {
		return a, found(err, "address")
	}
	row := Address{ID: newID("adr", t.now), AccountID: accountID, Channel: channel, Value: value, Normal: normal, CreatedAt: t.now}
	if err := t.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return a, found(err, "adding an address")
	}
	return a, found(find(), "address") // another transaction may have been first
}
