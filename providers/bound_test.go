package providers

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"undelivered/providers/wire"
)

// The border between a Mailgun post's time and token can be moved, but the post stays the one that counts
// once.
func TestMailgunBindsTimeAndToken(t *testing.T) {
	p, _ := ByCode("mailgun")
	all := "1764000001" + strings.Repeat("2ab", 16) + "zz"
	proof := hex.EncodeToString(mac([]byte("key"), all))
	for border := range len(all) {
		body := fmt.Sprintf(
			`{"signature":{"timestamp":"%s","token":"%s","signature":"%s"},"event-data":{"event":"failed","recipient":"x@x.example","id":"1"}}`,
			all[:border],
			all[border:],
			proof,
		)
		r := post("mailgun", []byte(body))
		r.Settings = wire.Settings{"signing_key": "key"}
		reading, err := p.Read(context.Background(), r)
		taken, digits := !errors.Is(err, wire.ErrRefused), border > 0 && border <= strings.Index(all, "a")
		if taken != digits || taken && reading.Once.Token != all[10:] {
			t.Errorf("a border at %d: %q, %v", border, reading.Once.Token, err)
		}
	}
}

// A name that holds the signs between parameters does not have the signature of two parameters.
func TestVonageNamesArePlain(t *testing.T) {
	p, _ := ByCode("vonage")
	r := genuine(t, "vonage")
	if _, err := p.Read(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	body := string(r.Body)
	for _, joined := range [][2]string{{"err-code=2&messageId=0A01", "err-code%3D2%26messageId=0A01"},
		{"messageId=0A01&msisdn=12025550103", "messageId%3D0A01%26msisdn=12025550103"}} {
		if !strings.Contains(body, joined[0]) {
			t.Fatalf("%s is not in %s", joined[0], body)
		}
		forged := r
		forged.Body = []byte(strings.Replace(body, joined[0], joined[1], 1))
		if _, err := p.Read(context.Background(), forged); !errors.Is(err, wire.ErrRefused) {
			t.Errorf("%s: %v", joined[1], err)
		}
	}
}

// A Plivo callback counts once by its nonce, and once version 3 was seen it is insisted on.
func TestPlivoCountsOnce(t *testing.T) {
	p, _ := ByCode("plivo")
	r := genuine(t, "plivo")
	reading, err := p.Read(context.Background(), r)
	if err != nil || reading.Once.Token == "" || reading.Once.Digest == "" {
		t.Fatalf("%+v %v", reading.Once, err)
	}
	if third := r.Header.Get("X-Plivo-Signature-V3"); third != "" && reading.Insist == "" {
		t.Error("version 3 was seen and is not insisted on")
	}
	bare := r
	bare.Header = http.Header{}
	for name, values := range r.Header {
		if !strings.Contains(name, "V3") {
			bare.Header[name] = values
		}
	}
	bare.Settings = wire.Settings{}
	for key, value := range r.Settings {
		bare.Settings[key] = value
	}
	bare.Settings["signature_v3"] = "yes"
	if _, err := p.Read(context.Background(), bare); !errors.Is(err, wire.ErrRefused) {
		t.Errorf("without version 3: %v", err)
	}
}
