package delivery

import (
	"context"
	"log/slog"

	"github.com/riverqueue/river"

	"undelivered/models"
)

// Answerer writes to people about what came of their clear requests.
type Answerer struct {
	river.WorkerDefaults[models.AnswerArgs]
	Store *models.Store
	Post  *Post                                      // nil: this installation sends no mail of its own
	Words func(models.Answer) (subject, text string) // what a mail says
	Log   *slog.Logger
}

// Work sends one mail; River tries again when the mail server does not take it.
func (w *Answerer) Work(ctx context.Context, job *river.Job[models.AnswerArgs]) error {
	if w.Post == nil || w.Words == nil {
		return nil
	}
	answer, err := w.Store.AnswerOf(ctx, job.Args)
	if err != nil || answer.To == "" {
		return err
	}
	subject, text := w.Words(answer)
	return w.Post.Send(ctx, Letter{To: answer.To, Subject: subject, Text: text})
}
