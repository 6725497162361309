package delivery

import (
	"context"
	"errors"
	"log/slog"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/report"
	"undelivered/models/store"
)

// AlertArgs is the job that writes to people about what they asked to be told.
type AlertArgs struct{}

// Kind is River's name of the job.
func (AlertArgs) Kind() string { return "alert" }

// Alerter sends alerts and digests.
type Alerter struct {
	river.WorkerDefaults[AlertArgs]
	Store *store.Store
	Post  *Mailer                                   // nil: this installation sends no mail of its own
	Words func(report.Alert) (subject, text string) // what a mail says
	Log   *slog.Logger
}

// Work does one round over all accounts; one that fails does not keep the others waiting.
func (w *Alerter) Work(ctx context.Context, _ *river.Job[AlertArgs]) error {
	if w.Post == nil || w.Words == nil {
		return nil
	}
	return eachAccount(ctx, w.Store, func(a models.Actor) error {
		due, err := w.Store.Report.AlertsDue(ctx, a)
		problems := []error{err}
		for _, alert := range due {
			problems = append(problems, w.tell(ctx, a, alert))
		}
		return errors.Join(problems...)
	})
}

// tell sends one alert to everybody who is to have it, unless it was sent today. When nobody could be reached
// it is tried again in the next round; who has it already does not get it twice.
func (w *Alerter) tell(ctx context.Context, a models.Actor, alert report.Alert) error {
	mine, err := w.Store.Report.TakeAlert(ctx, a, alert.Kind)
	if err != nil || !mine {
		return err
	}
	subject, text := w.Words(alert)
	sent := 0
	var problems []error
	for _, to := range alert.To {
		if err := w.Post.Send(ctx, Mail{To: to, Subject: subject, Text: text}); err != nil {
			problems = append(problems, err)
			continue
		}
		sent++
	}
	if sent == 0 {
		problems = append(problems, w.Store.Report.ReturnAlert(ctx, a, alert.Kind))
	}
	return errors.Join(problems...)
}
