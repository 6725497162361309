package models

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
var CallbackTypes = []CallbackType{CallUndelivered, CallDelivered, CallAddressChanged, CallOptedOut, CallOptedIn}

// CallbackEndpoint is where an account's own system is called.
type CallbackEndpoint struct {
	AccountID    string `gorm:"primaryKey"`
	URL          string
	Events       string // types parted by spaces
	SecretSealed string `json:"-"`
	Sequence     int64  // of the last callback
	CreatedAt    time.Time
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
	Inner bool // addresses of this machine and of private networks are good: the installation is on this machine itself
}

func (ask *CallbackAsk) check() error {
	bad := Invalid{}
	u, err := url.Parse(ask.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && !(ask.Inner && u.Scheme == "http") {
		bad["url"] = Problem{Key: "error.callback_url"}
	} else if ip := net.ParseIP(u.Hostname()); !ask.Inner && (ownHost(u.Hostname()) || ip != nil && !Outside(ip)) {
		bad["url"] = Problem{Key: "error.callback_url"}
	}
	for _, kind := range ask.Types {
		if !slices.Contains(CallbackTypes, CallbackType(kind)) {
			bad["events"] = Problem{Key: "error.choice"}
		}
	}
	if len(ask.Types) == 0 {
		for _, kind := range CallbackTypes {
			ask.Types = append(ask.Types, string(kind))
		}
	}
	return bad.Err()
}

// inner are networks that net does not name private, and that are nobody's on the internet all the same.
var inner = []net.IPNet{
	{IP: net.IPv4(100, 64, 0, 0).To4(), Mask: net.CIDRMask(10, 32)},
	{IP: net.IPv4(192, 0, 0, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(198, 18, 0, 0).To4(), Mask: net.CIDRMask(15, 32)},
	{IP: net.IPv4(240, 0, 0, 0).To4(), Mask: net.CIDRMask(4, 32)},
	{IP: net.IPv4(0, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
	{IP: net.IPv4(192, 0, 2, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(192, 88, 99, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(198, 51, 100, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(203, 0, 113, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(168, 63, 129, 16).To4(), Mask: net.CIDRMask(32, 32)}, // the inner service of a cloud, at an address of the internet
	{IP: net.ParseIP("::"), Mask: net.CIDRMask(96, 128)},               // IPv4 within IPv6, in all its ways
	{IP: net.ParseIP("64:ff9b::"), Mask: net.CIDRMask(96, 128)},
	{IP: net.ParseIP("64:ff9b:1::"), Mask: net.CIDRMask(48, 128)},
	{IP: net.ParseIP("100::"), Mask: net.CIDRMask(64, 128)},
	{IP: net.ParseIP("2001::"), Mask: net.CIDRMask(23, 128)}, // Teredo and what else is no host's
	{IP: net.ParseIP("2001:db8::"), Mask: net.CIDRMask(32, 128)},
	{IP: net.ParseIP("2002::"), Mask: net.CIDRMask(16, 128)},
	{IP: net.ParseIP("3fff::"), Mask: net.CIDRMask(20, 128)},
	{IP: net.ParseIP("5f00::"), Mask: net.CIDRMask(16, 128)},
	{IP: net.ParseIP("fec0::"), Mask: net.CIDRMask(10, 128)},
}

// ownHost says whether a host is a name of this machine, or an address with a zone, which no host of the internet has.
func ownHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.Contains(host, "%")
}

// Outside says whether an address of the network lies on the internet: not on this machine, not in a private network.
func Outside(ip net.IP) bool {
	if four := ip.To4(); four != nil { // also where it is written as IPv6
		ip = four
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(inner, func(n net.IPNet) bool { return n.Contains(ip) })
}

// SetCallbacks says where callbacks go from now on, and returns the secret that signs them. It stays the same until
// they are ended.
func (s *Store) SetCallbacks(ctx context.Context, a Actor, ask CallbackAsk) (e CallbackEndpoint, secret string, err error) {
	if err := a.need(Register); err != nil {
		return e, "", err
	}
	if ask.URL == "" {
		return e, "", s.endCallbacks(ctx, a)
	}
	if err := ask.check(); err != nil {
		return e, "", err
	}
	err = s.inTx(ctx, func(t *tx) error {
		e = CallbackEndpoint{}
		if err := t.Limit(1).Find(&e, "account_id = ?", a.AccountID).Error; err != nil {
			return found(err, "callbacks")
		}
		if e.AccountID == "" {
			raw := make([]byte, 32)
			rand.Read(raw)
			e = CallbackEndpoint{AccountID: a.AccountID, CreatedAt: t.now,
				SecretSealed: t.s.seal.seal([]byte(callbackSecret + base64.StdEncoding.EncodeToString(raw)))}
		}
		e.URL, e.Events = ask.URL, strings.Join(ask.Types, " ")
		plain, err := t.s.seal.open(e.SecretSealed)
		if err != nil {
			return err
		}
		secret = string(plain)
		t.record(a, "callbacks.set", AuditEntry{ObjectKind: "account", ObjectID: a.AccountID, After: e.URL})
		return found(t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "account_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"url", "events"})}).Create(&e).Error, "callbacks")
	})
	return e, secret, err
}

// endCallbacks stops calling; what was not told yet is never told.
func (s *Store) endCallbacks(ctx context.Context, a Actor) error {
	return s.inTx(ctx, func(t *tx) error {
		if err := t.Exec("DELETE FROM callbacks WHERE account_id = ?", a.AccountID).Error; err != nil {
			return found(err, "ending callbacks")
		}
		done := t.Exec("DELETE FROM callback_endpoints WHERE account_id = ?", a.AccountID)
		if done.RowsAffected > 0 {
			t.record(a, "callbacks.end", AuditEntry{ObjectKind: "account", ObjectID: a.AccountID})
		}
		return found(done.Error, "ending callbacks")
	})
}

// endpoints are those that a transaction has asked for, by account.
type endpoints map[string]CallbackEndpoint

// endpoint is where the account is called; the zero CallbackEndpoint: nowhere. One transaction asks once for each account.
func (t *tx) endpoint(accountID string) (CallbackEndpoint, error) {
	asked := keptIn[endpoints](t)
	if e, known := (*asked)[accountID]; known {
		return e, nil
	}
	var e CallbackEndpoint
	err := t.Take(&e, "account_id = ?", accountID).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return e, found(err, "callbacks")
	}
	if *asked == nil {
		*asked = endpoints{}
	}
	(*asked)[accountID] = e
	return e, nil
}
