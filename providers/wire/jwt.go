package wire

import (
	"crypto/sha256"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// TokenClaims are the claims of a token (JWT) that was signed with the secret; false when it was not. Its
// times are the caller's to check.
func TokenClaims(token, secret string) (Fields, bool) {
	signed, err := jose.ParseSignedCompact(token,
		[]jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512})
	if err != nil || secret == "" {
		return nil, false
	}
	body, err := signed.Verify(longEnough(secret))
	if err != nil {
		return nil, false
	}
	var claims Fields
	return claims, json.Unmarshal(body, &claims) == nil && claims != nil
}

// longEnough is the secret as HMAC takes it, with zeros up to the size of a block: providers give out shorter
// secrets than the library asks for, and the signature is the same.
func longEnough(secret string) []byte {
	key := make([]byte, max(len(secret), sha256.BlockSize))
	copy(key, secret)
	return key
}
