package providers

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"undelivered/providers/wire"
)

// stand is a provider's place in the exam: settings of a connection, what the provider adds to a request to
// prove it, and what that is worth. Without sign the secret webhook address is the only proof that the
// provider has.
type stand struct {
	settings wire.Settings
	sign     func(t testing.TB, r *wire.Request)
	covers   bool          // the proof covers what is said
	age      time.Duration // how old it may be; 0: of any age
}

const topic = "arn:aws:sns:eu-west-1:111122223333:harbour-ses-events"

// stands holds one for each provider that posts.
var stands = map[string]stand{
	"sendgrid": {wire.Settings{"public_key": vectorKey("sendgrid-own", "public_key")}, signSendGrid, true,
		24*time.Hour + 5*time.Minute},
	"postmark":  {login, signBasic, false, 0},
	"mailgun":   {wire.Settings{"signing_key": "harbour-signing-key"}, signMailgun, false, 24 * time.Hour},
	"ses":       {snsSettings, signSNS, true, time.Hour},
	"resend":    {svixSettings, signSvix, true, 5 * time.Minute},
	"brevo":     {},
	"mailjet":   {},
	"sparkpost": {login, signBasic, false, 0},
	"twilio":    {wire.Settings{"auth_token": "t0ken"}, signTwilio, true, 0},
	"vonage":    {nil, nil, true, 5 * time.Minute},
	"telnyx": {
		wire.Settings{
			"public_key": base64.StdEncoding.EncodeToString(telnyxKey.Public().(ed25519.PublicKey)),
		},
		signTelnyx,
		true,
		5 * time.Minute,
	},
	"plivo":       {wire.Settings{"auth_token": "t0ken"}, signPlivo, true, 0},
	"messagebird": {wire.Settings{"signing_key": "k3y"}, signMessageBird, true, 2 * time.Minute},
	"bird":        {wire.Settings{"signing_key": "k3y"}, signBird, true, 5 * time.Minute},
	"aws-sms":     {snsSettings, signSNS, true, time.Hour},
	"generic":     {},
	"simulator":   {svixSettings, signSvix, true, 5 * time.Minute},
}

var (
	login        = wire.Settings{"webhook_user": "hook", "webhook_password": "s3cret"}
	svixSettings = wire.Settings{
		"signing_secret": "whsec_" + base64.StdEncoding.EncodeToString([]byte("a secret of 24 characters")),
	}
	snsSettings = wire.Settings{"topic_arns": topic, "auto_confirm": "yes",
		"signing_cert_pem": vectorKey("sns-v2-notification", "certificate_pem")}
	telnyxKey = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
)

// vectorKey is a key of the signature vectors.
func vectorKey(id, name string) string {
	for _, v := range loadVectors() {
		if v.ID == id {
			return fmt.Sprint(v.Key[name])
		}
	}
	panic("no vector " + id)
}

func privateKey(id string) any {
	block, _ := pem.Decode([]byte(vectorKey(id, "private_key_pem")))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key
}

func stamp(r *wire.Request) string { return fmt.Sprint(r.ReceivedAt.Unix()) }

func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}

func signSendGrid(t testing.TB, r *wire.Request) {
	sum := sha256.Sum256([]byte(stamp(r) + string(r.Body)))
	signature, err := ecdsa.SignASN1(rand.Reader, privateKey("sendgrid-own").(*ecdsa.PrivateKey), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", stamp(r))
	r.Header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
}

func signBasic(_ testing.TB, r *wire.Request) {
	r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("hook:s3cret")))
}

// signMailgun leaves a body alone that is signed already, as the examples are.
func signMailgun(_ testing.TB, r *wire.Request) {
	if bytes.Contains(r.Body, []byte("signature")) {
		return
	}
	sum := hex.EncodeToString(mac([]byte(r.Settings["signing_key"]), stamp(r), "t"))
	if json.Valid(r.Body) {
		r.Body = fmt.Appendf(nil, `{"signature":{"timestamp":%q,"token":"t","signature":%q},"event-data":%s}`,
			stamp(r), sum, r.Body)
		return
	}
	r.Body = fmt.Appendf(r.Body, "&timestamp=%s&token=t&signature=%s", stamp(r), sum)
}

