package connection

import (
	"context"
	"errors"
	"sync"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// ErrChanged: the connection is no longer what its token opened when it was looked up; nothing was stored.
var ErrChanged = errors.New("the connection has changed since it was looked up")

// knownMost is how many connections are remembered by their tokens.
const knownMost = 2000

// knownConnections remembers what tokens opened, with the settings sealed as they are in the table: providers
// report often and connections change seldom. It never has the last word (hear), so that a change made
// elsewhere counts at once too.
type knownConnections struct {
	mu     sync.RWMutex
	byHash map[string]models.Connection
}

func (k *knownConnections) get(hash string) (models.Connection, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, known := k.byHash[hash]
	return c, known
}

func (k *knownConnections) put(c models.Connection) { // under the token that opened it
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byHash == nil || len(k.byHash) >= knownMost {
		k.byHash = map[string]models.Connection{}
	}
	k.byHash[c.OpenedBy] = c
}

func (k *knownConnections) forget(hash string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byHash, hash)
}

// ConnectionByToken finds the connection that a webhook address belongs to. What is kept in its name is kept
// only while it is still so: ErrChanged.
func (s *Store) ConnectionByToken(ctx context.Context, provider, token string) (models.Connection, error) {
	hash := models.TokenHash(token)
	var c models.Connection
	err := s.db.Reading(ctx).
		Take(&c, "(token_hash = ? OR old_token_hash = ? AND old_token_until > ?) AND provider = ? AND "+
			"removed_at IS NULL",
			hash, hash, s.db.Now(), provider).
		Error
	if err != nil {
		s.known.forget(hash)
		return c, db.Wrap(err, "connection by token")
	}
	c = c.Opened(hash)
	s.known.put(c)
	return c, nil
}

// KnownByToken is ConnectionByToken from memory. It may have changed: whoever refuses a request for what it
// says looks it up first.
func (s *Store) KnownByToken(provider, token string) (models.Connection, bool) {
	c, known := s.known.get(models.TokenHash(token))
	return c, known && c.Provider == provider
}
