package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"

	"gorm.io/gorm"
)

// How often a password may be wrong before somebody has to wait, and how long. The pair of a name and a network address
// has few tries, so that a stranger who tries keeps only themselves out. A name has more from everywhere together, which
// slows down whoever has many addresses; a computer on which its person has signed in before is not kept out by it.
const (
	triesAtMost      = 5
	triesOfName      = 60
	triesPause       = 15 * time.Minute
	deviceForgotten  = 180 * 24 * time.Hour
	devicesOfAPerson = 20
)

type signInTry struct {
	Name     string `gorm:"primaryKey"`
	Tries    int
	FreeAt   time.Time
	ForgetAt time.Time
}

// TableName is the table's name.
func (signInTry) TableName() string { return "sign_in_tries" }

type knownDevice struct {
	TokenHash string `gorm:"primaryKey"`
	UserID    string
	SeenAt    time.Time
}

// TableName is the table's name.
func (knownDevice) TableName() string { return "known_devices" }

// takeTry counts the try before the password is looked at, so that many at once get no more tries than one by one. Names
// that nobody has are counted in the same way: being made to wait tells nothing.
func (s *Store) takeTry(ctx context.Context, a Actor, email string) (u User, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		u = User{}
		err := t.Take(&u, "email = ?", email).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return found(err, "person")
		}
		if err := t.Where("forget_at <= ?", t.now).Delete(&signInTry{}).Error; err != nil {
			return found(err, "old tries")
		}
		device, err := t.deviceOf(a, u)
		if err != nil {
			return err
		}
		if device != "" {
			return t.countTry(triesOn(device), triesAtMost)
		}
		if err := t.countTry(triesAt(email, a.Network), triesAtMost); err != nil {
			return err
		}
		return t.countTry(triesFor(email), triesOfName)
	})
	return u, err
}

// The names under which tries are counted hold digests: whoever reads the table learns no email of a stranger.
func triesFor(email string) string { return "name " + shortHash(email) }
func triesOn(device string) string { return "device " + device }
func triesAt(email, network string) string {
	return "pair " + shortHash(email) + " " + shortHash(NetworkOf(network))
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// NetworkOf is the part of a network address that belongs to one visitor: all of an IPv4 address, and the first half of
// an IPv6 one, because everybody has the whole second half.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	half, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return half.String()
}

// countTry counts one more, or refuses it: the row decides, whoever else counts at once. The time does not grow with
// further tries.
func (t *tx) countTry(name string, most int) error {
	end := t.now.Add(triesPause)
	var tries int
	err := t.Raw(`INSERT INTO sign_in_tries (name, tries, free_at, forget_at) VALUES (?, 1, ?, ?)
		ON CONFLICT (name) DO UPDATE SET
			tries = CASE WHEN sign_in_tries.free_at <= ? THEN 1 ELSE sign_in_tries.tries + 1 END,
			forget_at = CASE WHEN sign_in_tries.free_at <= ? THEN excluded.forget_at ELSE sign_in_tries.forget_at END,
			free_at = CASE WHEN sign_in_tries.free_at <= ? THEN excluded.free_at ELSE sign_in_tries.free_at END
		RETURNING tries`, name, end, end, t.now, t.now, t.now).Scan(&tries).Error
	if err == nil && tries > most {
		return ErrThrottled
	}
	return found(err, "counting a try")
}

// forgetTries lets a person try again who has proven who they are.
func (t *tx) forgetTries(names ...string) error {
	return found(t.Where("name IN ?", names).Delete(&signInTry{}).Error, "forgetting tries")
}

// deviceOf is the digest of the computer that the actor comes from, if its person has signed in there before.
func (t *tx) deviceOf(a Actor, u User) (string, error) {
	if a.Device == "" || u.ID == "" {
		return "", nil
	}
	var n int64
	err := t.Model(&knownDevice{}).Where("token_hash = ? AND user_id = ? AND seen_at > ?", tokenHash(a.Device), u.ID, t.now.Add(-deviceForgotten)).Count(&n).Error
	if err != nil || n == 0 {
		return "", found(err, "known computer")
	}
	return tokenHash(a.Device), nil
}

// KnowDevice remembers that a person has signed in on a computer, and returns the token that it keeps: the one it has, if
// that is theirs.
func (s *Store) KnowDevice(ctx context.Context, a Actor, u User) (token string, err error) {
	err = s.inTx(ctx, func(t *tx) error {
		hash, err := t.deviceOf(a, u)
		if err != nil {
			return err
		}
		if hash != "" {
			token = a.Device
			return found(t.Model(&knownDevice{}).Where("token_hash = ?", hash).Update("seen_at", t.now).Error, "known computer")
		}
		token, hash = newToken()
		if err := t.Create(&knownDevice{TokenHash: hash, UserID: u.ID, SeenAt: t.now}).Error; err != nil {
			return found(err, "known computer")
		}
		return found(t.Exec(`DELETE FROM known_devices WHERE user_id = ? AND (seen_at <= ? OR token_hash NOT IN
			(SELECT token_hash FROM known_devices WHERE user_id = ? ORDER BY seen_at DESC, token_hash LIMIT ?))`,
			u.ID, t.now.Add(-deviceForgotten), u.ID, devicesOfAPerson).Error, "known computers")
	})
	return token, err
}
