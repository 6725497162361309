package models

import (
	"context"
	"time"
)

// LogAnswer is what a provider's log says about a hand-over of which nobody knows.
type LogAnswer struct {
	Known             bool
	Complete          bool // the log would show it if it had been taken
	ProviderMessageID string
}

// Numbers of semantics 4.2, A15: twice, at least so far apart, and not before so long after the hand-over.
const (
	logTwiceApart = 15 * time.Minute
	logNotBefore  = 30 * time.Minute
)

// UnknownDue lists hand-overs of unknown outcome whose next look into the provider's log is due.
func (s *Store) UnknownDue(ctx context.Context) ([]Handover, error) {
	var due []Attempt
	err := s.reading(ctx).Where("own_state = 'unknown' AND due_at < ? AND NOT closed", s.now()).Limit(sweepSlice).Find(&due).Error
	if err != nil {
		return nil, found(err, "unknown hand-overs")
	}
	all := make([]Handover, 0, len(due))
	for _, a := range due {
		h := Handover{Attempt: a}
		if err := s.reading(ctx).Take(&h.Connection, "id = ?", a.ConnectionID).Error; err != nil {
			return nil, found(err, "connection")
		}
		if h.Content, err = s.looking(ctx).content(Notification{ID: a.NotificationID,
			AccountID: a.AccountID}); err != nil { // a log may know a text by its words only
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// AnswerUnknown records what the provider's log said: it has it; it certainly never had it; or we ask again later.
func (s *Store) AnswerUnknown(ctx context.Context, h Handover, answer LogAnswer, habits Habits) error {
	return s.inTx(ctx, func(t *tx) (err error) {
		answer := answer
		var fresh Handover
		if err := t.loadHandover(&fresh, h.Attempt); err != nil {
			return err
		}
		a, n := &fresh.Attempt, &fresh.Notification
		if a.OwnState != OutcomeUnknown || a.Closed {
			return nil
		}
		if answer.Known {
			if answer, err = t.unlessAnothers(*a, answer); err != nil {
				return err
			}
		}
		if answer.Known {
			a.DueAt = nil
			return t.taken(n, a, Receipt{Outcome: ReceiptTaken, ProviderMessageID: answer.ProviderMessageID}, habits)
		}
		old := a.SendingAt != nil && t.now.Sub(*a.SendingAt) >= logNotBefore
		if answer.Complete && old && a.Why == "not_in_log" {
			return t.refusedBy(n, a, h.Connection, Receipt{Outcome: ReceiptRefused, Reason: lostReasons[a.Channel]})
		}
		if answer.Complete && old {
			a.Why = "not_in_log"
		}
		a.LookedUp++
		a.DueAt = nextLook(t.now, a.LookedUp, a.Why == "not_in_log")
		return t.saveOwn(n, a)
	})
}

// unlessAnothers drops an answer that names a message of another attempt: a log that knows texts by their words only
// may show the one that was sent afterwards. Then nothing is known.
func (t *tx) unlessAnothers(a Attempt, answer LogAnswer) (LogAnswer, error) {
	var others int64
	err := t.Model(&Attempt{}).
		Where("account_id = ? AND connection_id = ? AND provider_message_id = ? AND provider_message_id <> '' AND id <> ?",
			a.AccountID, a.ConnectionID, answer.ProviderMessageID, a.ID).Count(&others).Error
	if others > 0 {
		answer = LogAnswer{}
	}
	return answer, found(err, "attempts of a message")
}

// lostReasons say that the provider never had it.
var lostReasons = map[Channel]string{Email: "provider-unreachable", SMS: "sms-unknown-error"}

func nextLook(now time.Time, looked int, nearlySure bool) *time.Time {
	pause := logTwiceApart
	if !nearlySure {
		if looked >= len(lookUps) {
			return nil
		}
		pause = lookUps[looked]
	}
	at := now.Add(pause)
	return &at
}
