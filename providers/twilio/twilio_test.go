package twilio

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

var (
	settings = wire.Settings{"account_sid": "AC1", "auth_token": "t0ken", "from": "+12065550110"}
	message  = wire.Message{AttemptID: "att_1", Channel: models.SMS, To: "+12025550103",
		Text: "See you on Tuesday.", CallbackURL: "https://app.example/hooks/twilio/k3v9",
		SentAround: time.Date(2026, 10, 14, 9, 26, 50, 0, time.UTC)}
)

// Every kind of answer to a hand-over has its class, and one request is made.
func TestHandOver(t *testing.T) {
	wiretest.HandOver(t, Provider, settings, message, wiretest.Success{Status: http.StatusCreated,
		Body: `{"sid":"SM1","status":"queued","code":null}`, ID: "SM1"})
}

// A text goes out with its number, words, and a callback that names the attempt and asks for retries.
func TestRequest(t *testing.T) {
	far := wiretest.Says(t, http.StatusCreated, `{"sid":"SM1"}`)
	Provider.Send(context.Background(), far.Client, settings, message)
	got := far.Seen()[0]
	if got.Method != http.MethodPost || got.URL.Path != "/2010-04-01/Accounts/AC1/Messages.json" {
		t.Errorf("%s %s", got.Method, got.URL)
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("AC1:t0ken")); got.Header.Get(
		"Authorization",
	) != want {
		t.Errorf("login %q", got.Header.Get("Authorization"))
	}
	form := got.Form(t)
	for name, want := range map[string]string{"To": "+12025550103", "From": "+12065550110",
		"Body":           "See you on Tuesday.",
		"StatusCallback": "https://app.example/hooks/twilio/k3v9?n=att_1#rc=5&rp=all"} {
		if form.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, form.Get(name), want)
		}
	}
}

// A messaging service and an API key are used where the settings name them.
func TestServiceAndKey(t *testing.T) {
	far := wiretest.Says(t, http.StatusCreated, `{"sid":"SM1"}`)
	s := wire.Settings{"account_sid": "AC1", "api_key_sid": "SK1",
		"api_key_secret": "s", "messaging_service_sid": "MG1", "from": "+1"}
	Provider.Send(context.Background(), far.Client, s, message)
	got := far.Seen()[0]
	if form := got.Form(t); form.Get("MessagingServiceSid") != "MG1" || form.Has("From") {
		t.Errorf("%v", form)
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("SK1:s")); got.Header.Get(
		"Authorization",
	) != want {
		t.Errorf("login %q", got.Header.Get("Authorization"))
	}
}

// A refusal at sending gives the dictionary's reason for Twilio's code.
func TestRefusalCodes(t *testing.T) {
	for code, reason := range map[string]string{"21211": "sms-invalid-number", "21612": "sms-unroutable",
		"21408": "sms-no-permission-region", "21610": "sms-opted-out", "21614": "sms-landline",
		"21999": "sms-bad-parameter"} {
		far := wiretest.Says(t, http.StatusBadRequest, `{"code":`+code+`,"message":"no","status":400}`)
		r := Provider.Send(context.Background(), far.Client, settings, message)
		if r.Outcome != wire.Refused || r.Reason != reason || r.ProviderCode != code {
			t.Errorf("%s: %+v", code, r)
		}
	}
}

// signed is a callback as Twilio would send it.
func signed(address, body string) wire.Request {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	r := wire.Request{Method: http.MethodPost, URL: address, Query: u.Query(),
		Body: []byte(body), Settings: settings, Header: http.Header{}, ReceivedAt: time.Now()}
	fields, _ := signedFields(r)
	mac := hmac.New(sha1.New, []byte("t0ken"))
	mac.Write([]byte(address + fields))
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return r
}

// A status callback names the attempt in its address, and its time is not trusted.
func TestCallback(t *testing.T) {
	r := signed(
		"https://app.example/hooks/twilio/k3v9?n=att_1",
		"MessageSid=SM1&SmsSid=SM1&MessageStatus=undelivered&ErrorCode=30003&To=%2B12025550103&From=%2B12065550110&New=x",
	)
	reading, err := Provider.Read(context.Background(), r)
	if err != nil || len(reading.Events) != 1 {
		t.Fatalf("%+v, %v", reading, err)
	}
	e := reading.Events[0]
	if e.Type != "mailbox_error" || e.Reason != "sms-unreachable" || e.AttemptRef != "att_1" || !e.ByRank ||
		e.DedupeKey != "SM1|undelivered|30003" || !e.OccurredAt.IsZero() {
		t.Errorf("%+v", e)
	}
}

// A text of a customer is no event of a message, and is answered with nothing to say.
func TestInbound(t *testing.T) {
	r := signed(
		"https://app.example/hooks/twilio/k3v9",
		"MessageSid=SM2&SmsSid=SM2&SmsStatus=received&Body=Stop+please&OptOutType=STOP&To=%2B12065550110&From=%2B12025550103",
	)
	reading, err := Provider.Read(context.Background(), r)
	if err != nil || len(reading.Events) != 0 || len(reading.Inbound) != 1 {
		t.Fatalf("%+v, %v", reading, err)
	}
	if in := reading.Inbound[0]; in.From != "+12025550103" || in.To != "+12065550110" ||
		in.Keyword != "STOP" ||
		in.Text != "Stop please" {
		t.Errorf("%+v", in)
	}
	if reading.ContentType != "text/xml" || !strings.Contains(string(reading.Body), "<Response>") {
		t.Errorf("answer %q", reading.Body)
	}
}

