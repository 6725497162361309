package resend

import (
	"context"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// LookupResult is what a provider's log says about a hand-over of which nobody knows.
type LookupResult struct {
	Known             bool
	Complete          bool // the log would show it if it had been taken
	ProviderMessageID string
}

// A complete log is believed when it lacks the message twice, at least so far apart, and not before so long
// after the hand-over (RULES.md, Attempts).
const (
	logTwiceApart = 15 * time.Minute
	logNotBefore  = 30 * time.Minute
)

// UnknownDue lists hand-overs of unknown outcome whose next look into the provider's log is due.
func (s *Store) UnknownDue(ctx context.Context) ([]models.Handover, error) {
	var due []models.Attempt
	err := s.db.Reading(ctx).Where("own_state = 'unknown' AND due_at < ? AND NOT closed", s.db.Now()).
		Limit(db.SweepSlice).Find(&due).Error
	if err != nil {
		return nil, db.Wrap(err, "unknown hand-overs")
	}
	all := make([]models.Handover, 0, len(due))
	for _, a := range due {
		h := models.Handover{Attempt: a}
		if err := s.db.Reading(ctx).Take(&h.Connection, "id = ?", a.ConnectionID).Error; err != nil {
			return nil, db.Wrap(err, "connection")
		}
		if h.Content, err = ledger.Content(s.db.ReadTx(ctx), models.Notification{ID: a.NotificationID,
			AccountID: a.AccountID}); err != nil { // a log may know a text by its words only
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// AnswerUnknown records what the provider's log said: it has it; it certainly never had it; or we ask again
// later.
func (s *Store) AnswerUnknown(ctx context.Context, h models.Handover, answer LookupResult,
	habits models.DeliveryPromises) error {
	return s.db.InTx(ctx, func(t *db.Tx) (err error) {
		answer := answer
		var fresh models.Handover
		if err := loadHandover(t, &fresh, h.Attempt); err != nil {
			return err
		}
		a, n := &fresh.Attempt, &fresh.Notification
		if a.OwnState != models.OutcomeUnknown || a.Closed {
			return nil
		}
		if answer.Known {
			if answer, err = unlessAnothers(t, *a, answer); err != nil {
				return err
			}
		}
		if answer.Known {
			a.DueAt = nil
			return taken(t, n, a,
				models.Receipt{Outcome: models.ReceiptTaken, ProviderMessageID: answer.ProviderMessageID},
				habits)
		}
		old := a.SendingAt != nil && t.Now.Sub(*a.SendingAt) >= logNotBefore
		if answer.Complete && old && a.Why == "not_in_log" {
			return refusedBy(t, n, a, h.Connection,
				models.Receipt{Outcome: models.ReceiptRefused, Reason: lostReasons[a.Channel]})
		}
		if answer.Complete && old {
			a.Why = "not_in_log"
		}
		a.LookedUp++
		a.DueAt = nextLook(t.Now, a.LookedUp, a.Why == "not_in_log")
		return ledger.SaveOwn(t, n, a)
	})
}

// unlessAnothers drops an answer that names a message of another attempt: a log that knows texts by their
// words only may show the one that was sent afterwards. Then nothing is known.
func unlessAnothers(t *db.Tx, a models.Attempt, answer LookupResult) (LookupResult, error) {
	var others int64
	err := t.Model(&models.Attempt{}).
		Where("account_id = ? AND connection_id = ? AND provider_message_id = ? AND provider_message_id <> "+
			"'' AND id <> ?",
			a.AccountID, a.ConnectionID, answer.ProviderMessageID, a.ID).
		Count(&others).Error
	if others > 0 {
		answer = LookupResult{}
	}
	return answer, db.Wrap(err, "attempts of a message")
}

// lostReasons say that the provider never had it.
var lostReasons = map[models.Channel]string{
	models.Email: "provider-unreachable",
	models.SMS:   "sms-unknown-error",
}

func nextLook(now time.Time, looked int, nearlySure bool) *time.Time {
	pause := logTwiceApart
	if !nearlySure {
		if looked >= len(ledger.LookUps) {
			return nil
		}
		pause = ledger.LookUps[looked]
	}
	at := now.Add(pause)
	return &at
}
