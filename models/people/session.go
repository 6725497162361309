package people

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// How long a sign-in lasts without being used: kept on this computer, or not.
const (
	SessionKept  = 14 * 24 * time.Hour
	SessionShort = 12 * time.Hour

	// SessionEnd is when a sign-in ends however much it is used.
	SessionEnd = 30 * 24 * time.Hour

	sessionTouch = 5 * time.Minute // how exact "last seen" is
)

// Session is one sign-in on one computer. The table holds only the digest of the token that the cookie
// carries.
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
func (s *Store) AddSession(ctx context.Context, a models.Actor, n Session,
	life time.Duration) (token string, err error) {
	if a.ID == "" || a.Kind != models.Person {
		return "", models.ErrForbidden
	}
	now := s.db.Now()
	token, n.TokenHash = db.NewToken()
	n.UserID, n.Network, n.Agent = a.ID, a.Network, CleanName(n.Agent)
	n.CreatedAt, n.SeenAt, n.ExpiresAt = now, now, now.Add(life)
	n.EndsAt = now.Add(SessionEnd)
	return token, s.db.InTx(ctx, func(t *db.Tx) error {
		var u models.User
		if err := t.Take(&u, "id = ?", a.ID).Error; err != nil {
			return db.Wrap(err, "person")
		}
		if n.AccountID, err = landing(t, u); err != nil {
			return err
		}
		return db.Wrap(t.Create(&n).Error, "opening a session")
	})
}

// SaveSession keeps what pages changed in a session. One that has ended meanwhile stays ended: ErrNotFound.
func (s *Store) SaveSession(ctx context.Context, token, data string) error {
	done := s.db.Main.WithContext(ctx).Model(&Session{}).
		Where("token_hash = ? AND expires_at > ?", models.TokenHash(token), s.db.Now()).Update("data", data)
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return db.Wrap(done.Error, "saving a session")
}

// TouchSession moves the end of a session that is being used.
func (s *Store) TouchSession(ctx context.Context, n Session) (moved bool, err error) {
	now := s.db.Now()
	if now.Sub(n.SeenAt) < sessionTouch {
		return false, nil
	}
	err = s.db.Main.WithContext(ctx).Model(&Session{}).Where("token_hash = ?", n.TokenHash).
		Updates(map[string]any{"seen_at": now, "expires_at": n.Until(now)}).Error
	return err == nil, db.Wrap(err, "a session in use")
}

// Sessions are the person's own sign-ins, the latest first.
func (s *Store) Sessions(ctx context.Context, a models.Actor) ([]Session, error) {
	if a.ID == "" {
		return nil, models.ErrForbidden
	}
	var all []Session
	err := s.db.Reading(ctx).Where("user_id = ? AND expires_at > ?", a.ID, s.db.Now()).Order("seen_at DESC").
		Find(&all).Error
	return all, db.Wrap(err, "sessions")
}

// EndSession signs the person out of one session of theirs, named by its digest.
func (s *Store) EndSession(ctx context.Context, a models.Actor, hash string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		done := t.Where("token_hash = ? AND user_id = ?", hash, a.ID).Delete(&Session{})
		if done.Error != nil || done.RowsAffected == 0 {
			return db.Wrap(done.Error, "signing out")
		}
		return recordPerson(t, a, "person.sign_out")
	})
}

// EndSessions signs the person out everywhere, except for the session whose digest is kept.
func (s *Store) EndSessions(ctx context.Context, a models.Actor, keep string) error {
	if a.ID == "" {
		return models.ErrForbidden
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := signOut(t, a.ID, keep); err != nil {
			return err
		}
		return recordPerson(t, a, "person.sign_out_everywhere")
	})
}

func signOut(t *db.Tx, userID, keep string) error {
	return db.Wrap(t.Where("user_id = ? AND token_hash <> ?", userID, keep).Delete(&Session{}).Error,
		"signing out")
}

func recordPerson(t *db.Tx, a models.Actor, action string) error {
	var u models.User
	if err := t.Take(&u, "id = ?", a.ID).Error; err != nil {
		return db.Wrap(err, "person")
	}
	return recordThere(t, a, u, action)
}

// Visit is who comes with a token: the person, where they may go, and where they are.
type Visit struct {
	Session Session
	User    models.User
	Seats   []Seat
	Seat    Seat // where they are; without an account: at support's desk, or nowhere
}

// Visit finds the session of a cookie's token. ErrNotFound: there is none, or it has ended.
func (s *Store) Visit(ctx context.Context, token string) (Visit, error) {
	var v Visit
	if len(token) != 43 {
		return v, models.ErrNotFound
	}
	err := s.db.Reading(ctx).
		Take(&v.Session, "token_hash = ? AND expires_at > ?", models.TokenHash(token), s.db.Now()).Error
	if err != nil {
		return v, db.Wrap(err, "session")
	}
	if err := s.db.Reading(ctx).Take(&v.User, "id = ? AND locked_at IS NULL",
		v.Session.UserID).Error; err != nil {
		return v, db.Wrap(err, "person of a session")
	}
	if v.Seats, err = s.seats(ctx, v.User); err != nil {
		return v, err
	}
	v.Seat = v.choose()
	return v, nil
}

// choose is the account of the session while the person may still be there, else the desk of support, else
// the first.
func (v Visit) choose() Seat {
	for _, seat := range v.Seats {
		if seat.Account.ID == v.Session.AccountID {
			return seat
		}
	}
	if v.User.Support {
		return Seat{Role: models.Support}
	}
	if len(v.Seats) > 0 {
		return v.Seats[0]
	}
	return Seat{}
}

// Actor is the visitor as an actor.
func (v Visit) Actor(network, requestID string) models.Actor {
	kind := models.Person
	if v.Seat.Role == models.Support && v.Seat.Account.ID != "" {
		kind = models.OnBehalf
	}
	return models.Actor{
		Kind:      kind,
		ID:        v.User.ID,
		Name:      v.User.Name,
		AccountID: v.Seat.Account.ID,
		Role:      v.Seat.Role,
		Network:   network,
		RequestID: requestID,
	}
}
