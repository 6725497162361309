package models

// Channel is the way a notification travels.
type Channel string

// The two channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

// Valid says whether c is one of the two channels.
func (c Channel) Valid() bool { return c == Email || c == SMS }

// Other is the channel that the customer may take instead.
func (c Channel) Other() Channel {
	if c == Email {
		return SMS
	}
	return Email
}
