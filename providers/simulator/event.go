package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"undelivered/models"
)

// Event is what the simulator says about one message, in the shape of its webhook.
// A reason may be left out: the reader then asks the dictionary, as for any other provider.
type Event struct {
	Type         models.EventType `json:"type"`
	CreatedAt    time.Time        `json:"created_at"`
	MessageID    string           `json:"message_id,omitempty"`
	Attempt      string           `json:"attempt,omitempty"` // our attempt id, as it travelled with the message
	Channel      models.Channel   `json:"channel"`
	To           string           `json:"to"`
	Reason       string           `json:"reason,omitempty"`
	SMTPCode     int              `json:"smtp_code,omitempty"`
	EnhancedCode string           `json:"enhanced_code,omitempty"`
	ErrorCode    string           `json:"error_code,omitempty"` // of a text: Twilio's numbers
	Detail       string           `json:"detail,omitempty"`
	Suppressed   string           `json:"suppressed,omitempty"` // the kind of the entry now on the simulator's list
	// From and Text are set for a text that a customer sent (type "inbound").
	From string `json:"from,omitempty"`
	Text string `json:"text,omitempty"`
}

// inbound is the type of a text that a customer sent.
const inbound models.EventType = "inbound"

// Posting is one signed request to a webhook of ours.
type Posting struct {
	ID     string
	Header http.Header
	Body   []byte
}

// Sign makes the request that tells of one event: signed now, whenever the event happened. The demo fills its
// past with it. The id is the event's own: the same id is the same event.
func Sign(secret, id string, e Event, now time.Time) (Posting, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return Posting{}, fmt.Errorf("writing the event: %w", err)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Svix-Id", id)
	h.Set("Svix-Timestamp", strconv.FormatInt(now.Unix(), 10))
	h.Set("Svix-Signature", sign(secret, id, now, body))
	return Posting{ID: id, Header: h, Body: body}, nil
}

func eventID(messageID string, number int) string {
	return messageID + "_" + strconv.Itoa(number)
}
