package models

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Account is one business.
type Account struct {
	ID       string
	Name     string
	Zone     string // IANA name: days and times of the account
	Locale   string // language tag
	Country  string // ISO 3166 letters: default for phone numbers
	Settings string // JSON of AccountSettings
	// WindowDays is how far the number reaches back; 0 means StandardDays.
	WindowDays int
	// SoftFailures in a row that spread over more than SoftDays opt an address out; 0 means the product's
	// number.
	SoftFailures int
	SoftDays     int
	Version      int
	CreatedAt    time.Time
}

// Location is the account's time zone; UTC when the name is not known on this machine.
func (a Account) Location() *time.Location {
	if loc, err := time.LoadLocation(a.Zone); err == nil {
		return loc
	}
	return time.UTC
}

func (a *Account) Check() error {
	bad := Invalid{}
	if a.Name = strings.TrimSpace(a.Name); a.Name == "" {
		bad["name"] = Problem{Key: "error.name_missing"}
	}
	if a.Zone == "" {
		a.Zone = "UTC"
	}
	if _, err := time.LoadLocation(a.Zone); err != nil || a.Zone == "Local" {
		bad["zone"] = Problem{Key: "error.zone"}
	}
	if a.Locale == "" {
		a.Locale = "en"
	}
	if a.Country == "" {
		a.Country = countryOf(a.Locale, a.Zone)
	}
	if a.WindowDays = a.Days(); a.WindowDays < leastWindow || a.WindowDays > mostWindow {
		bad["window"] = Problem{
			Key:    "error.window",
			Values: map[string]string{"least": strconv.Itoa(leastWindow), "most": strconv.Itoa(mostWindow)},
		}
	}
	a.checkSoft(bad)
	return bad.Err()
}

// The numbers that an owner may choose for soft failures in a row.
const (
	leastSoft, mostSoft         = 2, 20
	leastSoftDays, mostSoftDays = 1, 90
)

func (a Account) checkSoft(bad Invalid) {
	for _, field := range []struct {
		name               string
		typed, least, most int
	}{{"soft_failures", a.SoftFailures, leastSoft, mostSoft},
		{"soft_days", a.SoftDays, leastSoftDays, mostSoftDays}} {
		if field.typed != 0 && (field.typed < field.least || field.typed > field.most) {
			bad[field.name] = Problem{
				Key: "error.window",
				Values: map[string]string{
					"least": strconv.Itoa(field.least),
					"most":  strconv.Itoa(field.most),
				},
			}
		}
	}
}

// SoftRule is how many soft failures in a row opt an address out, when they spread over more than so long: as
// the account has chosen, else the product's numbers.
func (a Account) SoftRule(l Limits) (failures int, spread time.Duration) {
	failures, spread = l.SoftFailures, l.SoftSpread
	if a.SoftFailures > 0 {
		failures = a.SoftFailures
	}
	if a.SoftDays > 0 {
		spread = time.Duration(a.SoftDays) * 24 * time.Hour
	}
	return failures, spread
}

// SoftRuleDays is SoftRule with its time in days.
func (a Account) SoftRuleDays(l Limits) (failures, days int) {
	failures, spread := a.SoftRule(l)
	return failures, int(spread / (24 * time.Hour))
}

// countryOf guesses the country for phone numbers: the locale's region, else the zone's best known one.
func countryOf(locale, zone string) string {
	if _, region, ok := strings.Cut(locale, "-"); ok && len(region) == 2 {
		return strings.ToUpper(region)
	}
	if country, ok := zoneCountry[zone]; ok {
		return country
	}
	return "GB"
}

var zoneCountry = map[string]string{
	"Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE", "Europe/Paris": "FR",
	"Europe/Madrid": "ES",
	"Europe/Rome":   "IT", "Europe/Amsterdam": "NL", "Europe/Brussels": "BE", "Europe/Vienna": "AT",
	"Europe/Zurich": "CH",
	"Europe/Warsaw": "PL", "Europe/Stockholm": "SE", "Europe/Oslo": "NO", "Europe/Copenhagen": "DK",
	"Europe/Lisbon":    "PT",
	"America/New_York": "US", "America/Chicago": "US", "America/Denver": "US", "America/Los_Angeles": "US",
	"America/Toronto": "CA", "America/Sao_Paulo": "BR", "America/Mexico_City": "MX", "Australia/Sydney": "AU",
	"Pacific/Auckland": "NZ", "Asia/Tokyo": "JP", "Asia/Kolkata": "IN", "Africa/Johannesburg": "ZA",
}

func (a Account) Described() string {
	parts := []string{a.Name, a.Zone, a.Locale, a.Country, strconv.Itoa(a.Days())}
	if a.SoftFailures+a.SoftDays > 0 {
		parts = append(parts, strconv.Itoa(a.SoftFailures)+"/"+strconv.Itoa(a.SoftDays))
	}
	return strings.Join(parts, ", ")
}

// CheckPlace is check, and that language and country are ones.
func (a *Account) CheckPlace() error {
	bad := Invalid{}
	if _, err := language.Parse(a.Locale); err != nil {
		bad["locale"] = Problem{Key: "error.locale"}
	}
	if !slices.Contains(Countries(), a.Country) {
		bad["country"] = Problem{Key: "error.country"}
	}
	var more Invalid
	if errors.As(a.Check(), &more) {
		maps.Copy(bad, more)
	}
	return bad.Err()
}

// User is a person who signs in: of one business or several, or support staff.
type User struct {
	ID            string
	Email         string // normal form
	Name          string
	PasswordHash  string `json:"-"`
	Support       bool
	Zone          string // empty: the account's
	Theme         string // light, dark; empty: the system's
	ShortcutsOff  bool
	LockedAt      *time.Time
	SignedInAt    *time.Time
	CreatedAt     time.Time
	LastAccountID string // where they worked last
	SSOIssuer     string `gorm:"column:sso_issuer"` // whose word they signed in by first, and as whom
	SSOSubject    string `gorm:"column:sso_subject"`
}
