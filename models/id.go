package models

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"time"
)

var IdLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID is a key for a row: the kind, then 48 bits of milliseconds and 80 random bits. Rows made together lie
// together in an index, and nobody can guess or count ids.
func NewID(kind string, at time.Time) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16)
	rand.Read(raw[6:])
	return kind + "_" + IdLetters.EncodeToString(raw[:])
}

func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
