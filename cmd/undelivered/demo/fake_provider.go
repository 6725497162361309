package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"undelivered/models"
	"undelivered/providers/simulator"
)

// post is one request of a provider to our webhook.
type post struct {
	header http.Header
	body   []byte
}

// fakeProvider plays a provider that reports to one connection: it knows its secrets and signs as the
// provider does.
type fakeProvider struct {
	provider string
	now      func() time.Time
	settings map[string]string
	hook     string
	key      *ecdsa.PrivateKey
	amazon   *rsa.PrivateKey
}

// newFakeProvider makes the secrets of a provider, as its console would. The simulator, which sends, also
// gets the sender.
func newFakeProvider(provider, sender string, now func() time.Time) (*fakeProvider, error) {
	p := &fakeProvider{provider: provider, now: now, settings: map[string]string{}}
	switch provider {
	case "sendgrid":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("a key for SendGrid: %w", err)
		}
		der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("a key for SendGrid: %w", err)
		}
		p.key, p.settings["public_key"] = key, base64.StdEncoding.EncodeToString(der)
	case "postmark":
		p.settings["webhook_user"], p.settings["webhook_password"] = "postmark", rand.Text()
	case "mailgun":
		p.settings["signing_key"] = rand.Text()
	case "ses":
		return p, p.newSNSKey()
	case "twilio":
		p.settings["auth_token"] = rand.Text()
	case "simulator":
		p.settings["signing_secret"], p.settings["from"] = rand.Text(), sender
	}
	return p, nil
}

// posts are the requests that tell what came of the messages.
func (p *fakeProvider) posts(messages []sentMessage) ([]post, error) {
	switch p.provider {
	case "simulator":
		return p.simulated(messages)
	case "ses":
		return p.notices(messages)
	case "twilio":
		return p.callbacks(messages), nil
	}
	var events []fields
	for _, m := range messages {
		events = append(events, p.events(m)...)
	}
	var all []post
	size := map[string]int{"sendgrid": 500, "postmark": 500, "mailgun": 1}[p.provider]
	for part := range slices.Chunk(events, size) {
		one, err := p.pack(part)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// events gives the events of one message in the provider's words.
func (p *fakeProvider) events(m sentMessage) []fields {
	at := m.at.Add(40 * time.Second)
	words := fields{"RecordType": "Delivery", "event": "delivered"}
	if m.mishap != nil {
		words = map[string]fields{"sendgrid": m.mishap.sendgrid, "postmark": m.mishap.postmark,
			"mailgun": m.mishap.mailgun}[p.provider]
		at = at.Add(3 * time.Minute)
	}
	events := []fields{p.addMessageFields(maps.Clone(words), m, at)}
	if m.deferred && p.provider == "sendgrid" {
		late := fields{
			"event":    "deferred",
			"response": "451 4.7.1 Greylisted, please try again later",
			"attempt":  "1",
		}
		events = append([]fields{p.addMessageFields(late, m, m.at.Add(20*time.Second))}, events...)
	}
	return events
}

// addMessageFields adds which message the event is about, and when it happened.
func (p *fakeProvider) addMessageFields(e fields, m sentMessage, at time.Time) fields {
	to, id := m.registration.To, m.registration.ProviderMessageID
	switch p.provider {
	case "sendgrid":
		e["email"], e["timestamp"], e["sg_message_id"] = to, at.Unix(), id+".recvd-demo"
		e["sg_event_id"] = fmt.Sprint(id, "-", e["event"])
	case "postmark":
		e["Email"], e["Recipient"], e["MessageID"] = to, to, id
		e["BouncedAt"], e["DeliveredAt"] = at.Format(time.RFC3339), at.Format(time.RFC3339)
	case "mailgun":
		e["id"], e["recipient"], e["timestamp"] = id, to, float64(at.Unix())
		e["message"] = fields{"headers": fields{"to": to, "message-id": id}}
	}
	return e
}

// pack puts events into one signed request.
func (p *fakeProvider) pack(events []fields) (post, error) {
	var content any = events
	if p.provider == "mailgun" {
		stamp, token := strconv.FormatInt(p.now().Unix(), 10), rand.Text()
		mac := hmac.New(sha256.New, []byte(p.settings["signing_key"]))
		mac.Write([]byte(stamp + token))
		content = fields{
			"signature": fields{
				"timestamp": stamp,
				"token":     token,
				"signature": hex.EncodeToString(mac.Sum(nil)),
			},
			"event-data": events[0],
		}
	}
	body, err := json.Marshal(content)
	if err != nil {
		return post{}, fmt.Errorf("writing events: %w", err)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	switch p.provider {
	case "sendgrid":
		stamp := strconv.FormatInt(p.now().Unix(), 10)
		sum := sha256.Sum256(append([]byte(stamp), body...))
		signature, err := ecdsa.SignASN1(rand.Reader, p.key, sum[:])
		if err != nil {
			return post{}, fmt.Errorf("signing events: %w", err)
		}
		header.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp)
		header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
	case "postmark":
		login := p.settings["webhook_user"] + ":" + p.settings["webhook_password"]
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(login)))
	}
	return post{header, body}, nil
}

// simulated are the simulator's requests, one an event.
func (p *fakeProvider) simulated(messages []sentMessage) ([]post, error) {
	var all []post
	for _, m := range messages {
		e := simulator.Event{Type: models.Delivered}
		if m.mishap != nil {
			e = m.mishap.event
		}
		e.MessageID, e.Channel, e.To, e.CreatedAt = m.registration.ProviderMessageID, m.registration.Channel,
			m.registration.To, m.at.Add(
				time.Minute,
			)
		signed, err := simulator.Sign(p.settings["signing_secret"], e.MessageID+"_1", e, p.now())
		if err != nil {
			return nil, err
		}
		all = append(all, post{signed.Header, signed.Body})
		if e.Suppressed != "" {
			simulator.InProcess.ListEntry(p.settings["signing_secret"],
				simulator.Entry{Email: e.To, Kind: e.Suppressed, CreatedAt: e.CreatedAt})
		}
	}
	return all, nil
}
