package providers

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// sending are settings of every name that sending and clearing ask for.
var sending = wire.Settings{"api_key": "key", "api_secret": "secret",
	"server_token": "token", "domain": "mg.example.org",
	"region": "eu-west-1", "access_key_id": "AKIDEXAMPLE",
	"secret_access_key": "secret",
	"from":              "Harbour Street Clinic <reminders@harbourstreet.example>",
	"account_sid":       "AC1", "auth_token": "t0ken", "auth_id": "A1",
	"access_key": "key", "origination_identity": "+12065550110"}

// letter is one mail for one customer.
var letter = wire.Message{AttemptID: "ntf_000004", Channel: models.Email,
	To: "mira.okafor@example.net", ToName: "Mira Okafor",
	ReplyTo: "desk@harbourstreet.example", Subject: "Your appointment on Tuesday",
	Text: "See you on Tuesday at 10:00.", Repeatable: "ntf_000004"}

var text = wire.Message{AttemptID: "ntf_000004", Channel: models.SMS, To: "+12025550103",
	From: "+12065550110", Text: "See you on Tuesday at 10:00."}

// answer is one example of what a provider answers, and what we make of it.
type answer struct {
	status int
	header [2]string
	act    string // send, find or delete
	want   string // outcome and id or reason; kind of the entry; result of the clearing
}

// answers are the examples that no webhook brings.
var answers = map[string]answer{
	"sendgrid/api-error-400.json":   {status: 400, act: "send", want: "refused address-malformed"},
	"sendgrid/api-bounces-get.json": {status: 200, act: "find", want: "bounce"},
	"postmark/api-send-ok.json": {status: 200, act: "send",
		want: "taken 5a1c2b3d-0000-4000-8000-000000000102"},
	"postmark/api-send-406.json":                   {status: 422, act: "send", want: "refused dropped-bounce"},
	"postmark/api-send-300.json":                   {status: 422, act: "send", want: "refused address-malformed"},
	"postmark/api-suppressions-dump.json":          {status: 200, act: "find", want: "complaint by hand"},
	"postmark/api-suppressions-delete.json":        {status: 200, act: "delete", want: "cleared"},
	"postmark/api-suppressions-delete-failed.json": {status: 200, act: "delete", want: "refused"},
	"mailgun/api-send-ok.json": {status: 200, act: "send",
		want: "taken 20261014000003.1.ABCDEF@mg.harbourstreet.example"},
	"mailgun/api-send-400.json":       {status: 400, act: "send", want: "refused address-malformed"},
	"mailgun/api-bounce-get.json":     {status: 200, act: "find", want: "bounce"},
	"mailgun/api-bounce-deleted.json": {status: 200, act: "delete", want: "cleared"},
	"ses/api-send-ok.json": {status: 200, act: "send",
		want: "taken 0102018f00000001-5a5a5a5a-0000-4000-8000-000000000000-000000"},
	"ses/api-message-rejected.json": {status: 400, header: [2]string{"X-Amzn-Errortype", "MessageRejected"},
		act: "send", want: "refused sender-not-verified"},
	"ses/api-suppressed-destination.json": {status: 200, act: "find", want: "bounce"},
	"resend/api-send-ok.json": {status: 200, act: "send",
		want: "taken e1a2b3c4-0000-4000-8000-000000000004"},
	"resend/api-send-422.json": {status: 422, act: "send", want: "refused address-malformed"},
	"resend/api-send-429.json": {status: 429, header: [2]string{"Retry-After", "2"}, act: "send",
		want: "later provider-unreachable"},
	"brevo/api-send-ok.json": {status: 201, act: "send",
		want: "taken 20261014000006.5551234@smtp-relay.example"},
	"brevo/api-send-400.json":            {status: 400, act: "send", want: "refused address-malformed"},
	"brevo/api-blocked-contacts.json":    {status: 200, act: "find", want: "bounce"},
	"mailjet/api-send-ok.json":           {status: 200, act: "send", want: "taken 1152921504606847002"},
	"mailjet/api-send-error.json":        {status: 400, act: "send", want: "refused address-malformed"},
	"sparkpost/api-send-ok.json":         {status: 200, act: "send", want: "taken 770000000000000003"},
	"sparkpost/api-send-suppressed.json": {status: 400, act: "send", want: "refused dropped-bounce"},
	"sparkpost/api-suppression-get.json": {status: 200, act: "find", want: "bounce"},
	"twilio/api-error-21610.json":        {status: 400, act: "send", want: "refused sms-opted-out"},
	"twilio/api-error-21211.json":        {status: 400, act: "send", want: "refused sms-invalid-number"},
	"twilio/api-error-21614.json":        {status: 400, act: "send", want: "refused sms-landline"},
	"twilio/api-error-21408.json":        {status: 400, act: "send", want: "refused sms-no-permission-region"},
	"twilio/api-error-21612.json":        {status: 400, act: "send", want: "refused sms-unroutable"},
	"twilio/api-send-ok.json": {status: 201, act: "send",
		want: "taken SMc89549ebd6d0e8e38f87778e0343f889"},
	"vonage/api-send-ok.json":    {status: 200, act: "send", want: "taken 0A00000000000001"},
	"vonage/api-send-error.json": {status: 200, act: "send", want: "refused sms-invalid-number"},
}

