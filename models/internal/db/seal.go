package db

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"undelivered/models"
)

// sealer encrypts what must be read again (provider credentials) and digests what must only be recognised.
type sealer struct {
	keys  []cipher.AEAD // the first one seals; all open
	Audit []byte        // chains the activity log; made of digest
	// the first one of the secret key's until the database names the installation's own (settleDigestKey)
	digest []byte
}

func newSealer(key []byte, old [][]byte) (sealer, error) {
	if len(key) < 32 {
		return sealer{}, errors.New("models: the secret key must have at least 32 bytes")
	}
	var s sealer
	for _, k := range append([][]byte{key}, old...) {
		aead, err := aeadOf(k)
		if err != nil {
			return sealer{}, err
		}
		s.keys = append(s.keys, aead)
	}
	var err error
	s.digest, err = hkdf.Key(sha256.New, key, nil, "undelivered address digest", 32)
	return s, err
}

func aeadOf(key []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "undelivered sealing", 32)
	if err != nil {
		return nil, fmt.Errorf("models: key: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("models: key: %w", err)
	}
	return cipher.NewGCM(block)
}

func (s sealer) Seal(plain []byte) string {
	nonce := make([]byte, s.keys[0].NonceSize())
	rand.Read(nonce)
	return base64.RawStdEncoding.EncodeToString(s.keys[0].Seal(nonce, nonce, plain, nil))
}

func (s sealer) Open(sealed string) ([]byte, error) {
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("models: sealed value: %w", err)
	}
	for _, key := range s.keys {
		if len(raw) < key.NonceSize() {
			break
		}
		if plain, err := key.Open(nil, raw[:key.NonceSize()], raw[key.NonceSize():], nil); err == nil {
			return plain, nil
		}
	}
	return nil, errors.New(
		"models: a sealed value cannot be opened: is UNDELIVERED_SECRET_KEY the one it was sealed with?",
	)
}

// AddressDigest recognises an erased customer's address without keeping it.
func (s sealer) AddressDigest(channel models.Channel, normal string) string {
	return s.Erased(string(channel), normal)
}

// Erased recognises a text of a kind that was erased, without keeping it; nothing stays nothing, and what is
// erased already stays as it is.
func (s sealer) Erased(kind, text string) string {
	if text == "" || models.Erased(text) {
		return text
	}
	mac := hmac.New(sha256.New, s.digest)
	mac.Write([]byte(kind + "\n" + text))
	return models.ErasedMark + hex.EncodeToString(mac.Sum(nil))
}

// NewToken is 256 random bits for a URL, a cookie or a key, and the digest that the database keeps of it.
func NewToken() (token, hash string) {
	var raw [32]byte
	rand.Read(raw[:])
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	return token, models.TokenHash(token)
}
