package people

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// How often a password may be wrong before somebody has to wait, and how long. The pair of a name and a
// network address has few tries, so that a stranger who tries keeps only themselves out. A name has more from
// everywhere together, which slows down whoever has many addresses; a computer on which its person has signed
// in before is not kept out by it.
const (
	triesAtMost      = 5
	triesOfName      = 60
	triesPause       = 15 * time.Minute
	deviceForgotten  = 180 * 24 * time.Hour
	devicesOfAPerson = 20
)

type SignInTry struct {
	Name     string `gorm:"primaryKey"`
	Tries    int
	FreeAt   time.Time
	ForgetAt time.Time
}

// TableName is the table's name.
func (SignInTry) TableName() string { return "sign_in_tries" }

type KnownDevice struct {
	TokenHash string `gorm:"primaryKey"`
	UserID    string
	SeenAt    time.Time
}

// TableName is the table's name.
func (KnownDevice) TableName() string { return "known_devices" }

// takeTry counts the try before the password is looked at, so that many at once get no more tries than one by
// one. Names that nobody has are counted in the same way: being made to wait tells nothing.
func (s *Store) takeTry(ctx context.Context, a models.Actor, email string) (u models.User, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		u = models.User{}
		err := t.Take(&u, "email = ?", email).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return db.Wrap(err, "person")
		}
		if err := t.Where("forget_at <= ?", t.Now).Delete(&SignInTry{}).Error; err != nil {
			return db.Wrap(err, "old tries")
		}
		device, err := deviceOf(t, a, u)
		if err != nil {
			return err
		}
		if device != "" {
			return countTry(t, triesOn(device), triesAtMost)
		}
		if err := countTry(t, triesAt(email, a.Network), triesAtMost); err != nil {
			return err
		}
		return countTry(t, triesFor(email), triesOfName)
	})
	return u, err
}

// The names under which tries are counted hold digests: whoever reads the table learns no email of a
// stranger.
func triesFor(email string) string { return "name " + shortHash(email) }

func triesOn(device string) string { return "device " + device }

func triesAt(email, network string) string {
	return "pair " + shortHash(email) + " " + shortHash(NetworkOf(network))
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// NetworkOf is the part of a network address that belongs to one visitor: all of an IPv4 address, and the
// first half of an IPv6 one, because everybody has the whole second half.
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

// countTry counts one more, or refuses it: the row decides, whoever else counts at once. The time does not
// grow with further tries.
func countTry(t *db.Tx, name string, most int) error {
	end := t.Now.Add(triesPause)
	var tries int
	err := t.Raw(`INSERT INTO sign_in_tries (name, tries, free_at, forget_at) VALUES (?, 1, ?, ?)
		ON CONFLICT (name) DO UPDATE SET
			tries = CASE WHEN sign_in_tries.free_at <= ? THEN 1 ELSE sign_in_tries.tries + 1 END,
			forget_at = CASE WHEN sign_in_tries.free_at <= ? THEN excluded.forget_at ELSE sign_in_tries.forget_at END,
			free_at = CASE WHEN sign_in_tries.free_at <= ? THEN excluded.free_at ELSE sign_in_tries.free_at END
		RETURNING tries`, name, end, end, t.Now, t.Now, t.Now).Scan(&tries).Error
	if err == nil && tries > most {
		return ErrThrottled
	}
	return db.Wrap(err, "counting a try")
}

// forgetTries lets a person try again who has proven who they are.
func forgetTries(t *db.Tx, names ...string) error {
	return db.Wrap(t.Where("name IN ?", names).Delete(&SignInTry{}).Error, "forgetting tries")
}

// deviceOf is the digest of the computer that the actor comes from, if its person has signed in there before.
func deviceOf(t *db.Tx, a models.Actor, u models.User) (string, error) {
	if a.Device == "" || u.ID == "" {
		return "", nil
	}
	var n int64
	err := t.Model(&KnownDevice{}).
		Where("token_hash = ? AND user_id = ? AND seen_at > ?", models.TokenHash(a.Device), u.ID,
			t.Now.Add(-deviceForgotten)).
		Count(&n).Error
	if err != nil || n == 0 {
		return "", db.Wrap(err, "known computer")
	}
	return models.TokenHash(a.Device), nil
}

// KnowDevice remembers that a person has signed in on a computer, and returns the token that it keeps: the
// one it has, if that is theirs.
func (s *Store) KnowDevice(ctx context.Context, a models.Actor, u models.User) (token string, err error) {
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		hash, err := deviceOf(t, a, u)
		if err != nil {
			return err
		}
		if hash != "" {
			token = a.Device
			return db.Wrap(
				t.Model(&KnownDevice{}).Where("token_hash = ?", hash).Update("seen_at", t.Now).Error,
				"known computer",
			)
		}
		token, hash = db.NewToken()
		if err := t.Create(&KnownDevice{TokenHash: hash, UserID: u.ID, SeenAt: t.Now}).Error; err != nil {
			return db.Wrap(err, "known computer")
		}
		return db.Wrap(
			t.Exec(`DELETE FROM known_devices WHERE user_id = ? AND (seen_at <= ? OR token_hash NOT IN
			(SELECT token_hash FROM known_devices WHERE user_id = ? ORDER BY seen_at DESC,
				token_hash LIMIT ?))`,
				u.ID, t.Now.Add(-deviceForgotten), u.ID, devicesOfAPerson).Error,
			"known computers",
		)
	})
	return token, err
}
