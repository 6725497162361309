package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// How long passwords may be. There are no rules of composition.
const (
	shortestPassword = 12
	longestPassword  = 256 // bytes
)

// argon is how passwords are hashed: OWASP's first choice.
var argon = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// decoyHash is checked when there is no such person, so that an unknown email takes as long as a known one.
const decoyHash = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// passwordProblem is the key of the sentence that says why a password will not do; empty: it will.
func passwordProblem(password, email string) string {
	local, _, _ := strings.Cut(email, "@")
	lower := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < shortestPassword:
		return "error.password_short"
	case len(password) > longestPassword:
		return "error.password_long"
	case lower == strings.ToLower(email), easy(lower, local):
		return "error.password_easy"
	}
	return ""
}

// hashing waits for its turn: one hash a core, so that many sign-ins at once take neither memory nor the
// pages' CPU.
func (s *Store) hashing(ctx context.Context, work func()) error {
	select {
	case s.hashers <- struct{}{}:
		defer func() { <-s.hashers }()
		work()
		return nil
	case <-ctx.Done():
		return fmt.Errorf("models: password: %w", ctx.Err())
	}
}

func (s *Store) hashPassword(ctx context.Context, password string) (hash string, err error) {
	var failed error
	err = s.hashing(ctx, func() { hash, failed = argon2id.CreateHash(password, argon) })
	return hash, errors.Join(err, failed)
}

// samePassword compares in constant time. A person without a password has none that fits.
func (s *Store) samePassword(ctx context.Context, hash, password string) (same bool, err error) {
	known := hash != "" && len(password) <= longestPassword
	if !known {
		hash, password = decoyHash, ""
	}
	var failed error
	err = s.hashing(ctx, func() { same, failed = argon2id.ComparePasswordAndHash(password, hash) })
	if failed != nil {
		return false, fmt.Errorf("models: a password's hash cannot be read: %w", failed)
	}
	return same && known, err
}
