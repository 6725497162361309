package sns_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"undelivered/providers/sns"
	"undelivered/providers/sns/snstest"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// A message is proven with the pinned certificate; one that was changed, is old, or is of another topic is
// refused.
func TestProof(t *testing.T) {
	amazon := snstest.New(t)
	body := amazon.Body(t, "Notification", map[string]string{"Message": "hello", "Subject": "s"})
	right := wire.Request{
		Body: body,
		Settings: wire.Settings{"topic_arns": "arn:other, " + snstest.Topic,
			"signing_cert_pem": amazon.Certificate},
	}
	if e, err := sns.Open(context.Background(), right); err != nil || e.Message != "hello" {
		t.Fatalf("%+v, %v", e, err)
	}
	for name, change := range map[string]func(*wire.Request){
		"changed": func(r *wire.Request) {
			r.Body = []byte(strings.Replace(string(body), "hello", "hallo",
				1))
		},
		"old": func(r *wire.Request) { r.ReceivedAt = time.Now().Add(2 * time.Hour) },
		"other topic": func(r *wire.Request) {
			r.Settings = wire.Settings{"topic_arns": "arn:other", "signing_cert_pem": amazon.Certificate}
		},
		"no topic":     func(r *wire.Request) { r.Settings = wire.Settings{"signing_cert_pem": amazon.Certificate} },
		"raw delivery": func(r *wire.Request) { r.Body = []byte(`{"eventType":"Bounce"}`) },
		"no JSON":      func(r *wire.Request) { r.Body = []byte("hello") },
		"other certificate": func(r *wire.Request) {
			r.Settings = wire.Settings{"topic_arns": snstest.Topic,
				"signing_cert_pem": snstest.New(t).Certificate}
		},
		"other host": func(r *wire.Request) {
			r.Body = []byte(strings.Replace(string(body), "sns.eu-west-1.amazonaws.com",
				"sns.eu-west-1.amazonaws.com.evil.example", 1))
		},
	} {
		r := right
		change(&r)
		if _, err := sns.Open(context.Background(), r); !errors.Is(err, wire.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A message by raw delivery has no signature: it is taken only where the settings allow it, and of our own
// topics.
func TestRawDelivery(t *testing.T) {
	for name, c := range map[string]struct {
		allowed, topic, kind string
		taken                bool
	}{
		"allowed":       {"yes", snstest.Topic, "Notification", true},
		"not allowed":   {"no", snstest.Topic, "Notification", false},
		"another topic": {"yes", snstest.Topic + "x", "Notification", false},
		"no kind":       {"yes", snstest.Topic, "", false},
	} {
		r := wire.Request{Header: http.Header{}, Body: []byte(`{"eventType":"Bounce"}`),
			Settings: wire.Settings{"topic_arns": snstest.Topic, "raw_delivery": c.allowed}}
		r.Header.Set("X-Amz-Sns-Message-Type", c.kind)
		r.Header.Set("X-Amz-Sns-Message-Id", "m1")
		r.Header.Set("X-Amz-Sns-Topic-Arn", c.topic)
		e, err := sns.Open(context.Background(), r)
		if (err == nil) != c.taken ||
			c.taken && (e.Message != `{"eventType":"Bounce"}` || e.MessageID != "m1") {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

// The certificate is fetched from Amazon once; while it cannot be fetched the message is neither taken nor
// refused.
func TestCertificateFetched(t *testing.T) {
	amazon := snstest.New(t)
	r := wire.Request{Body: amazon.Body(t, "Notification", map[string]string{"Message": "hello"}),
		Settings: wire.Settings{"topic_arns": snstest.Topic}}
	r.Client = wiretest.Says(t, http.StatusServiceUnavailable, "").Client
	if _, err := sns.Open(context.Background(), r); !errors.Is(err, wire.ErrUnchecked) {
		t.Errorf("%v", err)
	}
	far := wiretest.Says(t, http.StatusOK, amazon.Certificate)
	r.Client = far.Client
	for range 2 {
		if _, err := sns.Open(context.Background(), r); err != nil {
			t.Error(err)
		}
	}
	if seen := far.Seen(); len(seen) != 1 || !strings.HasSuffix(snstest.CertificateURL, seen[0].URL.Path) {
		t.Errorf("%+v", seen)
	}
}

// A new subscription is confirmed at Amazon's address only, and only where the settings leave it to us.
func TestConfirmation(t *testing.T) {
	far := wiretest.Says(t, http.StatusOK, "<ok/>")
	visit := func(address, auto string) (wire.Reading, error) {
		e := sns.Envelope{Type: "SubscriptionConfirmation", SubscribeURL: address}
		reading, ok := e.Subscription(
			wire.Request{Client: far.Client, Settings: wire.Settings{"auto_confirm": auto}},
		)
		if !ok || reading.Confirm == nil {
			return reading, nil
		}
		return reading, reading.Confirm(context.Background())
	}
	if _, err := visit("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1",
		""); err != nil ||
		len(far.Seen()) != 1 {
		t.Errorf("%v, %d requests", err, len(far.Seen()))
	}
	for _, address := range []string{"https://evil.example/", "http://sns.eu-west-1.amazonaws.com/",
		"https://u@sns.eu-west-1.amazonaws.com/", "https://sns.eu-west-1.amazonaws.com:8443/"} {
		if _, err := visit(address, ""); err == nil {
			t.Errorf("%s was visited", address)
		}
	}
	reading, _ := visit("https://sns.eu-west-1.amazonaws.com/?Token=1", "no")
	if reading.Alert == "" || reading.Confirm != nil || len(far.Seen()) != 1 {
		t.Errorf("%+v", reading)
	}
}

// When events are switched off, support hears of it.
func TestUnsubscribed(t *testing.T) {
	reading, ok := sns.Envelope{Type: "UnsubscribeConfirmation"}.Subscription(wire.Request{})
	if !ok || reading.Alert == "" || reading.Confirm != nil {
		t.Errorf("%+v", reading)
	}
	if _, ok := (sns.Envelope{Type: "Notification"}).Subscription(wire.Request{}); ok {
		t.Error("a notification is taken for a message about the subscription")
	}
}
