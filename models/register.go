package models

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
)

// Registration is what a business's system says about one notification: what it sent, or what we are to send.
type Registration struct {
	Ref               string               `json:"ref"`
	Customer          RegistrationCustomer `json:"customer"`
	Channel           Channel              `json:"channel"`
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
	ID        string            `json:"id"`
	Ref       string            `json:"ref,omitempty"`
	AttemptID string            `json:"attempt_id"`
	State     NotificationState `json:"state"`
	Created   bool              `json:"-"`
}

// Contradiction: the same ref was registered before with other content.
type Contradiction struct{ Index int }

// Error is for the log; the API answers 409.
func (c Contradiction) Error() string {
	return fmt.Sprintf("item %d was registered before with other content", c.Index)
}

// Register takes in up to a thousand notifications, all or none. Invalid names each wrong field as "3.to".
func (s *Store) Register(ctx context.Context, a Actor, all []Registration) ([]Registered, error) {
	account, err := s.registering(ctx, a, all)
	if err != nil {
		return nil, err
	}
	var results []Registered
	for range 3 { // two systems may register the same customer, or the same ref, at one moment
		err = s.inTx(ctx, func(t *tx) error {
			results, err = t.registerAll(a, account, all)
			return err
		})
		if !errors.Is(err, gorm.ErrDuplicatedKey) {
			break
		}
	}
	return results, err
}

func (t *tx) registerAll(a Actor, account Account, all []Registration) ([]Registered, error) {
	connections, err := t.connectionsByName(account.ID)
	if err != nil {
		return nil, err
	}
	if err := t.holdGeneric(connections); err != nil {
		return nil, err
	}
	results := make([]Registered, len(all))
	for i, r := range all {
		c, known := connections.find(r.Connection, r.Channel)
		if !known {
			return nil, Invalid{field(i, len(all) == 1, "connection"): {Key: "error.connection_unknown"}}
		}
		if results[i], err = t.register(a, account, c, r); err != nil {
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
func (r *Registration) check(i int, alone bool, account Account, now time.Time, bad Invalid) {
	wrong := func(name, key string) { bad[field(i, alone, name)] = Problem{Key: key} }
	if !r.Channel.Valid() {
		wrong("channel", "error.channel")
		return
	}
	if r.To = cleanText(r.To); r.To == "" {
		r.To = map[Channel]string{Email: r.Customer.Email, SMS: r.Customer.Phone}[r.Channel]
	}
	if r.To == "" {
		wrong("to", "error.to_missing")
	}
	if r.Title = cleanText(r.Title); r.Title == "" {
		if r.Title = cleanText(r.Subject); r.Title == "" {
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

// digest tells a repetition from a contradiction; it does not cover times that the server fills, nor the zone in which
// one is written.
func (r Registration) digest() string {
	if r.SentAt = utc(r.SentAt); r.undated {
		r.SentAt = nil
	}
	r.DueAt, r.ValidUntil = utc(r.DueAt), utc(r.ValidUntil)
	raw, _ := json.Marshal(r) // strings, times and maps always marshal
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// connectionList finds connections the way a registration names them.
type connectionList []Connection

func (t *tx) connectionsByName(accountID string) (connectionList, error) {
	var all connectionList
	err := t.Where("account_id = ? AND removed_at IS NULL", accountID).Order("position, id").Find(&all).Error
	return all, found(err, "connections")
}

func (l connectionList) find(name string, channel Channel) (Connection, bool) {
	for _, c := range l {
		if (name == "" || c.ID == name || strings.EqualFold(c.Name, name) || c.Provider == name) && c.Carries(channel) {
			return c, true
		}
	}
	return Connection{}, false
}
