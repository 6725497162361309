package resend

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// tolerance is how far a signature's time may be from ours, either way. A retry is signed anew.
const tolerance = 5 * time.Minute

func header(h http.Header, name string) string { return wire.Header(h, "Svix-"+name, "Webhook-"+name) }

// reread reads the one event of a post.
func reread(r wire.Request) (wire.Reading, error) {
	id := wire.Pick(header(r.Header, "Id"), r.EventID)
	return wire.ReadEach(r, models.Email,
		func(raw json.RawMessage) ([]models.Event, error) { return event(raw, id) })
}

// proven checks the Svix signature: any of several may be right, and versions that we do not know are passed
// over.
func proven(r wire.Request) bool {
	secret := strings.TrimPrefix(strings.TrimSpace(r.Settings["signing_secret"]), "whsec_")
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(key) == 0 {
		return false
	}
	id, stamp := header(r.Header, "Id"), header(r.Header, "Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" {
		return false
	}
	if age := r.Now().Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(r.Body)
	want := mac.Sum(nil)
	for _, one := range strings.Fields(header(r.Header, "Signature")) {
		version, coded, _ := strings.Cut(one, ",")
		got, err := base64.StdEncoding.DecodeString(coded)
		if version == "v1" && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

// tags come as an object, and in older posts as a list of names and values.
type tags map[string]string

// UnmarshalJSON reads either; anything else is no tags.
func (t *tags) UnmarshalJSON(raw []byte) error {
	var object wire.Fields
	var list []tag
	*t = tags{}
	if wire.Decode(raw, &list) == nil {
		for _, one := range list {
			(*t)[one.Name] = one.Value
		}
		return nil
	}
	if err := wire.Decode(raw, &object); err != nil {
		return err
	}
	for name, value := range object {
		(*t)[name] = string(value)
	}
	return nil
}

// verdict is why a mail did not arrive.
type verdict struct {
	Message, Type, Reason wire.Text
	SubType               wire.Text `json:"subType"`
}

// post is one event.
type post struct {
	Type    wire.Text
	Created wire.Text `json:"created_at"`
	Data    struct {
		ID, Email, Origin          wire.Text
		EmailID                    wire.Text `json:"email_id"`
		MessageID                  wire.Text `json:"message_id"`
		To                         wire.List
		Tags                       tags
		Bounce, Failed, Suppressed verdict
	}
}

func event(raw json.RawMessage, id string) ([]models.Event, error) {
	var p post
	if err := wire.Decode(raw, &p); err != nil {
		return nil, err
	}
	if p.Type == "" {
		return nil, errors.New("the event has no type")
	}
	e := models.Event{
		Channel: models.Email, Type: models.Unrecognised, ProviderEventID: id, DedupeKey: id,
		ProviderCode:      string(p.Type),
		ProviderMessageID: string(p.Data.EmailID), MessageID: wire.MessageID(string(p.Data.MessageID)),
		AttemptRef: p.Data.Tags[wire.AttemptKey], OccurredAt: wire.Time(p.Created), Raw: wire.Own(raw),
		Recipient: wire.Address(string(p.Data.Email)),
	}
	if len(p.Data.To) == 1 { // of several it is not said which one is meant
		e.Recipient = wire.Address(string(p.Data.To[0]))
	}
	if meaning, known := meanings[string(p.Type)]; known {
		e = meaning(e, p)
	}
	return []models.Event{e}, nil
}

// notVerified says whether the words of a refusal are about a domain that is not verified.
func notVerified(words string) bool {
	words = strings.ToLower(words)
	return strings.Contains(words, "domain") && strings.Contains(words, "not verified")
}
