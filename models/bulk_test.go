package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/ledger"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// many registers n notifications whose mailboxes were full; what is sent says which each is.
func (p *play) many(n int) []intake.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	batch := make([]intake.Registration, n)
	for i := range batch {
		to := fmt.Sprintf("person%d@x.example", i)
		batch[i] = intake.Registration{Ref: fmt.Sprint("m", i), Channel: models.Email, To: to,
			Title: "Reminder", Text: fmt.Sprint("Text ", i), SentAt: &sent,
			Customer:          intake.RegistrationCustomer{Ref: fmt.Sprint("c", i), Name: "Jane Doe", Email: to},
			ProviderMessageID: to, Connection: p.Mail.ID}
	}
	all, err := p.s.Intake.Register(p.Context(), key(p.Account.ID), batch)
	p.must(err)
	events := make([]models.Event, n)
	for i, r := range all {
		events[i] = models.Event{Type: full, Channel: models.Email, Reason: "mailbox-full",
			AttemptRef: r.AttemptID, OccurredAt: p.clock.Now(), DedupeKey: fmt.Sprint("many", p.next()),
			Raw: []byte("{}")}
	}
	modelstest.Keep(p.T, p.s, p.Mail, events...)
	return all
}

// optedOut opts the address of a notification out.
func (p *play) optedOut(id string) {
	p.Helper()
	st := p.story(id)
	p.must(p.s.Consent.OptOutByStaff(p.Context(), p.Ada, st.Addresses[models.Email].ID, "asked by phone"))
}

func (p *play) dry(f report.Filter) resend.BulkDry {
	p.Helper()
	d, err := p.s.Resend.DryRun(p.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend, Filter: f})
	p.must(err)
	return d
}

// worked lets the worker finish a job, and returns its result.
func (p *play) worked(id string) resend.BulkProgress {
	p.Helper()
	for more := true; more; {
		var err error
		more, err = p.s.Resend.WorkBulk(p.Context(), id)
		p.must(err)
	}
	got, err := p.s.Resend.BulkPage(p.Context(), p.Ada, id, resend.BulkShow{}, "")
	p.must(err)
	return got
}

func refused(all []resend.GuardCount, guard models.Guard) int {
	for _, g := range all {
		if g.Guard == guard {
			return g.N
		}
	}
	return 0
}

// Case 34: 500 selected, 20 opted out: 480 queued, 20 refused with their reason; the numbers before and after
// agree.
func TestBulkResendOfFiveHundred(t *testing.T) {
	onBoth(t, func(p *play) {
		for _, r := range p.many(500)[:20] {
			p.optedOut(r.ID)
		}
		before := p.dry(report.Filter{})
		if before.Total != 500 || before.Send != 480 || refused(before.Refused, models.GuardOptedOut) != 20 ||
			before.Type {
			t.Fatalf("before: %+v", before)
		}
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{RequestID: "r1", Action: resend.BulkResend})
		p.must(err)
		again, err := p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{RequestID: "r1", Action: resend.BulkResend})
		p.must(err)
		if again.ID != job.ID || job.Total != 500 {
			t.Errorf("pressed twice: %s and %s, %d items", job.ID, again.ID, job.Total)
		}
		after := p.worked(job.ID)
		if after.State != resend.BulkDone || after.Done != 500 || after.Sent != 480 ||
			refused(after.Refused, models.GuardOptedOut) != 20 {
			t.Errorf("after: %+v %v", after.BulkJob, after.Refused)
		}
		if p.worked(job.ID).Sent != 480 {
			t.Error("a job that runs twice does more")
		}
		some, err := p.s.Resend.BulkPage(t.Context(), p.Ada, job.ID,
			resend.BulkShow{Guard: models.GuardOptedOut}, "")
		if err != nil || len(some.Rows) != 20 || some.Rows[0].Title != "Reminder" ||
			some.Rows[0].Customer != "Jane Doe" {
			t.Errorf("%d rows of what was refused: %v", len(some.Rows), err)
		}
		if _, err := p.s.Resend.BulkPage(t.Context(), p.Bob, job.ID, resend.BulkShow{}, ""); !errors.Is(err,
			models.ErrNotFound) {
			t.Errorf("Bob sees it: %v", err)
		}
	})
}

