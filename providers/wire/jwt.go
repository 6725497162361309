package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strings"
)

// tokenHashes are the algorithms of a signed token that are accepted; "none" is not among them.
var tokenHashes = map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New}

// TokenClaims are the claims of a token (JWT) that was signed with the secret; false when it was not. Its times are the
// caller's to check.
func TokenClaims(token, secret string) (Fields, bool) {
	head, rest, _ := strings.Cut(token, ".")
	body, mark, _ := strings.Cut(rest, ".")
	var header struct{ Alg string }
	if secret == "" || !fromToken(head, &header) {
		return nil, false
	}
	algorithm, ok := tokenHashes[header.Alg]
	if !ok {
		return nil, false
	}
	got, err := base64.RawURLEncoding.DecodeString(mark)
	if err != nil {
		return nil, false
	}
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write([]byte(head + "." + body))
	if !hmac.Equal(got, mac.Sum(nil)) {
		return nil, false
	}
	var claims Fields
	return claims, fromToken(body, &claims) && claims != nil
}

func fromToken(part string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(raw, into) == nil
}
