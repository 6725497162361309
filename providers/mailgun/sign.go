package mailgun

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// signature is over time and token, not over the body. So a token counts once, or again with the same body.
type signature struct{ Timestamp, Token, Signature wire.Text }

// tokensKept is how long a token is remembered where no age limit is set: a retry is signed anew, so that an
// old one is nobody's but a listener's.
const tokensKept = 90 * 24 * time.Hour

// once is the proof that the token is, for as long as the post would be taken.
func (g signature) once(r wire.Request) models.Proof {
	expires := r.Now().Add(tokensKept)
	if limit, set := ageLimit(r.Settings); set {
		expires = wire.Time(g.Timestamp).Add(limit + ahead)
	}
	return models.Proof{
		Token:   g.counted(),
		Digest:  wire.Digest(r.Query.Encode(), string(r.Body)),
		Expires: expires,
	}
}

// ahead is how far another clock may be ahead of ours.
const ahead = 5 * time.Minute

// ageLimit is how old a post may be, where the settings say so.
func ageLimit(s wire.Settings) (time.Duration, bool) {
	hours, err := strconv.Atoi(s["max_age_hours"])
	return time.Duration(hours) * time.Hour, err == nil && hours > 0
}

// fresh says whether the post is not older than the settings allow.
func (g signature) fresh(r wire.Request) bool {
	limit, set := ageLimit(r.Settings)
	age := r.Now().Sub(wire.Time(g.Timestamp))
	return !set || age <= limit && age >= -ahead
}

func (g signature) proven(key string) bool {
	got, err := hex.DecodeString(string(g.Signature))
	if key == "" || g.Token == "" || g.counted() == "" || !digits(g.Timestamp) || err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(g.Timestamp + g.Token))
	return hmac.Equal(got, mac.Sum(nil))
}

// secondsLong is how long a time is today. Mailgun's own example has a shorter one.
const secondsLong = len("1790000000")

// counted is the token that counts once. The signature is over time and token without anything between them,
// so that the border could be moved and the used token be another: what is signed after the length of a time
// stays the same.
func (g signature) counted() string {
	signed := string(g.Timestamp + g.Token)
	return signed[min(secondsLong, len(signed)):]
}

func digits(t wire.Text) bool { return t != "" && strings.Trim(string(t), "0123456789") == "" }