// The log shows a text by its number, words and time; another's words or another time are not it.
func TestFind(t *testing.T) {
	log := func(body, created string) string {
		return `{"messages":[{"sid":"SM7","to":"+12025550103","body":"` + body + `","direction":"outbound-api","status":"sent",
		"error_code":null,"date_created":"` + created + `"}],"next_page_uri":null}`
	}
	for name, c := range map[string]struct {
		log   string
		known bool
	}{
		"it":            {log("See you on Tuesday.", "Wed, 14 Oct 2026 09:26:51 +0000"), true},
		"other words":   {log("See you on Monday.", "Wed, 14 Oct 2026 09:26:51 +0000"), false},
		"an older one":  {log("See you on Tuesday.", "Wed, 14 Oct 2026 08:00:00 +0000"), false},
		"a later one":   {log("See you on Tuesday.", "Wed, 14 Oct 2026 11:00:00 +0000"), false},
		"an empty list": {`{"messages":[]}`, false},
	} {
		far := wiretest.Says(t, http.StatusOK, c.log)
		found, err := Provider.Find(context.Background(), far.Client, settings, message)
		if err != nil || found.Known != c.known || !found.Complete {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
		if q := far.Seen()[0].URL.Query(); q.Get("To") != message.To {
			t.Errorf("%s: query %v", name, q)
		}
	}
}

// The log of a period gives the same keys as the callbacks would have, page after page.
func TestMissed(t *testing.T) {
	far := wiretest.Play(t, func(w http.ResponseWriter, r *http.Request) {
		page := `{"messages":[{"sid":"SM1","to":"+12025550103","status":"undelivered","direction":"outbound-api","error_code":30003}],
			"next_page_uri":"/2010-04-01/Accounts/AC1/Messages.json?Page=1"}`
		if r.URL.Query().Get("Page") == "1" {
			page = `{"messages":[{"sid":"SM2","direction":"inbound","status":"received"},
				{"sid":"SM3","to":"+12025550104","status":"delivered","direction":"outbound-api","error_code":null}]}`
		}
		if _, err := w.Write([]byte(page)); err != nil {
			t.Error(err)
		}
	})
	to := time.Date(2026, 10, 14, 12, 0, 0, 0, time.UTC)
	events, err := Provider.Missed(context.Background(), far.Client, settings, to.Add(-2*time.Hour), to)
	if err != nil || len(events) != 2 {
		t.Fatalf("%v, %v", events, err)
	}
	if events[0].DedupeKey != "SM1|undelivered|30003" || events[1].DedupeKey != "SM3|delivered|" {
		t.Errorf("%v", events)
	}
	if q := far.Seen()[0].URL.Query(); q.Get("DateSent>") != "2026-10-11" ||
		q.Get("DateSent<") != "2026-10-15" {
		t.Errorf("query %v", q)
	}
}

// The login is proven by reading the account, which must be active.
func TestLogin(t *testing.T) {
	for body, ok := range map[string]bool{`{"status":"active"}`: true, `{"status":"suspended"}`: false} {
		far := wiretest.Says(t, http.StatusOK, body)
		if err := Provider.Test(context.Background(), far.Client, settings); (err == nil) != ok {
			t.Errorf("%s: %v", body, err)
		}
	}
	far := wiretest.Says(t, http.StatusUnauthorized, `{"code":20003,"message":"Authenticate"}`)
	if err := Provider.Test(context.Background(), far.Client, settings); err == nil ||
		!strings.Contains(err.Error(), "Authenticate") {
		t.Errorf("%v", err)
	}
}

// Reading never fails in another way than by its two errors, whatever the body.
func FuzzRead(f *testing.F) {
	f.Add("MessageSid=SM1&MessageStatus=failed&ErrorCode=21610")
	f.Add("a=%zz")
	f.Fuzz(func(t *testing.T, body string) {
		reading, err := Provider.Read(context.Background(),
			signed("https://app.example/hooks/twilio/k", body))
		if err == nil && len(reading.Events)+len(reading.Inbound) != 1 {
			t.Errorf("%+v", reading)
		}
	})
}

// What happens over WhatsApp is read with its own codes, finds the customer by the number, and never counts
// against the number as one for texts.
func TestWhatsApp(t *testing.T) {
	for code, want := range map[string]string{"63003": "whatsapp-unreachable", "63016": "whatsapp-window",
		"63018": "whatsapp-rate",
		"63040": "whatsapp-template", "63112": "whatsapp-account", "30005": "whatsapp-unreachable",
		"21610": "whatsapp-unreachable", "30003": "sms-unreachable"} {
		form := "MessageSid=SM1&MessageStatus=undelivered&To=whatsapp%3A%2B447700900111&From=whatsapp%3A%2B447700900999&ErrorCode=" + code
		reading, err := Provider.Reread(wire.Request{Body: []byte(form), Query: url.Values{}})
		if err != nil || len(reading.Events) != 1 {
			t.Fatalf("%s: %+v, %v", code, reading, err)
		}
		e := reading.Events[0]
		reason, _ := models.ReasonByID(e.Reason)
		if e.Reason != want || e.Recipient != "+447700900111" || e.SuppressionKind != "" ||
			reason.Suppress != "no" {
			t.Errorf("%s: %s for %s, listed as %q", code, e.Reason, e.Recipient, e.SuppressionKind)
		}
	}
}
