package delivery

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"

	"undelivered/models/consent"
	"undelivered/models/store"
)

// Answerer writes to people about what came of their clear requests.
type Answerer struct {
	river.WorkerDefaults[consent.RequestOutcomeMailArgs]
	Store *store.Store
	// Post sends; nil: this installation sends no mail of its own.
	Post *Mailer
	// Words are what a mail says.
	Words func(consent.RequestOutcomeMail) (subject, text string)
	Log   *slog.Logger
}

// Work sends one mail; River tries again when the mail server does not take it.
func (w *Answerer) Work(ctx context.Context, job *river.Job[consent.RequestOutcomeMailArgs]) error {
	if w.Post == nil || w.Words == nil {
		return nil
	}
	answer, err := w.Store.Consent.AnswerOf(ctx, job.Args)
	if err != nil || answer.To == "" {
		return err
	}
	subject, text := w.Words(answer)
	return w.Post.Send(ctx, Mail{To: answer.To, Subject: subject, Text: text})
}
