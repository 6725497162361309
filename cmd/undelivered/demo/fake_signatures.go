package demo

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// topic is the topic by which Amazon's events come.
const topic = "arn:aws:sns:eu-west-1:111122223333:mail-events"

// newSNSKey makes the key with which the messages of a topic are signed, and its certificate.
func (p *fakeProvider) newSNSKey() error {
	var err error
	if p.amazon, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return fmt.Errorf("a key for Amazon: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    p.now().Add(-time.Hour),
		NotAfter:     p.now().AddDate(1, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &p.amazon.PublicKey, p.amazon)
	if err != nil {
		return fmt.Errorf("a certificate for Amazon: %w", err)
	}
	p.settings["topic_arns"] = topic
	p.settings["signing_cert_pem"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return nil
}

// notices are Amazon's requests, one an event: what SES tells, in the signed envelope of SNS.
func (p *fakeProvider) notices(messages []sentMessage) ([]post, error) {
	var all []post
	for _, m := range messages {
		notice, err := json.Marshal(notice(m))
		if err != nil {
			return nil, fmt.Errorf("writing an event: %w", err)
		}
		body, err := p.envelope(string(notice))
		if err != nil {
			return nil, err
		}
		all = append(all, post{http.Header{"Content-Type": {"text/plain; charset=UTF-8"}}, body})
	}
	return all, nil
}

// notice is what SES tells about one message.
func notice(m sentMessage) fields {
	to, at := m.registration.To, m.at.Add(50*time.Second).Format(time.RFC3339)
	event := fields{
		"eventType": "Delivery",
		"delivery":  fields{"timestamp": at, "recipients": []string{to}, "smtpResponse": "250 2.0.0 OK"},
	}
	if m.mishap != nil {
		event = maps.Clone(m.mishap.ses)
	}
	event["mail"] = fields{
		"messageId":   m.registration.ProviderMessageID,
		"timestamp":   m.at.Format(time.RFC3339),
		"destination": []string{to},
	}
	for name, list := range map[string]string{"bounce": "bouncedRecipients",
		"complaint": "complainedRecipients"} {
		part, told := event[name].(fields)
		if !told {
			continue
		}
		part = maps.Clone(part)
		part["timestamp"], part["feedbackId"] = at, m.registration.ProviderMessageID+"-feedback"
		part[list] = []fields{{"emailAddress": to, "diagnosticCode": part["diagnosticCode"]}}
		event[name] = part
	}
	return event
}

// envelope signs a message as SNS does (version 2).
func (p *fakeProvider) envelope(message string) ([]byte, error) {
	all := map[string]string{
		"Type":      "Notification",
		"MessageId": rand.Text(),
		"TopicArn":  topic,
		"Message":   message,
		"Timestamp": p.now().UTC().Format("2006-01-02T15:04:05.000Z"),
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		text += name + "\n" + all[name] + "\n"
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.amazon, crypto.SHA256, sum[:])
	if err != nil {
		return nil, fmt.Errorf("signing an event: %w", err)
	}
	all["SignatureVersion"], all["Signature"] = "2", base64.StdEncoding.EncodeToString(signature)
	all["SigningCertURL"] = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a.pem"
	body, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("writing an event: %w", err)
	}
	return body, nil
}

// callbacks are Twilio's requests about texts, one a status.
func (p *fakeProvider) callbacks(messages []sentMessage) []post {
	var all []post
	for _, m := range messages {
		form := url.Values{
			"MessageSid":    {m.registration.ProviderMessageID},
			"MessageStatus": {"delivered"},
			"To":            {m.registration.To},
			"ApiVersion":    {"2010-04-01"},
		}
		if m.mishap != nil {
			form.Set("MessageStatus", "undelivered")
			form.Set("ErrorCode", m.mishap.event.ErrorCode)
		}
		text := strings.Builder{}
		text.WriteString(p.hook)
		for _, name := range slices.Sorted(maps.Keys(form)) {
			text.WriteString(name + form.Get(name))
		}
		mac := hmac.New(sha1.New, []byte(p.settings["auth_token"]))
		mac.Write([]byte(text.String()))
		header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		all = append(all, post{header, []byte(form.Encode())})
	}
	return all
}
