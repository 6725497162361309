package people

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
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

// Key opens an account's API, or its widget. The table holds a digest; a widget's key, which opens only a
// number, is also kept sealed, to be shown again.
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
func (s *Store) AddKey(ctx context.Context, a models.Actor, kind KeyKind, name string,
	origins []string) (Key, string, error) {
	k := Key{Kind: kind, Name: name}
	if kind == KeyAPI {
		k.Rights = wordsOf(nil)
	}
	return s.addKey(ctx, a, k, origins)
}

func (s *Store) addKey(ctx context.Context, a models.Actor, k Key, origins []string) (Key, string, error) {
	if err := a.Need(models.Configure); err != nil {
		return Key{}, "", err
	}
	k.AccountID, k.Name, k.CreatedBy = a.AccountID, CleanName(k.Name), a.Name
	bad := models.Invalid{}
	if k.Name == "" {
		bad["name"] = models.Problem{Key: "error.name_missing"}
	}
	var problem string
	if k.Origins, problem = originList(origins); problem != "" {
		bad["origins"] = models.Problem{Key: problem}
	}
	if err := bad.Err(); err != nil {
		return Key{}, "", err
	}
	token, _ := db.NewToken()
	token = keyPrefix[k.Kind] + token
	k.TokenHash, k.Hint = models.TokenHash(token), token[len(token)-4:]
	if k.Kind == KeyWidget {
		k.TokenSealed = s.db.Seal.Seal([]byte(token))
	}
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		k.ID, k.CreatedAt = models.NewID("key", t.Now), t.Now
		if err := t.Create(&k).Error; err != nil {
			return fmt.Errorf("models: adding a key: %w", err)
		}
		t.Record(a, "key.add", models.AuditEntry{
			ObjectKind: "key",
			ObjectID:   k.ID,
			ObjectName: k.Name,
			After:      strings.TrimSpace(string(k.Kind) + " " + k.Rights),
		})
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
		plain := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
			o == u.Scheme+"://"+u.Host
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
func (s *Store) Keys(ctx context.Context, a models.Actor, kind KeyKind) ([]Key, error) {
	if err := a.Need(models.Configure); err != nil {
		return nil, err
	}
	var all []Key
	err := s.db.Reading(ctx).Where("account_id = ? AND kind = ? AND revoked_at IS NULL", a.AccountID, kind).
		Order("created_at DESC, id").Find(&all).Error
	return all, db.Wrap(err, "keys")
}

// KeyToken is a widget key's token, to be shown to its owner.
func (s *Store) KeyToken(k Key) (string, error) {
	token, err := s.db.Seal.Open(k.TokenSealed)
	return string(token), err
}

// RevokeKey closes a key for good.
func (s *Store) RevokeKey(ctx context.Context, a models.Actor, id string) error {
	return s.changeKey(ctx, a, id, "key.revoke",
		func(t *db.Tx) map[string]any { return map[string]any{"revoked_at": t.Now} })
}

// EditWidgetKey changes who may frame the widget.
func (s *Store) EditWidgetKey(ctx context.Context, a models.Actor, id string, origins []string) error {
	list, problem := originList(origins)
	if problem != "" {
		return models.Invalid{"origins": models.Problem{Key: problem}}
	}
	return s.changeKey(ctx, a, id, "key.edit",
		func(*db.Tx) map[string]any { return map[string]any{"origins": list} })
}

func (s *Store) changeKey(ctx context.Context, a models.Actor, id, action string,
	change func(*db.Tx) map[string]any) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var k Key
		if err := t.Take(&k, "id = ? AND account_id = ? AND revoked_at IS NULL", id,
			a.AccountID).Error; err != nil {
			return db.Wrap(err, "key")
		}
		if err := t.Model(&Key{}).Where("id = ?", id).Updates(change(t)).Error; err != nil {
			return db.Wrap(err, "changing a key")
		}
		t.Record(a, action, models.AuditEntry{ObjectKind: "key", ObjectID: id, ObjectName: k.Name})
		return nil
	})
}

// KeyByToken finds the key that opens with a token; ErrNotFound when it opens nothing (any more).
func (s *Store) KeyByToken(ctx context.Context, kind KeyKind, token string) (Key, error) {
	var k Key
	err := s.db.Reading(ctx).
		Take(&k, "token_hash = ? AND kind = ? AND revoked_at IS NULL AND (ends_at IS NULL OR ends_at > ?)",
			models.TokenHash(token), kind, s.db.Now()).
		Error
	if err != nil {
		return k, db.Wrap(err, "key by token")
	}
	return k, s.TouchKey(ctx, k)
}

// TouchKey notes when a key was last used, not more exactly than anybody reads it.
func (s *Store) TouchKey(ctx context.Context, k Key) error {
	now := s.db.Now()
	if k.UsedAt != nil && now.Sub(*k.UsedAt) <= keyTouch {
		return nil
	}
	return db.Wrap(
		s.db.Main.WithContext(ctx).Model(&Key{}).Where("id = ?", k.ID).Update("used_at", now).Error,
		"a key in use",
	)
}

// KeyWithdrawn says whether a token was a key once, so that a widget can say that it has been turned off.
func (s *Store) KeyWithdrawn(ctx context.Context, kind KeyKind, token string) (bool, error) {
	var n int64
	err := s.db.Reading(ctx).Model(&Key{}).
		Where("token_hash = ? AND kind = ? AND revoked_at IS NOT NULL", models.TokenHash(token), kind).
		Count(&n).Error
	return n > 0, db.Wrap(err, "withdrawn key")
}

// Actor is the key as an actor in its account. A widget's key sees the number and nothing else.
func (k Key) Actor(network, requestID string) models.Actor {
	a := models.Actor{
		Kind:      models.APIKey,
		ID:        k.ID,
		Name:      k.Name,
		AccountID: k.AccountID,
		Network:   network,
		RequestID: requestID,
		Rights:    k.May(),
	}
	if k.Kind == KeyWidget {
		a.Kind, a.Role = models.WidgetKey, models.Viewer
	}
	return a
}
