package smtp

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"undelivered/providers/wire"
)

// message is one mail ready for the dialogue.
type message struct {
	envelope  string // where bounces go
	from, to  string
	attemptID string
	messageID string
	body      []byte
}

// compose writes the message with its marks: the attempt in Message-ID and X-Notification-Id, so that a
// bounce leads back, and Auto-Submitted, so that no vacation program answers.
func compose(s wire.Settings, m wire.Message) (message, error) {
	from, err := mail.ParseAddress(wire.Pick(m.From, s["from"]))
	if err != nil {
		return message{}, fmt.Errorf("the from address: %w", err)
	}
	out := message{
		from:      from.Address,
		to:        wire.Mailbox(wire.Address(m.To)),
		envelope:  wire.Pick(m.ReturnPath, from.Address),
		attemptID: m.AttemptID,
		messageID: m.AttemptID + "@" + domainOf(from.Address),
	}
	msg := gomail.NewMsg()
	if err := addressed(msg, from, m); err != nil {
		return message{}, err
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(out.messageID)
	msg.SetGenHeader("X-Notification-Id", m.AttemptID)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	for name, value := range m.Headers {
		if strings.ContainsAny(name+value, "\r\n") {
			return message{}, fmt.Errorf("the header %q holds a line break", name)
		}
		msg.SetGenHeaderPreformatted(gomail.Header(name), value)
	}
	switch {
	case m.HTML == "":
		msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	case m.Text == "":
		msg.SetBodyString(gomail.TypeTextHTML, m.HTML)
	default:
		msg.SetBodyString(gomail.TypeTextPlain, m.Text)
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return message{}, fmt.Errorf("writing the message: %w", err)
	}
	out.body = b.Bytes()
	return out, nil
}

func addressed(msg *gomail.Msg, from *mail.Address, m wire.Message) error {
	if err := msg.FromFormat(from.Name, from.Address); err != nil {
		return fmt.Errorf("the from address: %w", err)
	}
	if err := msg.AddToFormat(m.ToName, wire.Mailbox(wire.Address(m.To))); err != nil {
		return fmt.Errorf("the customer's address: %w", err)
	}
	if m.ReplyTo == "" {
		return nil
	}
	if err := msg.ReplyTo(m.ReplyTo); err != nil {
		return fmt.Errorf("the reply address: %w", err)
	}
	return nil
}
