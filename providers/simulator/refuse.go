package simulator

import (
	"encoding/json"
	"net/http"

	"undelivered/models"
)

// answer is what the simulator says at hand-over, as an HTTP answer.
type answer struct {
	status     int
	retryAfter string
	body       any
	hangUp     bool // the message is taken, and the line cut before the answer
}

// refusal is the body of a refusal. The code is Postmark's for an email and Twilio's for a text.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// emailRefusals: what is not taken at all, by the part before @.
var emailRefusals = map[string]answer{
	"refuse406": {
		status: http.StatusUnprocessableEntity,
		body: refusal{
			406,
			"You tried to send to a recipient that has been marked as inactive: hard bounce",
		},
	},
	"error500": {status: http.StatusInternalServerError, body: refusal{500, "Internal error"}},
	"ratelimit": {
		status:     http.StatusTooManyRequests,
		retryAfter: "2",
		body:       refusal{429, "Too many requests"},
	},
}

// textRefusals: what is not taken, by Twilio's test numbers.
var textRefusals = map[string]refusal{
	"+15005550001": {21211, "The 'To' number is not a valid phone number"},
	"+15005550002": {21612, "Message cannot be sent with the current combination of 'To' and 'From'"},
	"+15005550003": {
		21408,
		"Permission to send an SMS has not been enabled for the region of the 'To' number",
	},
	"+15005550004": {21610, "Attempt to send to unsubscribed recipient"},
	"+15005550009": {21614, "'To' number is not a valid mobile number"},
}

// senderRefusals: the same for the number that sends.
var senderRefusals = map[string]refusal{
	"+15005550001": {21212, "The 'From' number is not a valid phone number"},
	"+15005550007": {21606, "The 'From' phone number is not able to send texts"},
	"+15005550008": {21611, "The queue of the 'From' number is full"},
}

// refused says whether the message is refused at once, and how.
func refused(m Message) (answer, bool) {
	if m.Channel != models.SMS {
		a, no := emailRefusals[localPart(m.To)]
		return a, no
	}
	for _, r := range []struct {
		table  map[string]refusal
		number string
	}{{senderRefusals, m.From}, {textRefusals, m.To}} {
		if body, no := r.table[r.number]; no {
			return answer{status: http.StatusBadRequest, body: body}, true
		}
	}
	return answer{}, false
}

func (a answer) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	if a.retryAfter != "" {
		w.Header().Set("Retry-After", a.retryAfter)
	}
	w.WriteHeader(a.status)
	// The line may be gone; there is nobody left to tell.
	_ = json.NewEncoder(w).Encode(a.body)
}
