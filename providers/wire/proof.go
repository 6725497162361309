package wire

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// Proven reads a request with read when proof holds, and refuses it else.
func Proven(proof func(Request) bool,
	read func(Request) (Reading, error)) func(context.Context, Request) (Reading, error) {
	return func(_ context.Context, r Request) (Reading, error) {
		if !proof(r) {
			return Reading{}, ErrRefused
		}
		return read(r)
	}
}

// Same compares two secrets in constant time; two empty ones are not the same.
func Same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return a != "" && subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// BasicLogin checks the webhook user and password of the settings. Without them it is false when they are
// required.
func BasicLogin(r Request, required bool) bool {
	user, password := r.Settings["webhook_user"], r.Settings["webhook_password"]
	if user == "" && password == "" {
		return !required
	}
	scheme, coded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return false
	}
	plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(coded))
	return err == nil && Same(string(plain), user+":"+password) && user != ""
}

// Now is when the request arrived.
func (r Request) Now() time.Time {
	if r.ReceivedAt.IsZero() {
		return time.Now().UTC()
	}
	return r.ReceivedAt
}

// Header reads a header under the first of its names that is set.
func Header(h http.Header, names ...string) string {
	for _, name := range names {
		if v := h.Get(name); v != "" {
			return v
		}
	}
	return ""
}
