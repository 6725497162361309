package callback

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/network"
)

// CallbackType says what a business's own system is told.
type CallbackType string

// The types of callback.
const (
	CallUndelivered    CallbackType = "notification.undelivered"
	CallDelivered      CallbackType = "notification.delivered"
	CallAddressChanged CallbackType = "customer.address_changed"
	CallOptedOut       CallbackType = "address.opted_out"
	CallOptedIn        CallbackType = "address.opted_in"
)

// CallbackTypes are all types, in the order of the description of the API.
var CallbackTypes = []CallbackType{
	CallUndelivered,
	CallDelivered,
	CallAddressChanged,
	CallOptedOut,
	CallOptedIn,
}

// CallbackEndpoint is where an account's own system is called.
type CallbackEndpoint struct {
	AccountID    string `gorm:"primaryKey"`
	URL          string
	Events       string // types parted by spaces
	SecretSealed string `json:"-"`
	Sequence     int64  // of the last callback
	CreatedAt    time.Time
	// The secret before signs beside the present one until a moment.
	OldSecretSealed string `json:"-"`
	OldSecretUntil  *time.Time
}

func (e CallbackEndpoint) wants(kind CallbackType) bool {
	return slices.Contains(strings.Fields(e.Events), string(kind))
}

// Types are the types that are told.
func (e CallbackEndpoint) Types() []string { return strings.Fields(e.Events) }

// callbackSecret is how a secret of Standard Webhooks begins.
const callbackSecret = "whsec_"

// CallbackAsk is where callbacks are to go; an empty URL ends them, no types are all types.
type CallbackAsk struct {
	URL   string
	Types []string
	// addresses of this machine and of private networks are good: the installation is on this machine itself
	Inner bool
}

func (ask *CallbackAsk) check() error {
	bad := models.Invalid{}
	u, err := url.Parse(ask.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" ||
		u.Scheme != "https" && !(ask.Inner && u.Scheme == "http") {
		bad["url"] = models.Problem{Key: "error.callback_url"}
	} else if ip := net.ParseIP(u.Hostname()); !ask.Inner && (network.OwnHost(u.Hostname()) || ip != nil &&
		!network.Outside(ip)) {
		bad["url"] = models.Problem{Key: "error.callback_url"}
	}
	for _, kind := range ask.Types {
		if !slices.Contains(CallbackTypes, CallbackType(kind)) {
			bad["events"] = models.Problem{Key: "error.choice"}
		}
	}
	if len(ask.Types) == 0 {
		for _, kind := range CallbackTypes {
			ask.Types = append(ask.Types, string(kind))
		}
	}
	return bad.Err()
}

// SetCallbacks says where callbacks go from now on, and returns the secret that signs them. It stays the same
// until they are ended.
func (s *Store) SetCallbacks(ctx context.Context, a models.Actor,
	ask CallbackAsk) (e CallbackEndpoint, secret string, err error) {
	if err := a.Need(models.Register); err != nil {
		return e, "", err
	}
	if ask.URL == "" {
		return e, "", s.endCallbacks(ctx, a)
	}
	if err := ask.check(); err != nil {
		return e, "", err
	}
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		e = CallbackEndpoint{}
		if err := t.Limit(1).Find(&e, "account_id = ?", a.AccountID).Error; err != nil {
			return db.Wrap(err, "callbacks")
		}
		if e.AccountID == "" {
			e = CallbackEndpoint{
				AccountID:    a.AccountID,
				CreatedAt:    t.Now,
				SecretSealed: t.Database.Seal.Seal([]byte(newSecret())),
			}
		}
		e.URL, e.Events = ask.URL, strings.Join(ask.Types, " ")
		plain, err := t.Database.Seal.Open(e.SecretSealed)
		if err != nil {
			return err
		}
		secret = string(plain)
		t.Record(a, "callbacks.set",
			models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID, After: e.URL})
		return db.Wrap(t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "account_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"url", "events"})}).Create(&e).Error, "callbacks")
	})
	return e, secret, err
}

func newSecret() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return callbackSecret + base64.StdEncoding.EncodeToString(raw)
}

// endCallbacks stops calling; what was not told yet is never told.
func (s *Store) endCallbacks(ctx context.Context, a models.Actor) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := t.Exec("DELETE FROM callbacks WHERE account_id = ?", a.AccountID).Error; err != nil {
			return db.Wrap(err, "ending callbacks")
		}
		done := t.Exec("DELETE FROM callback_endpoints WHERE account_id = ?", a.AccountID)
		if done.RowsAffected > 0 {
			t.Record(a, "callbacks.end", models.AuditEntry{ObjectKind: "account", ObjectID: a.AccountID})
		}
		return db.Wrap(done.Error, "ending callbacks")
	})
}

// endpoints are those that a transaction has asked for, by account.
type endpoints map[string]CallbackEndpoint

// KnowEndpoint asks where the account is called before anything is told.
func KnowEndpoint(t *db.Tx, accountID string) error {
	_, err := endpoint(t, accountID)
	return err
}

// endpoint is where the account is called; the zero CallbackEndpoint: nowhere. One transaction asks once for
// each account.
func endpoint(t *db.Tx, accountID string) (CallbackEndpoint, error) {
	asked := db.KeptIn[endpoints](t)
	if e, known := (*asked)[accountID]; known {
		return e, nil
	}
	var e CallbackEndpoint
	err := t.Take(&e, "account_id = ?", accountID).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return e, db.Wrap(err, "callbacks")
	}
	if *asked == nil {
		*asked = endpoints{}
	}
	(*asked)[accountID] = e
	return e, nil
}
