package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tolerance is how far a signature's time may be from ours, either way.
const tolerance = 5 * time.Minute

// sign gives the signature of one request in the Svix scheme, the scheme of Resend and many others.
func sign(secret, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, keyOf(secret))
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// keyOf reads a secret with or without its prefix; one that is no base64 is taken as it stands.
func keyOf(secret string) []byte {
	secret = strings.TrimPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(secret)
	if err != nil || len(key) == 0 {
		return []byte(secret)
	}
	return key
}

// proven says whether the request was signed with the secret, not long ago.
func proven(secret string, h http.Header, body []byte, now time.Time) bool {
	unix, err := strconv.ParseInt(h.Get("Svix-Timestamp"), 10, 64)
	if err != nil || secret == "" {
		return false
	}
	at := time.Unix(unix, 0)
	if age := now.Sub(at); age > tolerance || age < -tolerance {
		return false
	}
	want := sign(secret, h.Get("Svix-Id"), at, body)
	for _, got := range strings.Fields(h.Get("Svix-Signature")) {
		if hmac.Equal([]byte(got), []byte(want)) {
			return true
		}
	}
	return false
}