// Every example of an answer is understood: at sending, at looking up and at clearing.
func TestAnswers(t *testing.T) {
	n := 0
	for _, x := range examples(t) {
		if x.Direction != "api-answer" {
			continue
		}
		n++
		want, known := answers[x.File]
		if !known {
			t.Errorf("%s is not examined", x.File)
			continue
		}
		t.Run(x.File, func(t *testing.T) {
			if got := want.play(t, x); got != want.want {
				t.Errorf("%s, want %s", got, want.want)
			}
		})
	}
	if n != len(answers) {
		t.Errorf("%d examples of answers, %d are examined", n, len(answers))
	}
}

// play lets a provider give the example's answer, once; every later question is answered with nothing there.
func (a answer) play(t *testing.T, x example) string {
	first := true
	far := wiretest.Play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if a.header[0] != "" {
			w.Header().Set(a.header[0], a.header[1])
		}
		if !first {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		first = false
		w.WriteHeader(a.status)
		_, _ = w.Write(x.body(t)) // a client that has gone is the test's own doing
	})
	p, _ := ByCode(x.Provider)
	switch a.act {
	case "find":
		entries, err := p.Suppressions.Find(context.Background(), far.Client, sending, letter.To)
		if err != nil || len(entries) != 1 || entries[0].Address != letter.To {
			t.Fatalf("%+v, %v", entries, err)
		}
		if entries[0].ByHand {
			return entries[0].Kind + " by hand"
		}
		return entries[0].Kind
	case "delete":
		return string(
			p.Suppressions.Delete(context.Background(), far.Client, sending, letter.To, "bounce").Result,
		)
	}
	m := letter
	if p.Channels[0] == models.SMS {
		m = text
	}
	r := p.Send(context.Background(), far.Client, sending, m)
	if r.Outcome == wire.Taken {
		return string(r.Outcome) + " " + r.ProviderMessageID
	}
	if r.Diagnostic == "" {
		t.Error("the provider's words are lost")
	}
	return string(r.Outcome) + " " + r.Reason
}

// The example of a request is what we send, but for what is only there to look nice.
func TestRequestExample(t *testing.T) {
	for _, x := range examples(t) {
		if x.Direction != "api-request" {
			continue
		}
		p, _ := ByCode(x.Provider)
		far := wiretest.Says(t, http.StatusAccepted, "")
		p.Send(context.Background(), far.Client, sending, letter)
		var got, want map[string]any
		if err := json.Unmarshal([]byte(far.Seen()[0].Body), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(x.body(t), &want); err != nil {
			t.Fatal(err)
		}
		delete(want, "categories")
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\nwant %v", x.File, got, want)
		}
	}
}

