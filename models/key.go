package models

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// KeyKind says what a key opens.
type KeyKind string

// The kinds of key, and what their tokens start with so that a lost one is recognised.
const (
	KeyAPI    KeyKind = "api"
	KeyWidget KeyKind = "widget"
)

var keyPrefix = map[KeyKind]string{KeyAPI: "und_", KeyWidget: "unw_"}

// keyTouch is how exact "last used" is.
const keyTouch = time.Minute

// Key opens an account's API, or its widget. The table holds a digest; a widget's key, which opens only a number, is
// also kept sealed, to be shown again.
type Key struct {
	ID          string
	AccountID   string
	Kind        KeyKind
	Name        string
	TokenHash   string `json:"-"`
	TokenSealed string `json:"-"`
	Hint        string // its last letters
	Origins     string // widget: who may frame it, parted by spaces
	CreatedBy   string // name
	CreatedAt   time.Time
	UsedAt      *time.Time
	RevokedAt   *time.Time
	Rights      string     // of an API key, parted by spaces
	EndsAt      *time.Time // it opens nothing from then on; nil: it has no end
}

// AddKey makes a key and returns it with its token, which is shown once.
func (s *Store) AddKey(ctx context.Context, a Actor, kind KeyKind, name string, origins []string) (Key, string, error) {
	k := Key{Kind: kind, Name: name}
	if kind == KeyAPI {
		k.Rights = wordsOf(nil)
	}
	return s.addKey(ctx, a, k, origins)
}

func (s *Store) addKey(ctx context.Context, a Actor, k Key, origins []string) (Key, string, error) {
	if err := a.need(Configure); err != nil {
		return Key{}, "", err
	}
	k.AccountID, k.Name, k.CreatedBy = a.AccountID, cleanName(k.Name), a.Name
	bad := Invalid{}
	if k.Name == "" {
		bad["name"] = Problem{Key: "error.name_missing"}
	}
	var problem string
	if k.Origins, problem = originList(origins); problem != "" {
		bad["origins"] = Problem{Key: problem}
	}
	if err := bad.Err(); err != nil {
		return Key{}, "", err
	}
	token, _ := newToken()
	token = keyPrefix[k.Kind] + token
	k.TokenHash, k.Hint = tokenHash(token), token[len(token)-4:]
	if k.Kind == KeyWidget {
		k.TokenSealed = s.seal.seal([]byte(token))
	}
	err := s.inTx(ctx, func(t *tx) error {
		k.ID, k.CreatedAt = newID("key", t.now), t.now
		if err := t.Create(&k).Error; err != nil {
			return fmt.Errorf("models: adding a key: %w", err)
		}
		t.record(a, "key.add", AuditEntry{ObjectKind: "key", ObjectID: k.ID, ObjectName: k.Name, After: strings.TrimSpace(string(k.Kind) + " " + k.Rights)})
		return nil
	})
	return k, token, err
}

// originList reads origins such as https://www.example.com; one that is none has no place in a policy.
func originList(typed []string) (string, string) {
	var list []string
	for _, o := range typed {
		o = strings.TrimRight(strings.TrimSpace(o), "/")
		if o == "" {
			continue
		}
		u, err := url.Parse(o)
		plain := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && o == u.Scheme+"://"+u.Host
		if !plain || strings.ContainsAny(o, " ;,'\"*\t\r\n") {
			return "", "error.origin"
		}
		if !slices.Contains(list, o) {
			list = append(list, strings.ToLower(o))
		}
	}
	if len(list) > 20 {
		return "", "error.origins_many"
	}
	return strings.Join(list, " "), ""
}

// Keys are the account's keys of a kind that open something, the newest first.
func (s *Store) Keys(ctx context.Context, a Actor, kind KeyKind) ([]Key, error) {
	if err := a.need(Configure); err != nil {
		return nil, err
	}
	var all []Key
	err := s.reading(ctx).Where("account_id = ? AND kind = ? AND revoked_at IS NULL", a.AccountID, kind).
		Order("created_at DESC, id").Find(&all).Error
	return all, found(err, "keys")
}

// KeyToken is a widget key's token, to be shown to its owner.
func (s *Store) KeyToken(k Key) (string, error) {
	token, err := s.seal.open(k.TokenSealed)
	return string(token), err
}

// RevokeKey closes a key for good.
func (s *Store) RevokeKey(ctx context.Context, a Actor, id string) error {
	return s.changeKey(ctx, a, id, "key.revoke", func(t *tx) map[string]any { return map[string]any{"revoked_at": t.now} })
}

// EditWidgetKey changes who may frame the widget.
func (s *Store) EditWidgetKey(ctx context.Context, a Actor, id string, origins []string) error {
	list, problem := originList(origins)
	if problem != "" {
		return Invalid{"origins": Problem{Key: problem}}
	}
	return s.changeKey(ctx, a, id, "key.edit", func(*tx) map[string]any { return map[string]any{"origins": list} })
}

func (s *Store) changeKey(ctx context.Context, a Actor, id, action string, change func(*tx) map[string]any) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		var k Key
		if err := t.Take(&k, "id = ? AND account_id = ? AND revoked_at IS NULL", id, a.AccountID).Error; err != nil {
			return found(err, "key")
		}
		if err := t.Model(&Key{}).Where("id = ?", id).Updates(change(t)).Error; err != nil {
			return found(err, "changing a key")
		}
		t.record(a, action, AuditEntry{ObjectKind: "key", ObjectID: id, ObjectName: k.Name})
		return nil
	})
}

// KeyByToken finds the key that opens with a token; ErrNotFound when it opens nothing (any more).
func (s *Store) KeyByToken(ctx context.Context, kind KeyKind, token string) (Key, error) {
	var k Key
	err := s.reading(ctx).Take(&k, "token_hash = ? AND kind = ? AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > ?)", tokenHash(token), kind, s.now()).Error
	if err != nil {
		return k, found(err, "key by token")
	}
	return k, s.touchKey(ctx, k)
}

// touchKey notes when a key was last used, not more exactly than anybody reads it.
func (s *Store) touchKey(ctx context.Context, k Key) error {
	now := s.now()
	if k.UsedAt != nil && now.Sub(*k.UsedAt) <= keyTouch {
		return nil
	}
	return found(s.write.WithContext(ctx).Model(&Key{}).Where("id = ?", k.ID).Update("used_at", now).Error, "a key in use")
}

// KeyWithdrawn says whether a token was a key once, so that a widget can say that it has been turned off.
func (s *Store) KeyWithdrawn(ctx context.Context, kind KeyKind, token string) (bool, error) {
	var n int64
	err := s.reading(ctx).Model(&Key{}).Where("token_hash = ? AND kind = ? AND revoked_at IS NOT NULL", tokenHash(token), kind).Count(&n).Error
	return n > 0, found(err, "withdrawn key")
}

// Actor is the key as an actor in its account. A widget's key sees the number and nothing else.
func (k Key) Actor(network, requestID string) Actor {
	a := Actor{Kind: APIKey, ID: k.ID, Name: k.Name, AccountID: k.AccountID, Network: network, RequestID: requestID, Rights: k.May()}
	if k.Kind == KeyWidget {
		a.Kind, a.Role = WidgetKey, Viewer
	}
	return a
}
