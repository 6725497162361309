package views

import (
	"strconv"
	"time"

	"undelivered/models"
)

// Product is the name on every page.
const Product = "Undelivered"

// Person is who is signed in.
type Person struct {
	ID    string
	Name  string
	Email string
}

// AccountLink is an account that the person may work in.
type AccountLink struct {
	ID      string
	Name    string
	Country string // two letters, for phone numbers
}

// Flash is the short message after an action. With an UndoURL it offers to undo it: a POST with UndoFields.
type Flash struct {
	Text       string
	Refused    bool // it says why nothing was done
	UndoURL    string
	UndoFields map[string]string
	Link       string // where the message leads instead of an undo
	LinkText   string
}

// Base is what every page knows: who looks, at which account, when, and how.
type Base struct {
	Person       Person
	Role         models.Role
	Account      AccountLink
	Accounts     []AccountLink // that the person may switch to; one or none: no switcher
	Number       int           // undelivered notifications of the standard window, beside the navigation
	Requests     int           // clear requests that wait for this person
	Wishes       int           // texts of customers that a person has to read
	MayApprove   bool          // clear requests are in the navigation: support, or a second manager
	Theme        string        // "light", "dark", or empty: the system's
	ShortcutsOff bool
	Zone         *time.Location
	Now          time.Time
	WindowDays   int // that the account's window reaches back
	Flash        *Flash
	Path         string // of the page itself with its query, so that a form can come back
	SignedInTill time.Time
	Copied       bool   // the database is a copy: nothing is sent
	Trial        bool   // the simulator takes messages, and sends none
	RequestID    string // fresh for each page; forms derive theirs from it (RULES.md, The same thing twice)
}

// MayWork says whether the person may change things: everybody but a viewer.
func (b Base) MayWork() bool { return models.Actor{Role: b.Role}.May(models.Work) }

// IsOwner says whether the person may change settings.
func (b Base) IsOwner() bool { return b.Role == models.Owner }

// IsSupport says whether the person helps many accounts.
func (b Base) IsSupport() bool { return b.Role == models.Support }

// FormID is the request id of one form of the page: pressing it twice has one effect.
func (b Base) FormID(form string) string { return b.RequestID + "." + form }

// Errors say what is wrong with a refused form, by the name of the field; "" is about the form as a whole.
type Errors = models.Invalid

// Option is one entry of a list to choose from.
type Option struct {
	Value string
	Label string
}

// channelIcon is the picture of a channel.
func channelIcon(c models.Channel) string {
	if c == models.SMS {
		return "message-square"
	}
	return "mail"
}

// secondsLeft is for how long the person stays signed in without doing anything; empty: not known.
func (b Base) secondsLeft() string {
	if b.SignedInTill.IsZero() {
		return ""
	}
	return strconv.Itoa(int(b.SignedInTill.Sub(b.Now).Seconds()))
}
