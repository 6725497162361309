package models

import "time"

// Connection is an account's credentials at a provider, and the address that the provider reports to.
type Connection struct {
	ID             string
	AccountID      string
	Provider       string
	Name           string
	Channels       string // "email", "sms" or "email,sms"
	Sends          bool   // its settings are enough to send through it
	TokenHash      string `json:"-"`
	TokenSealed    string `json:"-"`
	SettingsSealed string `json:"-"`
	Position       int    // order of choice within a channel; the lowest sends
	StoppedAt      *time.Time
	StoppedWhy     string
	HeardAt        *time.Time // last verified event
	Refused        int        // requests refused since they began
	RefusedAt      *time.Time
	RefusedWhy     string
	Alert          string     // something that its provider told us to tell people
	ComparedAt     *time.Time // its provider's own list with ours
	CompareFailed  string     // why the last comparison could not be made
	Hangs          int        // hand-overs in a row that did not end in time
	HungAt         *time.Time // since when one message at a time tries it
	HungUntil      *time.Time // when the next of them may go
	MailboxUID     string     // how far a bounce mailbox has been read
	Version        int
	CreatedAt      time.Time
	RemovedAt      *time.Time

	// What is still good beside its present address and settings, until when.
	OldTokenHash      *string `json:"-"`
	OldTokenSealed    string  `json:"-"`
	OldTokenUntil     *time.Time
	OldSettingsSealed string `json:"-"`
	OldSettingsUntil  *time.Time

	ByToken  bool   `gorm:"-" json:"-"` // found by its token: it must still be so when something is kept in its name
	OpenedBy string `gorm:"-" json:"-"` // the digest of that token
	ProvenBy string `gorm:"-" json:"-"` // the sealed settings by which its report is proven
}

// HealthState says whether a connection's delivery reports arrive.
type HealthState string

// The states of a connection's health.
const (
	HealthReceiving HealthState = "receiving"
	HealthQuiet     HealthState = "quiet"
	HealthUnused    HealthState = "unused"
	HealthRefused   HealthState = "refused" // its last requests were not proven to come from the provider
	HealthStopped   HealthState = "stopped" // its login was refused
	HealthTrial     HealthState = "trial"   // it only plays, and this installation is none for trying out
)

// When silence is unusual: longer than so many of the connection's own gaps between messages, and than a day.

const quietGaps = 10

const quietLeast = 24 * time.Hour

const quietMost = 7 * 24 * time.Hour

func (c Connection) Health(now time.Time, gap time.Duration) HealthState {
	switch {
	case c.StoppedAt != nil:
		return HealthStopped
	case c.RefusedAt != nil && (c.HeardAt == nil || c.RefusedAt.After(*c.HeardAt)):
		return HealthRefused
	case c.HeardAt == nil:
		return HealthUnused
	}
	limit := quietMost
	if gap > 0 {
		limit = min(max(quietGaps*gap, quietLeast), quietMost)
	}
	if now.Sub(*c.HeardAt) > limit {
		return HealthQuiet
	}
	return HealthReceiving
}

// How long what was replaced is good beside the new one. An address is longer, because messages that are
// under way have told it to their provider.
const (
	AddressOverlap = 7 * 24 * time.Hour
	SecretOverlap  = 24 * time.Hour
)

// ends says whether a moment is still to come.
func ends(until *time.Time, now time.Time) bool { return until != nil && until.After(now) }

// OldAddress says whether the address before the present one is still good.
func (c Connection) OldAddress(now time.Time) bool { return ends(c.OldTokenUntil, now) }

// OldSecrets says whether reports that the settings before the present ones prove are still good.
func (c Connection) OldSecrets(now time.Time) bool { return ends(c.OldSettingsUntil, now) }

// opens says whether the token with this digest is good: the present one, or the one before for its time.
func (c Connection) opens(hash string, now time.Time) bool {
	return hash == c.TokenHash || c.OldTokenHash != nil && hash == *c.OldTokenHash && c.OldAddress(now)
}

// proves says whether these sealed settings may prove a report.
func (c Connection) proves(sealed string, now time.Time) bool {
	return sealed == c.SettingsSealed || sealed == c.OldSettingsSealed && c.OldSecrets(now)
}

// Still says whether what the row's token opened, and what proved its report, is good by the row as it is
// now.
func (c Connection) Still(row Connection, now time.Time) bool {
	return row.RemovedAt == nil && row.opens(c.OpenedBy, now) && row.proves(c.ProvenBy, now)
}

// Opened is the connection as a token has opened it, with its present settings to prove by.
func (c Connection) Opened(hash string) Connection {
	c.ByToken, c.OpenedBy, c.ProvenBy = true, hash, c.SettingsSealed
	return c
}

// ByOldSecrets is the connection with the settings before the present ones to prove by; false: there are
// none.
func (c Connection) ByOldSecrets(now time.Time) (Connection, bool) {
	if !c.OldSecrets(now) {
		return c, false
	}
	c.SettingsSealed, c.ProvenBy = c.OldSettingsSealed, c.OldSettingsSealed
	return c, true
}