// Two messages with equal content to one address in one batch: the second is held back and named, before and
// after.
func TestBulkHoldsDuplicatesBack(t *testing.T) {
	onBoth(t, func(p *play) {
		for _, ref := range []string{"1", "2"} {
			p.says(p.registered(ref, atA).AttemptID, full, "mailbox-full")
		}
		if d := p.dry(report.Filter{}); d.Send != 1 || refused(d.Refused, models.GuardDuplicate) != 1 {
			t.Errorf("before: %+v", d)
		}
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		if got := p.worked(job.ID); got.Sent != 1 || refused(got.Refused, models.GuardDuplicate) != 1 {
			t.Errorf("after: %+v %v", got.BulkJob, got.Refused)
		}
	})
}

// A limit that the batch itself reaches is known before: the account's hour, and one address's day.
func TestBulkKnowsItsOwnLimits(t *testing.T) {
	clock := modelstest.NewClock(noon)
	limits := models.DefaultLimits()
	limits.PerHour = 6
	modelstest.EachWith(t, store.Options{Now: clock.Now, Limits: limits}, func(t *testing.T, s *store.Store) {
		p := &play{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock}
		p.many(8)
		for i := range 5 {
			sent := clock.Now().Add(-time.Hour)
			all, err := s.Intake.Register(
				t.Context(),
				key(p.Account.ID),
				[]intake.Registration{{Ref: fmt.Sprint("same", i), Channel: models.Email, To: atA,
					Title: "Reminder", Text: fmt.Sprint("Same ", i), SentAt: &sent,
					ProviderMessageID: fmt.Sprint("same", i), Connection: p.Mail.ID,
					Customer: intake.RegistrationCustomer{Ref: "same", Name: "Omar", Email: atA}}},
			)
			p.must(err)
			clock.Turn(time.Second)
			p.says(all[0].AttemptID, full, "mailbox-full")
		}
		before := p.dry(report.Filter{})
		job, err := s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		after := p.worked(job.ID)
		for guard, want := range map[models.Guard]int{models.GuardAddressLimit: 2, models.GuardHourLimit: 5} {
			if b, a := refused(before.Refused, guard), refused(after.Refused, guard); b != want || a != want {
				t.Errorf("%s: %d before, %d after, want %d", guard, b, a, want)
			}
		}
		if before.Send != 6 || after.Sent != 6 {
			t.Errorf("%d before, %d after", before.Send, after.Sent)
		}
	})
}

// From 0.3 % of complaints on, and three of them, several at once are stopped, also in mid-work; one at a
// time is not.
func TestBulkStopsOnComplaints(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(6)
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		for _, r := range all[:3] {
			p.says(r.AttemptID, models.Complaint, "complaint")
		}
		_, err = p.s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.wantRefused(err, models.GuardComplaints)
		if d := p.dry(report.Filter{}); d.Send != 0 || refused(d.Refused, models.GuardComplaints) != 6 {
			t.Errorf("dry run: %+v", d)
		}
		if got := p.worked(job.ID); got.State != resend.BulkStopped || got.Sent != 0 ||
			got.Why != "complaints" {
			t.Errorf("in mid-work: %+v", got.BulkJob)
		}
		p.must(p.ask(all[4].ID))
		_, err = p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{Action: resend.BulkClear, Outcome: "phoned"})
		p.must(err)
	})
}