// The one example that is a line of a log names a cause that the dictionary knows.
func TestLogExample(t *testing.T) {
	for _, x := range examples(t) {
		if x.Direction != "log" {
			continue
		}
		var line struct {
			Delivery struct{ ProviderResponse string }
		}
		if err := json.Unmarshal(x.body(t), &line); err != nil {
			t.Fatal(err)
		}
		r := models.MatchReason(models.Evidence{Channel: models.SMS, Provider: "sns",
			Codes: []string{line.Delivery.ProviderResponse}})
		if r.ByDefault || r.ID != "sms-unknown-error" {
			t.Errorf("%s: %+v", x.File, r)
		}
	}
}

// successes are what the mail providers answer when they take a message.
var successes = map[string]wiretest.Success{
	"postmark": {Status: 200, Body: `{"MessageID":"m1","ErrorCode":0,"Message":"OK"}`, ID: "m1"},
	"mailgun": {Status: 200, Body: `{"id":"<m1@example>","message":"Queued. Thank you."}`,
		ID: "m1@example"},
	"ses":    {Status: 200, Body: `{"MessageId":"m1"}`, ID: "m1"},
	"resend": {Status: 200, Body: `{"id":"m1"}`, ID: "m1"},
	"brevo":  {Status: 201, Body: `{"messageId":"<m1@example>"}`, ID: "m1@example"},
	"mailjet": {Status: 200,
		Body: `{"Messages":[{"Status":"success","To":[{"MessageID":1152921504606847002}]}]}`,
		ID:   "1152921504606847002"},
	"sparkpost": {Status: 200,
		Body: `{"results":{"total_rejected_recipients":0,"total_accepted_recipients":1,"id":"7"}}`,
		ID:   "7"},
}

// Every kind of answer to a hand-over has its class (RULES.md, Results of a hand-over), and whatever happens
// one request is made.
func TestHandOver(t *testing.T) {
	for code, taken := range successes {
		t.Run(code, func(t *testing.T) {
			p, _ := ByCode(code)
			wiretest.HandOver(t, p, sending, letter, taken)
		})
	}
}

// SendGrid names the message in a header; without one the outcome is open.
func TestHandOverSendGrid(t *testing.T) {
	p, _ := ByCode("sendgrid")
	for id, want := range map[string]wire.Outcome{"m1": wire.Taken, "": wire.Open} {
		far := wiretest.Play(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Message-Id", id)
			w.WriteHeader(http.StatusAccepted)
		})
		if r := p.Send(context.Background(), far.Client, sending, letter); r.Outcome != want ||
			r.ProviderMessageID != id {
			t.Errorf("%q: %+v", id, r)
		}
	}
	for status, want := range map[int]wire.Outcome{400: wire.Refused, 401: wire.Refused, 409: wire.Open,
		429: wire.Later, 500: wire.Open} {
		if r := p.Send(context.Background(), wiretest.Says(t, status, `{"errors":[{"message":"no"}]}`).Client,
			sending, letter); r.Outcome != want {
			t.Errorf("%d: %+v", status, r)
		}
	}
}

// A key against repetition goes only to the two providers that honour it.
func TestRepetitionKey(t *testing.T) {
	for _, p := range All() {
		if p.Send == nil || p.Channels[0] != models.Email || p.Code == "smtp" || p.Code == "simulator" {
			continue
		}
		far := wiretest.Play(t,
			func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") })
		m := letter
		m.AttemptID, m.Repeatable = "att_1", "the-key"
		p.Send(context.Background(), far.Client, sending, m)
		seen := far.Seen()[0]
		var body struct{ Headers any }
		_ = json.Unmarshal([]byte(seen.Body), &body) // a form has none
		headers, _ := json.Marshal(body.Headers)
		sent := seen.Header.Get("Idempotency-Key") == "the-key" ||
			string(headers) == `{"X-Mailin-custom":"notification_id:att_1","idempotencyKey":"the-key"}`
		if sent != (p.Repeats > 0) {
			t.Errorf("%s: key sent %v, repeats recognised for %s", p.Code, sent, p.Repeats)
		}
	}
}
