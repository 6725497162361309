package models

import "slices"

// Role is what a person may do in an account.
type Role string

// The roles of an account, and support's across accounts.
const (
	Owner   Role = "owner"
	Manager Role = "manager"
	Viewer  Role = "viewer"
	Support Role = "support"
)

// ActorKind says what kind of actor it is, for the audit.
type ActorKind string

// The kinds of actor.
const (
	Person    ActorKind = "person"
	OnBehalf  ActorKind = "support" // a support person, inside an account that granted access
	APIKey    ActorKind = "key"
	WidgetKey ActorKind = "widget"  // sees the number of its account
	Product   ActorKind = "product" // the program itself: events, jobs
	Command   ActorKind = "command" // whoever runs the installation, at the command line
)

// Actor is who acts, and in which account. Every method of the store that belongs to an account takes one.
type Actor struct {
	Kind      ActorKind
	ID        string
	Name      string
	AccountID string
	Role      Role
	Network   string // network address of the request, for the audit
	RequestID string
	Device    string  // what the computer keeps to be known again, at sign-in
	Rights    []Right // of a key, as far as it is bounded; the others' follow from kind and role
}

// Itself is the program acting in an account.
func Itself(accountID string) Actor {
	return Actor{Kind: Product, Name: "Undelivered", AccountID: accountID, Role: Owner}
}

// AtCommandLine is whoever runs the installation.
func AtCommandLine(accountID string) Actor {
	return Actor{Kind: Command, Name: "Command line", AccountID: accountID, Role: Owner}
}

// Right is something that not everybody may do (RULES.md, Who may do what).
type Right string

// The rights.
const (
	See       Right = "see"       // report, details, number
	Work      Right = "work"      // edit, resend, clear, opt in and out, export
	Configure Right = "configure" // connections, people, keys, support's access
	Register  Right = "register"  // register notifications, send events
	Decide    Right = "decide"    // approve or decline a clear request
)

var rights = map[Right][]Role{
	See:       {Viewer, Manager, Owner, Support},
	Work:      {Manager, Owner, Support},
	Configure: {Owner},
	Decide:    {Manager, Owner, Support},
}

// May says whether the actor has a right in its account.
func (a Actor) May(r Right) bool {
	switch a.Kind {
	case Product, Command:
		return true
	case APIKey:
		return r != Configure && r != Decide && (a.Rights == nil || slices.Contains(a.Rights, r))
	}
	return slices.Contains(rights[r], a.Role)
}

// Need is the guard at the top of every method that belongs to an account.
func (a Actor) Need(r Right) error {
	if a.AccountID == "" || !a.May(r) {
		return ErrForbidden
	}
	return nil
}

// Person is the visitor once it is known who they are.
func (a Actor) Person(u User) Actor {
	a.Kind, a.ID, a.Name = Person, u.ID, u.Name
	return a
}

func (a Actor) MayAdd(r Role) error {
	if r == Support {
		if a.Kind != Command {
			return ErrForbidden
		}
		return nil
	}
	return a.Need(Configure)
}

func (r Role) OfAccount() bool { return r == Owner || r == Manager || r == Viewer }

// In is the same actor, in another account.
func (a Actor) In(accountID string) Actor {
	a.AccountID = accountID
	return a
}
