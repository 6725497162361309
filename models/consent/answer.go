package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// RequestOutcomeMailArgs is the job that writes to a person about a clear request: to the one who asked about
// what came of it, and to the one who asked back about the answer.
type RequestOutcomeMailArgs struct {
	RequestID string `json:"request_id"`
	// What is the act, as the log names it: ask, decline, question, answer, done, refused, by_hand, lapse.
	What string `json:"what"`
	To   string `json:"to,omitempty"` // the person; empty: whoever it concerns
}

// Kind is River's name of the job.
func (RequestOutcomeMailArgs) Kind() string { return "answer" }

// answered are the acts on a request that are worth a mail.
var answered = []string{
	"request.decline",
	"request.question",
	"request.answer",
	"request.done",
	"request.refused",
	"request.by_hand",
	"request.lapse",
}

// concerned is the person to whom an act on a request is news.
func (r ClearRequest) concerned(what string) string {
	if what == "answer" {
		return r.QuestionByID
	}
	return r.AskedBy
}

// AnswerAskers puts a mail for each answer of this transaction into it; who did it by themselves knows it
// already.
func AnswerAskers(t *db.Tx) error {
	for _, e := range t.Audit {
		if e.Action == "request.ask" || e.Action == "request.confirm" {
			if err := tellDeciders(t, e); err != nil {
				return err
			}
		}
		if !slices.Contains(answered, e.Action) {
			continue
		}
		var r ClearRequest
		if err := t.Take(&r, "account_id = ? AND id = ?", e.AccountID, e.ObjectID).Error; err != nil {
			return db.Wrap(err, "clear request")
		}
		args := RequestOutcomeMailArgs{RequestID: r.ID, What: e.Action[len("request."):]}
		if to := r.concerned(args.What); to == "" || to == e.ActorID {
			continue
		}
		if err := t.AskJob(args, &river.InsertOpts{MaxAttempts: 5}); err != nil {
			return fmt.Errorf("models: asking for a mail: %w", err)
		}
	}
	return nil
}

// tellDeciders puts a mail into the transaction for everybody who can decide a request that has come to wait
// for them.
func tellDeciders(t *db.Tx, e models.AuditEntry) error {
	var r ClearRequest
	if err := t.Take(&r, "account_id = ? AND id = ?", e.AccountID, e.ObjectID).Error; err != nil {
		return db.Wrap(err, "clear request")
	}
	if r.State != RequestAsked || !r.NeedsSecond || r.WaitsForCustomer() {
		return nil
	}
	deciders, err := decidersOf(t, r)
	if err != nil {
		return err
	}
	for _, id := range deciders {
		if err := t.AskJob(RequestOutcomeMailArgs{RequestID: r.ID, What: "ask", To: id},
			&river.InsertOpts{MaxAttempts: 5}); err != nil {
			return fmt.Errorf("models: asking for a mail: %w", err)
		}
	}
	return nil
}

// decidersOf are the others of the account who may approve, and support as far as the account lets it in.
func decidersOf(t *db.Tx, r ClearRequest) (ids []string, err error) {
	if !r.SupportOnly {
		err = t.Raw("SELECT user_id FROM members WHERE account_id = ? AND role IN ? AND accepted_at IS NOT "+
			"NULL AND user_id <> ? ORDER BY user_id",
			r.AccountID, []models.Role{models.Manager, models.Owner}, r.AskedBy).
			Scan(&ids).Error
		if err != nil || len(ids) > 0 {
			return ids, db.Wrap(err, "who decides")
		}
	}
	err = t.Raw(`SELECT id FROM users WHERE support AND id <> ? AND EXISTS (SELECT 1 FROM support_grants g
		WHERE g.account_id = ? AND g.until > ? AND g.ended_at IS NULL)
			ORDER BY id`, r.AskedBy, r.AccountID, t.Now).Scan(&ids).Error
	return ids, db.Wrap(err, "who decides")
}

// RequestOutcomeMail is what came of a clear request, with the person to be told.
type RequestOutcomeMail struct {
	What    string
	Request ClearRequest
	Account models.Account
	Address string
	To      string // empty: nobody who may know it
	By      string // who answered the question
	Dropped int    // ready to be sent again
}

// whoAnswered is the name of the person who answered last: the log knows it.
func (s *Store) whoAnswered(ctx context.Context, r ClearRequest) (name string, err error) {
	err = s.db.Reading(ctx).
		Raw(`SELECT actor_name FROM audit WHERE account_id = ? AND object_id = ? AND action = 'request.answer' ORDER BY seq DESC LIMIT 1`,
			r.AccountID, r.ID).
		Scan(&name).Error
	return name, db.Wrap(err, "who answered")
}

// AnswerOf reads what a mail about an answer says. Who has left the account, or may not look into it any
// more, is not told.
func (s *Store) AnswerOf(ctx context.Context, job RequestOutcomeMailArgs) (RequestOutcomeMail, error) {
	a := RequestOutcomeMail{What: job.What}
	query := s.db.Reading(ctx)
	if err := query.Take(&a.Request, "id = ?", job.RequestID).Error; err != nil {
		return a, db.Wrap(err, "clear request")
	}
	if err := query.Take(&a.Account, "id = ?", a.Request.AccountID).Error; err != nil {
		return a, db.Wrap(err, "account")
	}
	var address models.Address
	if err := query.
		Take(&address, "account_id = ? AND id = ?", a.Request.AccountID,
			a.Request.AddressID).Error; err != nil {
		return a, db.Wrap(err, "address")
	}
	a.Address = address.Value
	err := query.Raw(
		`SELECT u.email FROM users u WHERE u.id = ? AND u.locked_at IS NULL AND (
		EXISTS (SELECT 1 FROM members m WHERE m.user_id = u.id AND m.account_id = ?
			AND m.accepted_at IS NOT NULL)
		OR u.support AND EXISTS (SELECT 1 FROM support_grants g WHERE g.account_id = ? AND g.until > ?
			AND g.ended_at IS NULL))`,
		cmp.Or(job.To, a.Request.concerned(job.What)),
		a.Account.ID,
		a.Account.ID,
		s.db.Now(),
	).Scan(&a.To).Error
	if err != nil {
		return a, db.Wrap(err, "who asked")
	}
	var ready int64
	err = query.Model(&models.Undelivered{}).
		Where("account_id = ? AND address_id = ? AND left_at IS NULL AND ready", a.Request.AccountID,
			a.Request.AddressID).
		Count(&ready).Error
	a.Dropped = int(ready)
	if err != nil {
		return a, db.Wrap(err, "what was dropped")
	}
	if job.What == "answer" {
		a.By, err = s.whoAnswered(ctx, a.Request)
	}
	return a, err
}
