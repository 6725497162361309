package resend

import (
	"strings"
	"time"

	"undelivered/models"
)

// BulkAction is what is done to many at once.
type BulkAction string

// The two acts on many.
const (
	BulkResend BulkAction = "resend"
	BulkClear  BulkAction = "clear"
)

// BulkState is how far many at once have come.
type BulkState string

// The states of a job of many.
const (
	BulkChecking BulkState = "checking" // a large set: its dry run
	BulkChecked  BulkState = "checked"  // the dry run is done, and nobody has confirmed it yet
	BulkRunning  BulkState = "running"
	BulkPaused   BulkState = "paused"
	BulkDone     BulkState = "done"
	BulkStopped  BulkState = "stopped" // too many complaints: nothing more of it is sent
	BulkUndoing  BulkState = "undoing"
	BulkUndone   BulkState = "undone"
)

// BulkJob is one set of notifications that a person confirmed to resend or to clear.
type BulkJob struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	Action    BulkAction
	Outcome   string // of a clearing
	Query     string // that chose them, as the fields of an address
	State     BulkState
	Why       string // it stopped: the guard
	Total     int
	Done      int    // worked off, or checked
	Sent      int    // queued, or cleared; of a check: that would be
	Instead   string // the channels that take what the customer gets by the other one, parted by spaces
	OtherWays
	ByKind    models.ActorKind
	ByID      string
	ByName    string
	ByRole    models.Role
	CreatedAt time.Time
	EndedAt   *time.Time
}

func (j BulkJob) actor() models.Actor {
	return models.Actor{Kind: j.ByKind, ID: j.ByID, Name: j.ByName, Role: j.ByRole, AccountID: j.AccountID}
}

// BulkItem is one notification of the set, with what became of it.
type BulkItem struct {
	AccountID      string `gorm:"primaryKey"`
	JobID          string `gorm:"primaryKey"`
	Position       int    `gorm:"primaryKey"`
	NotificationID string
	State          string
	Guard          models.Guard
	AttemptID      string
	AddressID      string         // that it would go to, or went to
	Way            models.Channel // the channel that it goes by in place of its own
	Digest         string         // of content and address, of those that are sent
}

// The states of an item.
const (
	itemWaiting = "waiting"
	itemSent    = "sent"
	itemCleared = "cleared"
	itemRefused = "refused"
	itemUndone  = "undone"
)

func channelWords(all []models.Channel) string {
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = string(c)
	}
	return strings.Join(words, " ")
}

// Channels are those that take what the customer gets by the other one.
func (j BulkJob) Channels() []models.Channel {
	var all []models.Channel
	for _, word := range strings.Fields(j.Instead) {
		all = append(all, models.Channel(word))
	}
	return all
}
