package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// bouncePrefix begins every bounce address of ours.
const bouncePrefix = "b+"

// BounceAddress is the address that bounce mails of one attempt come back to: b+ATTEMPT.MAC@DOMAIN. The mac
// stops forged bounces. It is empty without a bounce domain and a bounce secret in the settings.
func BounceAddress(s Settings, attemptID string) string {
	if s["bounce_domain"] == "" || s["bounce_secret"] == "" || attemptID == "" {
		return ""
	}
	return bouncePrefix + attemptID + "." + bounceMAC(s["bounce_secret"],
		attemptID) + "@" + s["bounce_domain"]
}

// ReturnPath is where bounce mails of one attempt go, the sender of the envelope: its own bounce address, or
// the one address for all bounces. Empty: neither is set, and they go to the sender.
func ReturnPath(s Settings, attemptID string) string {
	return Pick(BounceAddress(s, attemptID), Address(s["bounce_address"]))
}

// BouncedAttempt names the attempt of a bounce address and says whether its mac is right for the settings.
func BouncedAttempt(s Settings, address string) (string, bool) {
	attemptID, mac := splitBounce(address)
	if attemptID == "" || s["bounce_secret"] == "" {
		return "", false
	}
	if !hmac.Equal([]byte(strings.ToLower(mac)), []byte(bounceMAC(s["bounce_secret"], attemptID))) {
		return "", false
	}
	return attemptID, true
}

// NamedAttempt is the attempt that a bounce address names, unproven: to find the connection whose secret
// proves it.
func NamedAttempt(address string) string {
	attemptID, _ := splitBounce(address)
	return attemptID
}

func splitBounce(address string) (attemptID, mac string) {
	local, _, _ := strings.Cut(Address(address), "@")
	if len(local) < len(bouncePrefix) || !strings.EqualFold(local[:len(bouncePrefix)], bouncePrefix) {
		return "", ""
	}
	dot := strings.LastIndexByte(local, '.')
	if dot < len(bouncePrefix) {
		return "", ""
	}
	return local[len(bouncePrefix):dot], local[dot+1:]
}

// bounceMAC is 80 bits: enough against guessing, short enough for a local part. Mail servers may change the
// case of a local part, so case does not count.
func bounceMAC(secret, attemptID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("bounce:" + strings.ToLower(attemptID)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:10]))
}
