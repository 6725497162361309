package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/ledger"
	"undelivered/models/resend"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// handoverLimit is shorter than the lease of an attempt (60 s): a worker never sends without its lease.
const handoverLimit = 30 * time.Second

// Resender hands queued attempts over to their provider.
type Resender struct {
	river.WorkerDefaults[ledger.ResendArgs]
	Store   *store.Store
	Client  *wire.Client
	BaseURL string
	Log     *slog.Logger
	shares  *shares
}

// hangs is how long a hand-over that comes to nothing may take before it tells against its connection.
const hangs = 9 * time.Second

// Timeout leaves room for recording the result after the hand-over.
func (r *Resender) Timeout(*river.Job[ledger.ResendArgs]) time.Duration {
	return handoverLimit + 15*time.Second
}

// Work hands one attempt over, once, and records how it ended.
func (r *Resender) Work(ctx context.Context, job *river.Job[ledger.ResendArgs]) error {
	in, err := r.Store.Connection.WaitingFor(ctx, job.Args.AttemptID)
	if errors.Is(err, models.ErrNotFound) {
		return nil // erased since
	}
	if err != nil {
		return err
	}
	leave, wait := r.shares.enter(in.AccountID, in.ConnectionID, time.Now())
	if wait > 0 {
		return r.putOff(ctx, job.Args.AttemptID, wait)
	}
	began := time.Now()
	defer func() { leave(time.Since(began)) }()
	if wait, err := r.Store.Connection.Trial(ctx, in.ConnectionID); err != nil || wait > 0 {
		return errors.Join(err, r.putOff(ctx, job.Args.AttemptID, wait))
	}
	return r.carry(ctx, job.Args.AttemptID)
}

// putOff lets a hand-over wait without a place. What waits long says until when, so that nobody takes it for
// lost.
func (r *Resender) putOff(ctx context.Context, attemptID string, wait time.Duration) error {
	if wait >= longestWait/3 {
		if err := r.Store.Connection.PutOff(ctx, attemptID, wait); err != nil {
			return err
		}
	}
	return river.JobSnooze(wait)
}

func (r *Resender) carry(ctx context.Context, attemptID string) error {
	h, err := r.Store.Resend.TakeAttempt(ctx, attemptID)
	var early resend.NotYet
	switch {
	case errors.As(err, &early):
		return river.JobSnooze(early.Wait)
	case errors.Is(err, models.ErrNotYours):
		return nil
	case err != nil:
		return fmt.Errorf("taking an attempt: %w", err)
	}
	began := time.Now()
	receipt, habits := r.handOver(ctx, h)
	hung := receipt.Err != nil && time.Since(began) >= hangs
	// The result must be recorded also when the program is told to stop in this moment.
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := r.finish(kept, h, receipt, habits); err != nil {
		// Not the job's to repeat: the lease runs out, and the outcome becomes unknown.
		r.Log.Error("the result of a hand-over could not be recorded", "attempt", h.Attempt.ID, "error", err)
		return nil
	}
	if receipt.StopConnection {
		return r.Store.Connection.SuspendConnection(kept, h.Connection, "login")
	}
	if hung {
		return r.Store.Connection.Hung(kept, h.Connection)
	}
	return r.Store.Connection.Answered(kept, h.Connection)
}

// finishPause is how long to wait before a result that could not be recorded is recorded again.
const finishPause = 200 * time.Millisecond

// finish records a result, again and again while there is time: the attempt is read anew each time, so that
// one that was recorded after all stays as it is (RULES.md, A stop at any point).
func (r *Resender) finish(ctx context.Context, h models.Handover, receipt models.Receipt,
	habits models.DeliveryPromises) error {
	for {
		err := r.Store.Resend.FinishAttempt(ctx, h, receipt, habits)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(finishPause):
		}
	}
}

func (r *Resender) handOver(ctx context.Context,
	h models.Handover) (models.Receipt, models.DeliveryPromises) {
	p, known := providers.ByCode(h.Connection.Provider)
	if !known || p.Send == nil {
		return models.Receipt{
			Outcome:    wire.Refused,
			Diagnostic: "nothing is sent through this connection",
		}, models.DeliveryPromises{}
	}
	habits := habitsOf(p)
	settings, err := r.Store.Connection.ConnectionSettings(h.Connection)
	if err != nil {
		return models.Receipt{Outcome: wire.Later, Err: err}, habits
	}
	message, err := r.message(h, p, settings)
	if err != nil {
		return models.Receipt{Outcome: wire.Later, Err: err}, habits
	}
	limited, cancel := context.WithTimeout(ctx, handoverLimit)
	defer cancel()
	return p.Send(limited, r.Client, settings, message), habits
}

func habitsOf(p wire.Provider) models.DeliveryPromises {
	return models.DeliveryPromises{Repeats: p.Repeats, Settling: p.Settling, Log: p.Find != nil}
}

// HabitsOf is what a provider promises about repeats and news; none for a provider that is not in the table.
func HabitsOf(code string) models.DeliveryPromises {
	p, _ := providers.ByCode(code)
	return habitsOf(p)
}

func (r *Resender) message(h models.Handover, p wire.Provider, settings wire.Settings) (wire.Message, error) {
	token, err := r.Store.Connection.ConnectionToken(h.Connection)
	if err != nil {
		return wire.Message{}, err
	}
	m := wire.Message{
		AttemptID: h.Attempt.ID, Channel: h.Attempt.Channel, To: h.Attempt.Recipient, ToName: h.CustomerName,
		From: h.Content.Sender, ReplyTo: h.Content.ReplyTo, Subject: h.Content.Subject, Text: h.Content.Text,
		HTML:        h.Content.HTML,
		CallbackURL: r.BaseURL + "/hooks/" + p.Code + "/" + token,
		ReturnPath:  wire.ReturnPath(settings, h.Attempt.ID),
		SentAround:  *h.Attempt.SendingAt,
	}
	if p.Repeats > 0 {
		m.Repeatable = h.Attempt.ID
	}
	if h.Content.Headers != "" {
		if err := json.Unmarshal([]byte(h.Content.Headers), &m.Headers); err != nil {
			return m, fmt.Errorf("headers of %s: %w", h.Notification.ID, err)
		}
	}
	return m, nil
}
