package plivo

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// proven checks the signature. Version 3 covers the parameters: where a callback carries it, it must be
// right. The main account's token may have signed for a subaccount.
func proven(r wire.Request) bool {
	const name = "X-Plivo-Signature-"
	if third(r) != "" || r.Settings[signedThird] == "yes" {
		return signedBy(r, r.Header.Get(name+"V3-Nonce"), texts(r), r.Header.Get(name+"V3"),
			r.Header.Get(name+"Ma-V3"))
	}
	address, _, _ := strings.Cut(r.URL, "?")
	nonce := r.Header.Get(name + "V2-Nonce")
	return signedBy(r, nonce, []string{address + nonce}, r.Header.Get(name+"V2"), r.Header.Get(name+"Ma-V2"))
}

// signedThird is the setting by which only version 3 is taken. It is set by itself once a callback has
// carried it: who leaves the headers out then is not Plivo.
const signedThird = "signature_v3"

// noncesKept is how long a nonce is remembered.
const noncesKept = 90 * 24 * time.Hour

// once is the proof that the nonce is: version 2 covers the address and the nonce only, so that it counts
// once, or again with the same contents.
func once(r wire.Request) models.Proof {
	nonce := wire.Pick(r.Header.Get("X-Plivo-Signature-V3-Nonce"), r.Header.Get("X-Plivo-Signature-V2-Nonce"))
	return models.Proof{
		Token:   nonce,
		Digest:  wire.Digest(r.Method, r.Query.Encode(), string(r.Body)),
		Expires: r.Now().Add(noncesKept),
	}
}

// insist is the setting to be kept after a proven request.
func insist(r wire.Request) string {
	if third(r) != "" && r.Settings[signedThird] != "yes" {
		return signedThird
	}
	return ""
}

func third(r wire.Request) string {
	return r.Header.Get("X-Plivo-Signature-V3") + r.Header.Get("X-Plivo-Signature-Ma-V3")
}

// signedBy says whether one of the signatures, of which a header may hold several, is that of one of the
// texts.
func signedBy(r wire.Request, nonce string, texts []string, headers ...string) bool {
	token := r.Settings["auth_token"]
	if token == "" || nonce == "" {
		return false
	}
	for _, text := range texts {
		mac := hmac.New(sha256.New, []byte(token))
		mac.Write([]byte(text))
		want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, got := range strings.Split(strings.Join(headers, ","), ",") {
			if hmac.Equal([]byte(strings.TrimSpace(got)), []byte(want)) {
				return true
			}
		}
	}
	return false
}

// texts are what version 3 may have signed: our address with its query by name, a dot and the form by name, a
// dot and the nonce. Plivo's own libraries differ in whether the query is decoded.
func texts(r wire.Request) []string {
	address, raw, _ := strings.Cut(r.URL, "?")
	var form url.Values
	if r.Method != http.MethodGet {
		var err error
		if form, err = url.ParseQuery(string(r.Body)); err != nil {
			return nil
		}
	}
	pairs := strings.Split(raw, "&")
	slices.Sort(pairs)
	var all []string
	for _, query := range []string{joined(r.Query, "=", "&"), strings.Join(pairs, "&")} {
		text := address
		if query != "" || len(form) > 0 {
			text += "?" + query
		}
		if query != "" && len(form) > 0 {
			text += "."
		}
		all = append(all, text+joined(form, "", "")+"."+r.Header.Get("X-Plivo-Signature-V3-Nonce"))
	}
	return all
}

// joined writes values by name, each with a sign between name and value.
func joined(values url.Values, between, after string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(slices.Values(values[name])) {
			pairs = append(pairs, name+between+value)
		}
	}
	return strings.Join(pairs, after)
}