// signSNS signs an envelope anew. A body that is none becomes the message of one.
func signSNS(t testing.TB, r *wire.Request) {
	var e map[string]any
	if json.Unmarshal(r.Body, &e) != nil || e["Type"] == nil {
		e = map[string]any{"Type": "Notification", "MessageId": "m1",
			"TopicArn": topic, "Message": string(r.Body), "SignatureVersion": "2",
			"Timestamp":      r.ReceivedAt.Format(time.RFC3339),
			"SigningCertURL": "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a.pem"}
	}
	names := []string{"Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn",
		"Type"}
	text := ""
	for _, name := range names {
		if value, there := e[name]; there {
			text += fmt.Sprintf("%s\n%v\n", name, value)
		}
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, privateKey("sns-v2-notification").(*rsa.PrivateKey),
		crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	e["Signature"] = base64.StdEncoding.EncodeToString(signature)
	if r.Body, err = json.Marshal(e); err != nil {
		t.Fatal(err)
	}
}

func signSvix(_ testing.TB, r *wire.Request) {
	if r.Header.Get("Svix-Id") == "" {
		r.Header.Set("Svix-Id", "msg_1")
	}
	// our own, it is right
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.Settings["signing_secret"], "whsec_"))
	r.Header.Set("Svix-Timestamp", stamp(r))
	sum := mac(key, r.Header.Get("Svix-Id"), ".", stamp(r), ".", string(r.Body))
	r.Header.Set("Svix-Signature", "v1,"+base64.StdEncoding.EncodeToString(sum))
}

func signTwilio(_ testing.TB, r *wire.Request) {
	text := r.URL
	form, err := url.ParseQuery(string(r.Body))
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		values := append([]string(nil), form[name]...)
		sort.Strings(values)
		for _, value := range values {
			text += name + value
		}
	}
	if err != nil { // no form: nothing can sign it
		return
	}
	h := hmac.New(sha1.New, []byte(r.Settings["auth_token"]))
	h.Write([]byte(text))
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(h.Sum(nil)))
}

func signTelnyx(_ testing.TB, r *wire.Request) {
	r.Header.Set("Telnyx-Timestamp", stamp(r))
	r.Header.Set("Telnyx-Signature-Ed25519",
		base64.StdEncoding.EncodeToString(ed25519.Sign(telnyxKey, []byte(stamp(r)+"|"+string(r.Body)))))
}

func signPlivo(_ testing.TB, r *wire.Request) {
	address, _, _ := strings.Cut(r.URL, "?")
	r.Header.Set("X-Plivo-Signature-V2-Nonce", "123")
	form, err := url.ParseQuery(string(r.Body))
	if err != nil { // no form: nothing can sign it
		return
	}
	text := address
	if query := r.Query.Encode(); query+string(r.Body) != "" {
		text += "?" + query
		if query != "" && len(form) > 0 {
			text += "."
		}
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := slices.Sorted(slices.Values(form[name]))
		for _, value := range values {
			text += name + value
		}
	}
	r.Header.Set("X-Plivo-Signature-V3-Nonce", "123")
	r.Header.Set("X-Plivo-Signature-V3",
		"b3RoZXI=,"+base64.StdEncoding.EncodeToString(mac([]byte(r.Settings["auth_token"]), text, ".123")))
	r.Header.Set("X-Plivo-Signature-V2",
		base64.StdEncoding.EncodeToString(mac([]byte(r.Settings["auth_token"]), address, "123")))
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func signMessageBird(_ testing.TB, r *wire.Request) {
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	payload := ""
	if len(r.Body) > 0 {
		payload = `,"payload_hash":"` + digest(string(r.Body)) + `"`
	}
	text := part(`{"alg":"HS256","typ":"JWT"}`) + "." + part(
		fmt.Sprintf(`{"iss":"MessageBird","nbf":%d,"exp":%d,"url_hash":%q%s}`,
			r.ReceivedAt.Unix()-1, r.ReceivedAt.Unix()+60, digest(r.URL), payload),
	)
	r.Header.Set("MessageBird-Signature-JWT",
		text+"."+base64.RawURLEncoding.EncodeToString(mac([]byte(r.Settings["signing_key"]), text)))
}

func signBird(_ testing.TB, r *wire.Request) {
	sum := sha256.Sum256(r.Body)
	r.Header.Set("Messagebird-Request-Timestamp", stamp(r))
	r.Header.Set("Messagebird-Signature", base64.StdEncoding.EncodeToString(
		mac([]byte(r.Settings["signing_key"]), stamp(r)+"\n"+r.URL+"\n", string(sum[:])),
	))
}

// post is a request as the provider makes it, not yet signed.
func post(code string, body []byte) wire.Request {
	return wire.Request{Method: http.MethodPost,
		URL: "https://app.example/hooks/" + code + "/k3v9q2t7", Query: url.Values{},
		Header: http.Header{}, Body: body,
		ReceivedAt: time.Date(2026, 10, 14, 9, 30, 0, 0, time.UTC), Settings: stands[code].settings}
}
