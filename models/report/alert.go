package report

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
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
	return map[AlertKind]bool{AlertStopped: a.Stopped, AlertIncident: a.Incident, AlertJump: a.Jump,
		AlertRate:   a.Rate,
		AlertDigest: a.Digest == "daily" || a.Digest == "weekly"}[kind]
}

func (a AlertSettings) wantsAny() bool {
	return slices.ContainsFunc([]AlertKind{AlertStopped, AlertIncident, AlertJump, AlertRate, AlertDigest},
		a.wants)
}

// accountSettings are what is kept of an account as JSON.
type accountSettings struct {
	Alerts AlertSettings        `json:"alerts"`
	Told   map[AlertKind]string `json:"told,omitempty"` // the account's day on which each kind was written about last
}

func settings(a models.Account) (s accountSettings, err error) {
	if err = json.Unmarshal([]byte(a.Settings), &s); err != nil {
		return s, fmt.Errorf("models: settings of %s: %w", a.ID, err)
	}
	if s.Alerts.Digest == "" {
		s.Alerts.Digest = "off"
	}
	return s, nil
}

func saveSettings(t *db.Tx, accountID string, s accountSettings) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("models: settings of %s: %w", accountID, err)
	}
	return db.Wrap(
		t.Model(&models.Account{}).Where("id = ?", accountID).Update("settings", string(text)).Error,
		"saving settings",
	)
}

// Alerts are the account's wishes.
func (s *Store) Alerts(ctx context.Context, a models.Actor) (AlertSettings, error) {
	if err := a.Need(models.Configure); err != nil {
		return AlertSettings{}, err
	}
	account, err := s.people.Account(ctx, a)
	if err != nil {
		return AlertSettings{}, err
	}
	settings, err := settings(account)
	return settings.Alerts, err
}

// SaveAlerts keeps what the account wants to be written about.
func (s *Store) SaveAlerts(ctx context.Context, a models.Actor, wish AlertSettings) error {
	if err := a.Need(models.Configure); err != nil {
		return err
	}
	bad := models.Invalid{}
	if !slices.Contains(digests, wish.Digest) {
		bad["digest"] = models.Problem{Key: "error.choice"}
	}
	for i, typed := range wish.To {
		value, _, problem := models.NormalEmail(typed)
		if problem != "" {
			bad["to"] = models.Problem{Key: problem}
		}
		wish.To[i] = value
	}
	if len(wish.To) == 0 && wish.wantsAny() {
		bad["to"] = models.Problem{Key: "error.email_at"}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.changeSettings(ctx, a, func(t *db.Tx, account models.Account, now *accountSettings) bool {
		now.Alerts = wish
		t.Record(a, "account.alerts", models.AuditEntry{
			ObjectKind: "account",
			ObjectID:   a.AccountID,
			ObjectName: account.Name,
			After:      fmt.Sprintf("%d addresses", len(wish.To)),
		})
		return true
	})
}

func (s *Store) changeSettings(ctx context.Context, a models.Actor,
	change func(*db.Tx, models.Account, *accountSettings) bool) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		if err := people.HoldAccount(t, a.AccountID); err != nil {
			return err
		}
		account, err := ledger.AccountByID(t, a.AccountID)
		if err != nil {
			return err
		}
		now, err := settings(account)
		if err != nil || !change(t, account, &now) {
			return err
		}
		return saveSettings(t, a.AccountID, now)
	})
}

// TakeAlert says whether an alert may be sent now, and notes that it is: at most one of a kind on one day.
func (s *Store) TakeAlert(ctx context.Context, a models.Actor, kind AlertKind) (mine bool, err error) {
	err = s.changeSettings(ctx, a, func(t *db.Tx, account models.Account, now *accountSettings) bool {
		today := models.DayOf(t.Now, account.Location())
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
func (s *Store) ReturnAlert(ctx context.Context, a models.Actor, kind AlertKind) error {
	return s.changeSettings(ctx, a, func(_ *db.Tx, _ models.Account, now *accountSettings) bool {
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
	return a.Digest == "weekly" && day == time.Monday ||
		a.Digest == "daily" && day != time.Saturday && day != time.Sunday
}
