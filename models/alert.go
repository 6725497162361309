package models

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// AlertKind says what the product writes about.
type AlertKind string

// The kinds, in the order of a mail's importance.
const (
	AlertStopped  AlertKind = "stopped"  // delivery reports, or a connection's login
	AlertIncident AlertKind = "incident" // one fault of our side hits many customers
	AlertJump     AlertKind = "jump"     // far more failures than usual
	AlertRate     AlertKind = "rate"     // too many customers report spam
	AlertDigest   AlertKind = "digest"   // what is undelivered, once a day or a week
)

// How often the digest comes.
var digests = []string{"off", "daily", "weekly"}

// AlertSettings are what an account wants to be written about, and to whom.
type AlertSettings struct {
	Digest   string   `json:"digest"`
	Stopped  bool     `json:"stopped"`
	Incident bool     `json:"incident"`
	Jump     bool     `json:"jump"`
	Rate     bool     `json:"rate"`
	To       []string `json:"to"`
}

func (a AlertSettings) wants(kind AlertKind) bool {
	return map[AlertKind]bool{AlertStopped: a.Stopped, AlertIncident: a.Incident, AlertJump: a.Jump, AlertRate: a.Rate,
		AlertDigest: a.Digest == "daily" || a.Digest == "weekly"}[kind]
}

func (a AlertSettings) wantsAny() bool {
	return slices.ContainsFunc([]AlertKind{AlertStopped, AlertIncident, AlertJump, AlertRate, AlertDigest}, a.wants)
}

// accountSettings are what is kept of an account as JSON.
type accountSettings struct {
	Alerts AlertSettings        `json:"alerts"`
	Told   map[AlertKind]string `json:"told,omitempty"` // the account's day on which each kind was written about last
}

func (a Account) settings() (s accountSettings, err error) {
	if err = json.Unmarshal([]byte(a.Settings), &s); err != nil {
		return s, fmt.Errorf("models: settings of %s: %w", a.ID, err)
	}
	if s.Alerts.Digest == "" {
		s.Alerts.Digest = "off"
	}
	return s, nil
}

func (t *tx) saveSettings(accountID string, s accountSettings) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("models: settings of %s: %w", accountID, err)
	}
	return found(t.Model(&Account{}).Where("id = ?", accountID).Update("settings", string(text)).Error, "saving settings")
}

// Alerts are the account's wishes.
func (s *Store) Alerts(ctx context.Context, a Actor) (AlertSettings, error) {
	if err := a.need(Configure); err != nil {
		return AlertSettings{}, err
	}
	account, err := s.Account(ctx, a)
	if err != nil {
		return AlertSettings{}, err
	}
	settings, err := account.settings()
	return settings.Alerts, err
}

// SaveAlerts keeps what the account wants to be written about.
func (s *Store) SaveAlerts(ctx context.Context, a Actor, wish AlertSettings) error {
	if err := a.need(Configure); err != nil {
		return err
	}
	bad := Invalid{}
	if !slices.Contains(digests, wish.Digest) {
		bad["digest"] = Problem{Key: "error.choice"}
	}
	for i, typed := range wish.To {
		value, _, problem := NormalEmail(typed)
		if problem != "" {
			bad["to"] = Problem{Key: problem}
		}
		wish.To[i] = value
	}
	if len(wish.To) == 0 && wish.wantsAny() {
		bad["to"] = Problem{Key: "error.email_at"}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.changeSettings(ctx, a, func(t *tx, account Account, now *accountSettings) bool {
		now.Alerts = wish
		t.record(a, "account.alerts", AuditEntry{ObjectKind: "account", ObjectID: a.AccountID, ObjectName: account.Name, After: fmt.Sprintf("%d addresses", len(wish.To))})
		return true
	})
}

func (s *Store) changeSettings(ctx context.Context, a Actor, change func(*tx, Account, *accountSettings) bool) error {
	return s.inTx(ctx, func(t *tx) error {
		if err := t.holdAccount(a.AccountID); err != nil {
			return err
		}
		account, err := t.accountByID(a.AccountID)
		if err != nil {
			return err
		}
		now, err := account.settings()
		if err != nil || !change(t, account, &now) {
			return err
		}
		return t.saveSettings(a.AccountID, now)
	})
}

// TakeAlert says whether an alert may be sent now, and notes that it is: at most one of a kind on one day.
func (s *Store) TakeAlert(ctx context.Context, a Actor, kind AlertKind) (mine bool, err error) {
	err = s.changeSettings(ctx, a, func(t *tx, account Account, now *accountSettings) bool {
		today := dayOf(t.now, account.Location())
		if mine = now.Alerts.wants(kind) && now.Told[kind] != today; !mine {
			return false
		}
		if now.Told == nil {
			now.Told = map[AlertKind]string{}
		}
		now.Told[kind] = today
		return true
	})
	return mine, err
}

// ReturnAlert takes back that an alert was sent, because no mail server took it; the next round tries again.
func (s *Store) ReturnAlert(ctx context.Context, a Actor, kind AlertKind) error {
	return s.changeSettings(ctx, a, func(_ *tx, _ Account, now *accountSettings) bool {
		delete(now.Told, kind)
		return true
	})
}

// digestHour is from when on in the account's morning the digest is sent.
const digestHour = 8

// digestDay says whether the digest is due now, by the account's own clock.
func (a AlertSettings) digestDay(now time.Time) bool {
	if now.Hour() < digestHour {
		return false
	}
	day := now.Weekday()
	return a.Digest == "weekly" && day == time.Monday || a.Digest == "daily" && day != time.Saturday && day != time.Sunday
}
