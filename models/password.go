package models

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// How passwords are hashed (OWASP's first choice), and how long they may be. There are no rules of composition.
const (
	argonTime    = 2
	argonMemory  = 19 * 1024 // KiB
	argonThreads = 1
	argonKey     = 32

	shortestPassword = 12
	longestPassword  = 256 // bytes
)

// nobody is checked when there is no such person, so that an unknown email takes as long as a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

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

// hashing waits for its turn: one hash a core, so that many sign-ins at once take neither memory nor the pages' CPU.
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
	salt := make([]byte, 16)
	rand.Read(salt)
	err = s.hashing(ctx, func() {
		key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
		hash = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
			base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	})
	return hash, err
}

// samePassword compares in constant time. A person without a password has none that fits.
func (s *Store) samePassword(ctx context.Context, hash, password string) (same bool, err error) {
	known := hash != "" && len(password) <= longestPassword
	if !known {
		hash, password = nobody, ""
	}
	var version, memory, time, threads int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("models: a password's hash cannot be read")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("models: password: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("models: password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("models: password: %w", err)
	}
	err = s.hashing(ctx, func() {
		got := argon2.IDKey([]byte(password), salt, uint32(time), uint32(memory), uint8(threads), uint32(len(want)))
		same = known && subtle.ConstantTimeCompare(got, want) == 1
	})
	return same, err
}
