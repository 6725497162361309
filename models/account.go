package models

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Account is one business.
type Account struct {
	ID        string
	Name      string
	Zone      string // IANA name: days and times of the account
	Locale    string // language tag
	Country   string // ISO 3166 letters: default for phone numbers
	Settings  string // JSON of AccountSettings
	Version   int
	CreatedAt time.Time
}

// Location is the account's time zone; UTC when the name is not known on this machine.
func (a Account) Location() *time.Location {
	if loc, err := time.LoadLocation(a.Zone); err == nil {
		return loc
	}
	return time.UTC
}

// AddAccount opens an account. Zone and locale are checked; the country is taken from the locale when empty.
func (s *Store) AddAccount(ctx context.Context, a Actor, account Account) (Account, error) {
	if a.Kind != Command {
		return Account{}, ErrForbidden
	}
	if err := account.check(); err != nil {
		return Account{}, err
	}
	err := s.inTx(ctx, func(t *tx) error {
		account.ID, account.Version, account.CreatedAt, account.Settings = newID("acc", t.now), 1, t.now, "{}"
		if err := t.Create(&account).Error; err != nil {
			return fmt.Errorf("models: adding an account: %w", err)
		}
		if err := t.addGenericConnection(account.ID); err != nil {
			return err
		}
		a.AccountID = account.ID
		t.record(a, "account.add", AuditEntry{ObjectKind: "account", ObjectID: account.ID, ObjectName: account.Name})
		return nil
	})
	return account, err
}

func (a *Account) check() error {
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
	return bad.Err()
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
	"Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE", "Europe/Paris": "FR", "Europe/Madrid": "ES",
	"Europe/Rome": "IT", "Europe/Amsterdam": "NL", "Europe/Brussels": "BE", "Europe/Vienna": "AT", "Europe/Zurich": "CH",
	"Europe/Warsaw": "PL", "Europe/Stockholm": "SE", "Europe/Oslo": "NO", "Europe/Copenhagen": "DK", "Europe/Lisbon": "PT",
	"America/New_York": "US", "America/Chicago": "US", "America/Denver": "US", "America/Los_Angeles": "US",
	"America/Toronto": "CA", "America/Sao_Paulo": "BR", "America/Mexico_City": "MX", "Australia/Sydney": "AU",
	"Pacific/Auckland": "NZ", "Asia/Tokyo": "JP", "Asia/Kolkata": "IN", "Africa/Johannesburg": "ZA",
}

// Account is the actor's own account.
func (s *Store) Account(ctx context.Context, a Actor) (Account, error) {
	var account Account
	err := s.reading(ctx).Take(&account, "id = ?", a.AccountID).Error
	return account, found(err, "account")
}

// Accounts lists all accounts, for whoever runs the installation and for the program itself.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var all []Account
	err := s.reading(ctx).Order("name, id").Find(&all).Error
	return all, found(err, "accounts")
}
