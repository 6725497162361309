package models

// Status says why a notification is undelivered: one of the nine, or empty.
type Status string

// The nine statuses.
const (
	HardBounce    Status = "hard_bounce"
	SoftBounce    Status = "soft_bounce"
	MailboxError  Status = "mailbox_error"
	InvalidStatus Status = "invalid"
	Spammed       Status = "spammed"
	Dropped       Status = "dropped"
	Blocked       Status = "blocked"
	Autoresponder Status = "autoresponder"
	NotDelivered  Status = "not_delivered"
)

// Family says what kind of action helps; its name is the colour that screens use.
type Family string

// The four families, named after their colour.
const (
	FixAddress  Family = "red"
	TryLater    Family = "amber"
	AskCustomer Family = "plum"
	LookIntoIt  Family = "slate"
)

// OptOutRule says what a failure of a status does to the address: intake does what the table says, unless its
// reason has nothing to do with the address or asks for patience (RULES.md, Effects on an address).
type OptOutRule string

// The four rules.
const (
	OptOutAtOnce   OptOutRule = "at_once"
	OptOutRepeated OptOutRule = "repeated"
	OptOutMirrors  OptOutRule = "mirrors"
	OptOutNever    OptOutRule = "never"
)

// StatusInfo is one row of the table of statuses.
type StatusInfo struct {
	Code     Status
	Family   Family
	Icon     string // name in icons.svg, email
	IconSMS  string // name in icons.svg, text message
	Severity int    // the higher wins at the same instant (RULES.md, Outcome of an attempt)
	OptOut   OptOutRule
}

// Statuses is the table of the nine, in the order of the chips.
// Labels and explanations are words of the catalogue: status.<code>, status.<code>.sms, status.<code>.help.
var Statuses = []StatusInfo{
	{HardBounce, FixAddress, "mail-x", "mail-x", 7, OptOutAtOnce},
	{InvalidStatus, FixAddress, "at-sign", "at-sign", 6, OptOutAtOnce},
	{MailboxError, TryLater, "mailbox", "smartphone", 1, OptOutRepeated},
	{SoftBounce, TryLater, "hourglass", "hourglass", 1, OptOutRepeated},
	{Autoresponder, TryLater, "reply", "reply", 0, OptOutNever},
	{NotDelivered, TryLater, "circle-question-mark", "circle-question-mark", 2, OptOutNever},
	{Dropped, AskCustomer, "ban", "ban", 5, OptOutMirrors},
	{Spammed, AskCustomer, "flag", "flag", 4, OptOutNever},
	{Blocked, LookIntoIt, "hand", "hand", 3, OptOutNever},
}

// Info is the status's row of the table; the zero row when it is none of the nine.
func (s Status) Info() StatusInfo {
	for _, row := range Statuses {
		if row.Code == s {
			return row
		}
	}
	return StatusInfo{}
}

// Valid says whether s is one of the nine.
func (s Status) Valid() bool { return s.Info().Code != "" }

// worse says whether s outranks other at the same instant: the higher severity, then the higher line of
// RULES.md, Outcome of an attempt (not_delivered, soft_bounce, mailbox_error stand in that order).
func (s Status) worse(other Status) bool {
	a, b := s.Info().Severity, other.Info().Severity
	if a != b {
		return a > b
	}
	return s == SoftBounce && other == MailboxError
}
