package models

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

var idLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newID is a key for a row: the kind, then 48 bits of milliseconds and 80 random bits. Rows made together lie
// together in an index, and nobody can guess or count ids.
func newID(kind string, at time.Time) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16)
	rand.Read(raw[6:])
	return kind + "_" + idLetters.EncodeToString(raw[:])
}
