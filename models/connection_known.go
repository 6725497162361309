package models

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// ErrChanged: the connection is no longer what its token opened when it was looked up; nothing was stored.
var ErrChanged = errors.New("the connection has changed since it was looked up")

// knownMost is how many connections are remembered by their tokens.
const knownMost = 2000

// knownConnections remembers what tokens opened, with the settings sealed as they are in the table: providers report often
// and connections change seldom. It never has the last word (hear), so that a change made elsewhere counts at once too.
type knownConnections struct {
	mu     sync.RWMutex
	byHash map[string]Connection
}

func (k *knownConnections) get(hash string) (Connection, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, known := k.byHash[hash]
	return c, known
}

func (k *knownConnections) put(c Connection) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byHash == nil || len(k.byHash) >= knownMost {
		k.byHash = map[string]Connection{}
	}
	k.byHash[c.TokenHash] = c
}

func (k *knownConnections) forget(hash string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byHash, hash)
}

// ConnectionByToken finds the connection that a webhook address belongs to. What is kept in its name is kept only while
// it is still so: ErrChanged.
func (s *Store) ConnectionByToken(ctx context.Context, provider, token string) (Connection, error) {
	hash := tokenHash(token)
	var c Connection
	err := s.reading(ctx).Take(&c, "token_hash = ? AND provider = ? AND removed_at IS NULL", hash, provider).Error
	if err != nil {
		s.known.forget(hash)
		return c, found(err, "connection by token")
	}
	c.byToken = true
	s.known.put(c)
	return c, nil
}

// KnownByToken is ConnectionByToken from memory. It may have changed: whoever refuses a request for what it says looks it
// up first.
func (s *Store) KnownByToken(provider, token string) (Connection, bool) {
	c, known := s.known.get(tokenHash(token))
	return c, known && c.Provider == provider
}

// hear notes that connections were heard, and finds the deliveries of those that are not what their token opened any more:
// they get ErrChanged, and so does the caller, who stores the others without them. The rows are held until the commit, so
// that a removal, or another secret, comes before all of it or after, whichever instance does it.
func (t *tx) hear(batch []delivery) error {
	now, err := t.heardNow(batch)
	if err != nil {
		return err
	}
	for i := range batch {
		if d := &batch[i]; d.err == nil && d.from.byToken && !d.from.still(now[d.from.ID]) {
			d.err, err = ErrChanged, ErrChanged
		}
	}
	return err
}

func (t *tx) heardNow(batch []delivery) (map[string]Connection, error) {
	byID := map[string]Connection{}
	for _, d := range batch {
		if d.err == nil {
			byID[d.from.ID] = Connection{}
		}
	}
	var rows []Connection
	err := t.Raw("UPDATE connections SET heard_at = ? WHERE id IN ? RETURNING id, token_hash, settings_sealed, removed_at",
		t.now, slices.Sorted(maps.Keys(byID))).Scan(&rows).Error
	for _, c := range rows {
		byID[c.ID] = c
	}
	return byID, found(err, "noting who was heard")
}

// still says whether the row is what the token opened, with the settings by which its reports are proven.
func (c *Connection) still(now Connection) bool {
	return now.RemovedAt == nil && now.TokenHash == c.TokenHash && now.SettingsSealed == c.SettingsSealed
}
