package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"undelivered/providers/wire"
)

// proven checks X-Twilio-Signature over the public address and, of a form, every field.
func proven(r wire.Request) bool {
	token, got := r.Settings["auth_token"], r.Header.Get("X-Twilio-Signature")
	if token == "" || got == "" {
		return false
	}
	fields, ok := signedFields(r)
	if !ok {
		return false
	}
	for _, address := range spellings(r.URL) {
		mac := hmac.New(sha1.New, []byte(token))
		mac.Write([]byte(address + fields))
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		if hmac.Equal([]byte(got), []byte(want)) {
			return true
		}
	}
	return false
}

// signedFields is what is signed after the address: the form's fields by name, or nothing for a JSON body,
// whose digest stands in the address.
func signedFields(r wire.Request) (string, bool) {
	if digest := r.Query.Get("bodySHA256"); digest != "" {
		sum := sha256.Sum256(r.Body)
		return "", strings.EqualFold(digest, hex.EncodeToString(sum[:]))
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return "", false
	}
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		values := form[name]
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			b.WriteString(name + value)
		}
	}
	return b.String(), true
}

// spellings are the ways in which Twilio may have written our address: with and without the standard port,
// with and without the wishes for retries.
func spellings(address string) []string {
	all := []string{address}
	if u, err := url.Parse(address); err == nil {
		standard := map[string]string{"https": "443", "http": "80"}[u.Scheme]
		switch u.Port() {
		case "":
			all = append(all, strings.Replace(address, u.Host, u.Host+":"+standard, 1))
		case standard:
			all = append(all, strings.Replace(address, u.Host, u.Hostname(), 1))
		}
	}
	for _, plain := range all {
		all = append(all, plain+retries)
	}
	return all
}
