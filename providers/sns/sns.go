// Package sns opens the envelope in which Amazon SNS brings the events of SES and of AWS text messages: it
// proves the signature, and deals with what concerns the subscription itself.
package sns

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"undelivered/providers/wire"
)

// Envelope is one message of SNS. Message is a text; that of SES and of text messages holds JSON.
type Envelope struct {
	Type             string
	MessageID        string `json:"MessageId"` // the same in retries
	TopicARN         string `json:"TopicArn"`
	Subject          *string
	Message          string
	Timestamp        string
	Token            string
	SubscribeURL     string
	SigningCertURL   string
	SignatureVersion string
	Signature        string
}

// tolerance is how old a message may be: SNS offers one for up to an hour.
const tolerance = time.Hour

// Open reads the envelope of a request and proves it: the topic is one of the settings' topic_arns, and the
// signature is Amazon's. The settings may pin the certificate (signing_cert_pem).
func Open(ctx context.Context, r wire.Request) (Envelope, error) {
	var e Envelope
	if err := wire.Decode(r.Body, &e); err != nil || e.Type == "" {
		return bare(r)
	}
	if !listed(r.Settings["topic_arns"], e.TopicARN) {
		return e, wire.ErrRefused
	}
	at, err := time.Parse(time.RFC3339, e.Timestamp)
	if age := r.Now().Sub(at); err != nil || age > tolerance || age < -tolerance {
		return e, wire.ErrRefused
	}
	return e, e.prove(ctx, r)
}

// bare is a message by raw delivery: without envelope and signature. It is taken only where the settings
// allow it, and then the secret address is its proof, and the topic must be one of ours.
func bare(r wire.Request) (Envelope, error) {
	e := Envelope{
		Type:      r.Header.Get("X-Amz-Sns-Message-Type"),
		MessageID: r.Header.Get("X-Amz-Sns-Message-Id"),
		TopicARN:  r.Header.Get("X-Amz-Sns-Topic-Arn"),
		Timestamp: r.Now().Format(time.RFC3339),
		Message:   string(r.Body),
	}
	if r.Settings["raw_delivery"] != "yes" || e.Type != "Notification" || e.MessageID == "" ||
		!listed(r.Settings["topic_arns"], e.TopicARN) {
		return Envelope{}, wire.ErrRefused
	}
	return e, nil
}

// Reopen reads a request that was proven when it came. Without an envelope the body is the message.
func Reopen(r wire.Request) Envelope {
	var e Envelope
	if wire.Decode(r.Body, &e) != nil || e.Type == "" || e.Message == "" {
		return Envelope{
			Type:      "Notification",
			MessageID: wire.Pick(r.Header.Get("X-Amz-Sns-Message-Id"), r.EventID),
			Message:   string(r.Body),
		}
	}
	return e
}

func listed(topics, topic string) bool {
	for _, known := range strings.FieldsFunc(topics,
		func(c rune) bool { return c == ',' || c == ' ' || c == '\n' }) {
		if known == topic {
			return true
		}
	}
	return false
}

// signed are the fields that each type of message signs, in their order.
var signed = map[string][]string{
	"Notification": {"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"},
	"SubscriptionConfirmation": {
		"Message",
		"MessageId",
		"SubscribeURL",
		"Timestamp",
		"Token",
		"TopicArn",
		"Type",
	},
	"UnsubscribeConfirmation": {
		"Message",
		"MessageId",
		"SubscribeURL",
		"Timestamp",
		"Token",
		"TopicArn",
		"Type",
	},
}

// text is what was signed: name and value, a line each.
func (e Envelope) text() (string, bool) {
	names, known := signed[e.Type]
	values := map[string]string{"Message": e.Message, "MessageId": e.MessageID, "Timestamp": e.Timestamp,
		"TopicArn": e.TopicARN, "Type": e.Type, "Token": e.Token, "SubscribeURL": e.SubscribeURL}
	if e.Subject != nil {
		values["Subject"] = *e.Subject
	}
	var b strings.Builder
	for _, name := range names {
		if value, present := values[name]; present {
			b.WriteString(name + "\n" + value + "\n")
		}
	}
	return b.String(), known
}

// Subscription answers the messages about the subscription itself; false for a notification.
func (e Envelope) Subscription(r wire.Request) (wire.Reading, bool) {
	switch e.Type {
	case "SubscriptionConfirmation":
		if r.Settings["auto_confirm"] == "no" {
			return wire.Reading{
				Alert: "Amazon SNS asks to confirm the subscription of topic " + e.TopicARN + ".",
			}, true
		}
		return wire.Reading{
			Confirm: func(ctx context.Context) error { return e.confirm(ctx, r.Client) },
		}, true
	case "UnsubscribeConfirmation":
		return wire.Reading{
			Alert: "Events have been switched off: topic " + e.TopicARN + " no longer tells us anything.",
		}, true
	}
	return wire.Reading{}, false
}

// host are the hosts of SNS: the only ones that are ever asked.
var host = regexp.MustCompile(`^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$`)

// ours says whether an address is of SNS, over TLS, with nothing in it that leads elsewhere.
func ours(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || !host.MatchString(u.Host) {
		return nil, false
	}
	return u, true
}

// confirm visits the address that switches the events on.
func (e Envelope) confirm(ctx context.Context, c *wire.Client) error {
	if _, ok := ours(e.SubscribeURL); !ok {
		return fmt.Errorf("confirming the subscription: the address is not Amazon's")
	}
	if err := c.Do(ctx, wire.Call{Method: http.MethodGet, URL: e.SubscribeURL}).Decode(nil); err != nil {
		return fmt.Errorf("confirming the subscription: %w", err)
	}
	return nil
}
