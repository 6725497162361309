package vonage

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
	"time"

	"undelivered/providers/wire"
)

// tolerance is how old a signed call may be.
const tolerance = 5 * time.Minute

// proven checks the signature, where the settings hold a secret for it: of the parameters (SMS interface), or
// in a token (Messages interface).
func proven(r wire.Request, f fields) bool {
	secret := r.Settings["signature_secret"]
	switch {
	case secret == "":
		return true
	case f["message_uuid"] != "":
		return tokenProves(r, secret)
	case !plainNames(f):
		return false
	}
	got := strings.ToLower(f["sig"])
	want := signature(wire.Pick(r.Settings["signature_method"], "sha256"), secret, signedText(f))
	return got != "" && hmac.Equal([]byte(got), []byte(want)) && fresh(wire.Text(f["timestamp"]), r.Now())
}

// signedText is all parameters but the signature, by name; & and = in values become _.
func signedText(f fields) string {
	var b strings.Builder
	safe := strings.NewReplacer("&", "_", "=", "_")
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if name != "sig" {
			b.WriteString("&" + name + "=" + safe.Replace(f[name]))
		}
	}
	return b.String()
}

// plainNames says whether no name holds a sign that stands between names and values in the signed text: it
// would have the signature of two parameters.
func plainNames(f fields) bool {
	for name := range f {
		if name == "" || strings.ContainsAny(name, "&=") {
			return false
		}
	}
	return true
}

// methods are the ways of signing with the secret as key.
var methods = map[string]func() hash.Hash{
	"md5":    md5.New,
	"sha1":   sha1.New,
	"sha256": sha256.New,
	"sha512": sha512.New,
}

// signature signs a text; empty for a method that is not known.
func signature(method, secret, text string) string {
	if method == "md5hash" {
		sum := md5.Sum([]byte(text + secret))
		return hex.EncodeToString(sum[:])
	}
	algorithm, ok := methods[method]
	if !ok {
		return ""
	}
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// tokenProves checks the token of the Messages interface, which holds the digest of the body.
func tokenProves(r wire.Request, secret string) bool {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	claims, ok := wire.TokenClaims(token, secret)
	if !found || !ok {
		return false
	}
	sum := sha256.Sum256(r.Body)
	return strings.EqualFold(string(claims["payload_hash"]), hex.EncodeToString(sum[:])) &&
		fresh(claims["iat"], r.Now())
}

func fresh(stamp wire.Text, now time.Time) bool {
	at := wire.Time(stamp)
	age := now.Sub(at)
	return !at.IsZero() && age <= tolerance && age >= -tolerance
}
