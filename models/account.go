package models

import (
	"context"
	"errors"
	"fmt"
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
	Version    int
	CreatedAt  time.Time
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
	if a.WindowDays = a.Days(); a.WindowDays < leastWindow || a.WindowDays > mostWindow {
		bad["window"] = Problem{Key: "error.window", Values: map[string]string{"least": strconv.Itoa(leastWindow), "most": strconv.Itoa(mostWindow)}}
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

// EditAccount saves the name, place and language of the account. Somebody else's change since the page was made is a
// Conflict.
func (s *Store) EditAccount(ctx context.Context, a Actor, changed Account) (Account, error) {
	if err := a.need(Configure); err != nil {
		return Account{}, err
	}
	changed.Country = strings.ToUpper(strings.TrimSpace(changed.Country))
	changed.Locale = strings.TrimSpace(changed.Locale)
	if err := changed.checkPlace(); err != nil {
		return Account{}, err
	}
	var now Account
	err := s.inTx(ctx, func(t *tx) error {
		if err := t.holdAccount(a.AccountID); err != nil {
			return err
		}
		now = Account{}
		if err := t.Take(&now, "id = ?", a.AccountID).Error; err != nil {
			return found(err, "account")
		}
		if now.Version != changed.Version {
			return t.conflict("account.edit", AuditEntry{AccountID: now.ID, ObjectID: now.ID}, now.Version)
		}
		before, zone := now.described(), now.Location()
		now.Name, now.Zone, now.Locale, now.Country, now.Version = changed.Name, changed.Zone, changed.Locale, changed.Country, now.Version+1
		now.WindowDays = changed.WindowDays
		err := t.Model(&Account{}).Where("id = ?", now.ID).Updates(map[string]any{"name": now.Name, "zone": now.Zone,
			"locale": now.Locale, "country": now.Country, "window_days": now.WindowDays, "version": now.Version}).Error
		if err != nil {
			return found(err, "saving an account")
		}
		t.record(a, "account.edit", AuditEntry{ObjectKind: "account", ObjectID: now.ID, ObjectName: now.Name, Before: before, After: now.described()})
		if now.Zone != zone.String() {
			return t.moveDays(now, zone)
		}
		return nil
	})
	return now, err
}

func (a Account) described() string {
	return strings.Join([]string{a.Name, a.Zone, a.Locale, a.Country, strconv.Itoa(a.Days())}, ", ")
}

// checkPlace is check, and that language and country are ones.
func (a *Account) checkPlace() error {
	bad := Invalid{}
	if _, err := language.Parse(a.Locale); err != nil {
		bad["locale"] = Problem{Key: "error.locale"}
	}
	if !slices.Contains(Countries(), a.Country) {
		bad["country"] = Problem{Key: "error.country"}
	}
	var more Invalid
	if errors.As(a.check(), &more) {
		maps.Copy(bad, more)
	}
	return bad.Err()
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
