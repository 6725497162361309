package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/internal/db"
)

// Registration is what a business's system says about one notification: what it sent, or what we are to send.
type Registration struct {
	Ref               string               `json:"ref"`
	Customer          RegistrationCustomer `json:"customer"`
	Channel           models.Channel       `json:"channel"`
	To                string               `json:"to"`
	Title             string               `json:"title"`
	Kind              string               `json:"kind"`
	Subject           string               `json:"subject"`
	Text              string               `json:"text"`
	HTML              string               `json:"html"`
	From              string               `json:"from"`
	ReplyTo           string               `json:"reply_to"`
	Headers           map[string]string    `json:"headers"`
	SentAt            *time.Time           `json:"sent_at"`
	Connection        string               `json:"connection"` // id or name; empty: the first of the channel
	ProviderMessageID string               `json:"provider_message_id"`
	MessageID         string               `json:"message_id"`
	ValidUntil        *time.Time           `json:"valid_until"`
	DueAt             *time.Time           `json:"due_at"`
	NoRepeat          bool                 `json:"no_repeat"`
	Send              bool                 `json:"send"`

	undated bool // SentAt was filled here, not said
}

// RegistrationCustomer is the customer as the business's system knows it.
type RegistrationCustomer struct {
	Ref    string `json:"ref"`
	Name   string `json:"name"`
	Email  string `json:"email"`
	Phone  string `json:"phone"`
	Zone   string `json:"zone"`
	Locale string `json:"locale"`
}

// Registered is what became of one registration.
type Registered struct {
	ID        string                   `json:"id"`
	Ref       string                   `json:"ref,omitempty"`
	AttemptID string                   `json:"attempt_id"`
	State     models.NotificationState `json:"state"`
	Created   bool                     `json:"-"`
}

// Contradiction: the same ref was registered before with other content.
type Contradiction struct{ Index int }

// Error is for the log; the API answers 409.
func (c Contradiction) Error() string {
	return fmt.Sprintf("item %d was registered before with other content", c.Index)
}

// Register takes in up to a thousand notifications, all or none. Invalid names each wrong field as "3.to".
func (s *Store) Register(ctx context.Context, a models.Actor, all []Registration) ([]Registered, error) {
	account, err := s.registering(ctx, a, all)
	if err != nil {
		return nil, err
	}
	var results []Registered
	for range 3 { // two systems may register the same customer, or the same ref, at one moment
		err = s.db.InTx(ctx, func(t *db.Tx) error {
			results, err = registerAll(t, a, account, all)
			return err
		})
		if !errors.Is(err, gorm.ErrDuplicatedKey) {
			break
		}
	}
	return results, err
}

func registerAll(t *db.Tx, a models.Actor, account models.Account, all []Registration) ([]Registered, error) {
	connections, err := connectionsByName(t, account.ID)
	if err != nil {
		return nil, err
	}
	if err := holdGeneric(t, connections); err != nil {
		return nil, err
	}
	through := make([]models.Connection, len(all))
	for i, r := range all {
		known := false
		if through[i], known = connections.find(r.Connection, r.Channel); !known {
			return nil, models.Invalid{
				field(i, len(all) == 1, "connection"): {Key: "error.connection_unknown"},
			}
		}
	}
	if err := holdThrough(t, through); err != nil {
		return nil, err
	}
	results := make([]Registered, len(all))
	for i, r := range all {
		if !t.Knows(account.ID) {
			if err := registeringAhead(t, account, through[i:], all[i:]); err != nil {
				return nil, err
			}
		}
		if results[i], err = register(t, a, account, through[i], r); err != nil {
			if errors.As(err, &Contradiction{}) {
				return nil, Contradiction{i}
			}
			return nil, err
		}
	}
	return results, nil
}

func field(i int, alone bool, name string) string {
	if alone {
		return name
	}
	return fmt.Sprintf("%d.%s", i, name)
}

// check names what is wrong, and fills what follows from the rest.
func (r *Registration) check(i int, alone bool, account models.Account, now time.Time, bad models.Invalid) {
	wrong := func(name, key string) { bad[field(i, alone, name)] = models.Problem{Key: key} }
	if !r.Channel.Valid() {
		wrong("channel", "error.channel")
		return
	}
	if r.To = models.CleanText(r.To); r.To == "" {
		r.To = map[models.Channel]string{models.Email: r.Customer.Email,
			models.SMS: r.Customer.Phone}[r.Channel]
	}
	if r.To == "" {
		wrong("to", "error.to_missing")
	}
	if r.Title = models.CleanText(r.Title); r.Title == "" {
		if r.Title = models.CleanText(r.Subject); r.Title == "" {
			wrong("title", "error.title_missing")
		}
	}
	if len(r.Title) > 200 || len(r.Ref) > 200 || len(r.Customer.Ref) > 200 {
		wrong("title", "error.too_long")
	}
	if r.Send && r.Text == "" && r.HTML == "" {
		wrong("text", "error.text_missing")
	}
	if r.SentAt == nil {
		r.SentAt, r.undated = &now, true
	}
	if r.SentAt.After(now.Add(5 * time.Minute)) {
		wrong("sent_at", "error.date_future")
	}
	if _, err := time.LoadLocation(r.Customer.Zone); r.Customer.Zone != "" && err != nil {
		wrong("customer.zone", "error.zone")
	}
}

// digest tells a repetition from a contradiction; it does not cover times that the server fills, nor the zone
// in which one is written.
func (r Registration) digest() string {
	if r.SentAt = db.Utc(r.SentAt); r.undated {
		r.SentAt = nil
	}
	r.DueAt, r.ValidUntil = db.Utc(r.DueAt), db.Utc(r.ValidUntil)
	raw, _ := json.Marshal(r) // strings, times and maps always marshal
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// connectionList finds connections the way a registration names them.
type connectionList []models.Connection

func connectionsByName(t *db.Tx, accountID string) (connectionList, error) {
	var all connectionList
	err := t.Where("account_id = ? AND removed_at IS NULL", accountID).Order("position, id").Find(&all).Error
	return all, db.Wrap(err, "connections")
}

func (l connectionList) find(name string, channel models.Channel) (models.Connection, bool) {
	for _, c := range l {
		if (name == "" || c.ID == name || strings.EqualFold(c.Name, name) || c.Provider == name) &&
			connection.Carries(c, channel) {
			return c, true
		}
	}
	return models.Connection{}, false
}

// errUndo rolls a trial back.
var errUndo = errors.New("models: only tried")

// TryRegister says what Register would answer, and changes nothing.
func (s *Store) TryRegister(ctx context.Context, a models.Actor, all []Registration) ([]Registered, error) {
	account, err := s.registering(ctx, a, all)
	if err != nil {
		return nil, err
	}
	var results []Registered
	err = s.db.InTx(ctx, func(t *db.Tx) error {
		if results, err = registerAll(t, a, account, all); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		err = nil
	}
	return results, err
}

// registering checks who registers and what, and returns the account.
func (s *Store) registering(ctx context.Context, a models.Actor, all []Registration) (models.Account, error) {
	if err := a.Need(models.Register); err != nil {
		return models.Account{}, err
	}
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return models.Account{}, err
	}
	bad := models.Invalid{}
	for i := range all {
		all[i].check(i, len(all) == 1, account, s.db.Now(), bad)
	}
	return account, bad.Err()
}
