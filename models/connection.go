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
	ByToken        bool `gorm:"-" json:"-"` // found by its token: it must still be so when something is kept in its name
}

// Still says whether the row is what the token opened, with the settings by which its reports are proven.
func (c *Connection) Still(now Connection) bool {
	return now.RemovedAt == nil && now.TokenHash == c.TokenHash && now.SettingsSealed == c.SettingsSealed
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
