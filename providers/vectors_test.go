package providers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"undelivered/providers/sns"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// vector is one signature, right or wrong.
type vector struct {
	ID, Provider, Scheme, Method, URL string
	Valid                             bool
	Key                               map[string]any
	Headers                           map[string]string
	Body                              string `json:"body_base64"`
	Form                              [][2]string
	Now                               int64
	Authorization                     string
}

func loadVectors() []vector {
	raw, err := os.ReadFile("testdata/vectors/signatures.json")
	if err != nil {
		panic(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(raw, &file); err != nil {
		panic(err)
	}
	return file.Vectors
}

// names are the settings that hold a vector's keys.
var names = map[string]map[string]string{
	"mailgun": {"secret": "signing_key"}, "resend": {"secret": "signing_secret"},
	"vonage": {"secret": "signature_secret", "method": "signature_method"},
}

func (v vector) settings() wire.Settings {
	s := wire.Settings{}
	for name, value := range v.Key {
		if renamed, other := names[v.Provider][name]; other {
			name = renamed
		}
		s[name] = fmt.Sprint(value)
	}
	if topics, ok := v.Key["topics"].([]any); ok {
		s["topic_arns"] = fmt.Sprint(topics[0])
	}
	return s
}

func (v vector) body(t *testing.T) []byte {
	raw, err := base64.StdEncoding.DecodeString(v.Body)
	if err != nil {
		t.Fatal(err)
	}
	var fields []string
	for _, pair := range v.Form {
		fields = append(fields, url.QueryEscape(pair[0])+"="+url.QueryEscape(pair[1]))
	}
	if fields != nil {
		return []byte(strings.Join(fields, "&"))
	}
	return raw
}

func (v vector) request(t *testing.T) wire.Request {
	u, err := url.Parse(v.URL)
	if err != nil {
		t.Fatal(err)
	}
	r := wire.Request{Method: v.Method, URL: v.URL, Query: u.Query(), Header: http.Header{},
		Body: v.body(t), Settings: v.settings()}
	if v.Now > 0 {
		r.ReceivedAt = time.Unix(v.Now, 0).UTC()
	}
	for name, value := range v.Headers {
		r.Header.Set(name, value)
	}
	if v.Form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

// Every vector behaves: what is right is taken, what is altered, late, unsigned or of another is refused. A
// certificate is fetched only from Amazon's own address.
func TestSignatures(t *testing.T) {
	vectors := loadVectors()
	if len(vectors) != 74 {
		t.Errorf("%d vectors, want 74", len(vectors))
	}
	for _, v := range vectors {
		t.Run(v.ID, func(t *testing.T) {
			if v.Scheme == "aws-sigv4-sending" {
				v.checkSending(t)
				return
			}
			fetched := 0
			far := wiretest.Play(t, func(w http.ResponseWriter, _ *http.Request) {
				fetched++
				// a client that has gone is the test's own doing
				_, _ = io.WriteString(w, fmt.Sprint(v.Key["certificate_pem"]))
			})
			p, _ := ByCode(v.Provider)
			r := v.request(t)
			r.Client = far.Client
			reading, err := p.Read(context.Background(), r)
			refused := errors.Is(err, wire.ErrRefused)
			if refused == v.Valid || refused && len(reading.Events)+len(reading.Inbound) > 0 {
				t.Errorf("refused %v, want %v; %v", refused, !v.Valid, err)
			}
			if strings.HasPrefix(v.ID, "sns-cert-url") && fetched > 0 {
				t.Error("a certificate was fetched from another address")
			}
		})
	}
}

// checkSending holds a signature of ours to the published one.
func (v vector) checkSending(t *testing.T) {
	s := wire.Settings{"access_key_id": fmt.Sprint(v.Key["access_key"]),
		"secret_access_key": fmt.Sprint(v.Key["secret_key"]),
		"region":            fmt.Sprint(v.Key["region"])}
	now, err := time.Parse("20060102T150405Z", v.Headers["X-Amz-Date"])
	if err != nil {
		t.Fatal(err)
	}
	call := wire.Call{Method: v.Method, URL: v.URL, Header: http.Header{}, Body: v.body(t)}
	if kind := v.Headers["Content-Type"]; kind != "" {
		call.Header.Set("Content-Type", kind)
	}
	if err := sns.Sign(context.Background(), &call, s, fmt.Sprint(v.Key["service"]), now); err != nil {
		t.Fatal(err)
	}
	if got := call.Header.Get("Authorization"); got != v.Authorization {
		t.Errorf("%s\nwant %s", got, v.Authorization)
	}
}