// While it is paused nothing is done, then it goes on; taken back, all that is still queued is cancelled.
func TestBulkPauseAndUndo(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(3)
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend,
			Filter: report.Filter{IDs: []string{all[0].ID, all[1].ID}}})
		p.must(err)
		p.must(p.s.Resend.PauseBulk(t.Context(), p.Ada, job.ID))
		if got := p.worked(job.ID); got.State != resend.BulkPaused || got.Done != 0 {
			t.Fatalf("paused: %+v", got.BulkJob)
		}
		p.must(p.s.Resend.ResumeBulk(t.Context(), p.Ada, job.ID))
		got := p.worked(job.ID)
		if got.State != resend.BulkDone || got.Sent != 2 || len(got.Rows) != 2 {
			t.Fatalf("resumed: %+v", got.BulkJob)
		}
		p.clock.Turn(11 * time.Second)
		gone := p.story(all[0].ID).Attempts[1]
		_, err = p.s.Resend.TakeAttempt(t.Context(), gone.ID)
		p.must(err)
		p.must(p.s.Resend.UndoBulk(t.Context(), p.Ada, job.ID))
		if got := p.worked(job.ID); got.State != resend.BulkUndone || got.Sent != 1 {
			t.Errorf("taken back: %+v", got.BulkJob)
		}
		if a := p.story(all[1].ID).Attempts[1]; a.OwnState != models.Cancelled {
			t.Errorf("the queued one is %s", a.OwnState)
		}
		if a := p.story(all[0].ID).Attempts[1]; a.OwnState != models.Sending {
			t.Errorf("what a worker had is %s", a.OwnState)
		}
		if err := p.s.Resend.UndoBulk(t.Context(), p.Vera, job.ID); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("a viewer takes it back: %v", err)
		}
	})
}

// Two workers that take the same set back count each item once.
func TestBulkUndoneByTwo(t *testing.T) {
	onBoth(t, func(p *play) {
		p.many(6)
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada,
			resend.BulkAsk{Action: resend.BulkClear, Outcome: "phoned", Filter: report.Filter{}})
		p.must(err)
		p.worked(job.ID)
		p.must(p.s.Resend.UndoBulk(t.Context(), p.Ada, job.ID))
		for _, err := range together(4, func(int) error {
			_,
				err := p.s.Resend.WorkBulk(t.Context(), job.ID)
			return err
		}) {
			p.must(err)
		}
		if got := p.worked(job.ID); got.State != resend.BulkUndone || got.Sent != 0 {
			t.Errorf("taken back: %+v", got.BulkJob)
		}
	})
}

// Many are cleared with one outcome, and put back by one press.
func TestBulkClearAndUndo(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(4)
		p.must(p.s.Ledger.ClearNotification(t.Context(), p.Ada,
			ledger.ClearAsk{NotificationID: all[0].ID, Outcome: "reached"}))
		ids := []string{all[0].ID, all[1].ID, all[2].ID}
		ask := resend.BulkAsk{Action: resend.BulkClear, Filter: report.Filter{IDs: ids}}
		var invalid models.Invalid
		if _, err := p.s.Resend.StartBulk(t.Context(), p.Ada, ask); !errors.As(err, &invalid) {
			t.Errorf("without an outcome: %v", err)
		}
		ask.Outcome = "phoned"
		if d, err := p.s.Resend.DryRun(t.Context(), p.Ada, ask); err != nil || d.Send != 2 ||
			refused(d.Refused, models.GuardCleared) != 1 {
			t.Errorf("before: %+v, %v", d, err)
		}
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, ask)
		p.must(err)
		if got := p.worked(job.ID); got.Sent != 2 || refused(got.Refused, models.GuardCleared) != 1 {
			t.Errorf("after: %+v", got.BulkJob)
		}
		p.wantNumber(1)
		p.must(p.s.Resend.UndoBulk(t.Context(), p.Ada, job.ID))
		p.worked(job.ID)
		p.wantNumber(3)
		if n := p.story(all[0].ID).Notification; n.Outcome != "reached" {
			t.Errorf("what was cleared before is %s (%s)", n.State, n.Outcome)
		}
		_, err = p.s.Resend.StartBulk(t.Context(), p.Bob, ask)
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("Bob clears Ada's: %v", err)
		}
	})
}
