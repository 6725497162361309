package wire_test

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"

	"undelivered/providers/wire"
)

// What is kept of a request reads as the request that it was, whatever its query and body hold; of its
// headers the proofs are gone. Bytes that nobody kept are the body of a post.
func FuzzKept(f *testing.F) {
	f.Add("GET", "n=att_1&status=sent", "application/json", []byte(`{"event":"bounce"}`))
	f.Add("POST", "", "", []byte("a=1\r\n\r\nb=2"))
	f.Add("POST", "=%zz;", "text/plain", []byte("POST /?x HTTP/1.1\r\n"))
	f.Fuzz(func(t *testing.T, method, query, kind string, body []byte) {
		if plain := wire.Again(body); len(body) > 0 && !bytes.HasPrefix(body, []byte("GET")) &&
			!bytes.HasPrefix(body, []byte("POST")) &&
			!bytes.Equal(plain.Body, body) {
			t.Fatalf("%q became %q", body, plain.Body)
		}
		values, err := url.ParseQuery(query)
		if err != nil || method != http.MethodGet && method != http.MethodPost {
			return
		}
		r := wire.Request{Method: method, Query: values, Header: http.Header{}, Body: body}
		r.Header.Set("Authorization", "Basic c2VjcmV0")
		r.Header.Set("X-Twilio-Signature", "c2VjcmV0")
		if url.QueryEscape(kind) == kind && kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		again := wire.Again(r.Kept())
		if again.Method != method || again.Query.Encode() != values.Encode() ||
			!bytes.Equal(again.Body, body) ||
			again.Header.Get("Content-Type") != r.Header.Get("Content-Type") {
			t.Fatalf("%+v\nbecame %+v", r, again)
		}
		if again.Header.Get("Authorization")+again.Header.Get("X-Twilio-Signature") != "" {
			t.Fatal("a proof was kept")
		}
	})
}
