package models

import (
	"context"
	"time"
)

// How long a sign-in lasts without being used: kept on this computer, or not.
const (
	SessionKept  = 14 * 24 * time.Hour
	SessionShort = 12 * time.Hour

	// SessionEnd is when a sign-in ends however much it is used.
	SessionEnd = 30 * 24 * time.Hour

	sessionTouch = 5 * time.Minute // how exact "last seen" is
)

// Session is one sign-in on one computer. The table holds only the digest of the token that the cookie carries.
type Session struct {
	TokenHash string `gorm:"primaryKey"`
	UserID    string
	AccountID string // the account that the person looks at
	Data      string // what the pages keep in it: the short message
	Network   string
	Agent     string
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
	EndsAt    time.Time  // at the latest, however much it is used
	Proven    bool       // the sign-in has proven the mailbox: by a mailed link, or the organisation's word
	AskedAt   *time.Time // when the password was asked for again
}

// Until is when a session that is used now ends.
func (s Session) Until(now time.Time) time.Time {
	end := now.Add(s.Life())
	if s.EndsAt.Before(end) {
		return s.EndsAt
	}
	return end
}

// Life is how long the session lasts from its last use.
func (s Session) Life() time.Duration { return s.ExpiresAt.Sub(s.SeenAt) }

// Kept says whether it outlives the browser.
func (s Session) Kept() bool { return s.Life() > SessionShort }

// AddSession opens a session for the person who has just proven who they are, and returns its token.
func (s *Store) AddSession(ctx context.Context, a Actor, n Session, life time.Duration) (token string, err error) {
	if a.ID == "" || a.Kind != Person {
		return "", ErrForbidden
	}
	now := s.now()
	token, n.TokenHash = newToken()
	n.UserID, n.Network, n.Agent = a.ID, a.Network, cleanName(n.Agent)
	n.CreatedAt, n.SeenAt, n.ExpiresAt = now, now, now.Add(life)
	n.EndsAt = now.Add(SessionEnd)
	return token, s.inTx(ctx, func(t *tx) error {
		var u User
		if err := t.Take(&u, "id = ?", a.ID).Error; err != nil {
			return found(err, "person")
		}
		if n.AccountID, err = t.landing(u); err != nil {
			return err
		}
		return found(t.Create(&n).Error, "opening a session")
	})
}

// SaveSession keeps what pages changed in a session. One that has ended meanwhile stays ended: ErrNotFound.
func (s *Store) SaveSession(ctx context.Context, token, data string) error {
	done := s.write.WithContext(ctx).Model(&Session{}).
		Where("token_hash = ? AND expires_at > ?", tokenHash(token), s.now()).
		Update("data", data)
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrNotFound
	}
	return found(done.Error, "saving a session")
}

// TouchSession moves the end of a session that is being used.
func (s *Store) TouchSession(ctx context.Context, n Session) (moved bool, err error) {
	now := s.now()
	if now.Sub(n.SeenAt) < sessionTouch {
		return false, nil
	}
	err = s.write.WithContext(ctx).Model(&Session{}).Where("token_hash = ?", n.TokenHash).
		Updates(map[string]any{"seen_at": now, "expires_at": n.Until(now)}).Error
	return err == nil, found(err, "a session in use")
}

// Sessions are the person's own sign-ins, the latest first.
func (s *Store) Sessions(ctx context.Context, a Actor) ([]Session, error) {
	if a.ID == "" {
		return nil, ErrForbidden
	}
	var all []Session
	err := s.reading(ctx).Where("user_id = ? AND expires_at > ?", a.ID, s.now()).Order("seen_at DESC").Find(&all).Error
	return all, found(err, "sessions")
}

// EndSession signs the person out of one session of theirs, named by its digest.
func (s *Store) EndSession(ctx context.Context, a Actor, hash string) error {
	return s.inTx(ctx, func(t *tx) error {
		done := t.Where("token_hash = ? AND user_id = ?", hash, a.ID).Delete(&Session{})
		if done.Error != nil || done.RowsAffected == 0 {
			return found(done.Error, "signing out")
		}
		return t.recordPerson(a, "person.sign_out")
	})
}

// EndSessions signs the person out everywhere, except for the session whose digest is kept.
func (s *Store) EndSessions(ctx context.Context, a Actor, keep string) error {
	if a.ID == "" {
		return ErrForbidden
	}
	return s.inTx(ctx, func(t *tx) error {
		if err := t.signOut(a.ID, keep); err != nil {
			return err
		}
		return t.recordPerson(a, "person.sign_out_everywhere")
	})
}

func (t *tx) signOut(userID, keep string) error {
	return found(t.Where("user_id = ? AND token_hash <> ?", userID, keep).Delete(&Session{}).Error, "signing out")
}

func (t *tx) recordPerson(a Actor, action string) error {
	var u User
	if err := t.Take(&u, "id = ?", a.ID).Error; err != nil {
		return found(err, "person")
	}
	return t.recordThere(a, u, action)
}

// Visit is who comes with a token: the person, where they may go, and where they are.
type Visit struct {
	Session Session
	User    User
	Seats   []Seat
	Seat    Seat // where they are; without an account: at support's desk, or nowhere
}

// Visit finds the session of a cookie's token. ErrNotFound: there is none, or it has ended.
func (s *Store) Visit(ctx context.Context, token string) (Visit, error) {
	var v Visit
	if len(token) != 43 {
		return v, ErrNotFound
	}
	err := s.reading(ctx).Take(&v.Session, "token_hash = ? AND expires_at > ?", tokenHash(token), s.now()).Error
	if err != nil {
		return v, found(err, "session")
	}
	if err := s.reading(ctx).Take(&v.User, "id = ? AND locked_at IS NULL", v.Session.UserID).Error; err != nil {
		return v, found(err, "person of a session")
	}
	if v.Seats, err = s.seats(ctx, v.User); err != nil {
		return v, err
	}
	v.Seat = v.choose()
	return v, nil
}

// choose is the account of the session while the person may still be there, else the desk of support, else the first.
func (v Visit) choose() Seat {
	for _, seat := range v.Seats {
		if seat.Account.ID == v.Session.AccountID {
			return seat
		}
	}
	if v.User.Support {
		return Seat{Role: Support}
	}
	if len(v.Seats) > 0 {
		return v.Seats[0]
	}
	return Seat{}
}

// Actor is the visitor as an actor.
func (v Visit) Actor(network, requestID string) Actor {
	kind := Person
	if v.Seat.Role == Support && v.Seat.Account.ID != "" {
		kind = OnBehalf
	}
	return Actor{Kind: kind, ID: v.User.ID, Name: v.User.Name, AccountID: v.Seat.Account.ID, Role: v.Seat.Role,
		Network: network, RequestID: requestID}
}
