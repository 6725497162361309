package wire_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"strings"
	"testing"

	"undelivered/providers/wire"
)

// A token counts when its signature is by our secret and by an algorithm that needs one, however short the
// secret is; everything else is no token.
func TestTokenClaims(t *testing.T) {
	const secret = "short"
	good := map[string]string{}
	for _, algorithm := range []string{"HS256", "HS384", "HS512"} {
		good[algorithm] = signed(algorithm, secret, `{"iss":"us","iat":1764400000}`)
		claims, ok := wire.TokenClaims(good[algorithm], secret)
		if !ok || claims["iss"] != "us" || claims["iat"] != "1764400000" {
			t.Errorf("%s: %v, %t", algorithm, claims, ok)
		}
	}
	parts := strings.Split(good["HS256"], ".")
	for name, token := range map[string]string{
		"nothing": "", "no token": "x.y.z", "two parts": parts[0] + "." + parts[1],
		"four parts":         good["HS256"] + ".x",
		"no signature":       parts[0] + "." + parts[1] + ".",
		"another's claims":   parts[0] + ".eyJpc3MiOiJ0aGVtIn0." + parts[2],
		"another's secret":   signed("HS256", "other", `{"iss":"us"}`),
		"algorithm none":     "eyJhbGciOiJub25lIn0." + parts[1] + ".",
		"another algorithm":  "eyJhbGciOiJSUzI1NiJ9." + parts[1] + "." + parts[2],
		"claims are a list":  signed("HS256", secret, `["us"]`),
		"claims are nothing": signed("HS256", secret, `null`),
	} {
		if claims, ok := wire.TokenClaims(token, secret); ok {
			t.Errorf("%s: %v", name, claims)
		}
	}
	if _, ok := wire.TokenClaims(signed("HS256", "x", `{}`), ""); ok {
		t.Error("without a secret of ours a token counts")
	}
}

// signed makes a token without the library that reads it.
func signed(algorithm, secret, claims string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"`+algorithm+`"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(claims))
	hashes := map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}
	mac := hmac.New(hashes[algorithm], []byte(secret))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
