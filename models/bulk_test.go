package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// many registers n notifications whose mailboxes were full; what is sent says which each is.
func (p *play) many(n int) []models.Registered {
	p.Helper()
	sent := p.clock.Now().Add(-time.Hour)
	batch := make([]models.Registration, n)
	for i := range batch {
		to := fmt.Sprintf("person%d@x.example", i)
		batch[i] = models.Registration{Ref: fmt.Sprint("m", i), Channel: models.Email, To: to, Title: "Reminder", Text: fmt.Sprint("Text ", i), SentAt: &sent,
			Customer: models.RegistrationCustomer{Ref: fmt.Sprint("c", i), Name: "Jane Doe", Email: to}, ProviderMessageID: to, Connection: p.Mail.ID}
	}
	all, err := p.s.Register(p.Context(), key(p.Account.ID), batch)
	p.must(err)
	events := make([]models.Event, n)
	for i, r := range all {
		events[i] = models.Event{Type: full, Channel: models.Email, Reason: "mailbox-full", AttemptRef: r.AttemptID, OccurredAt: p.clock.Now(),
			DedupeKey: fmt.Sprint("many", p.next()), Raw: []byte("{}")}
	}
	modelstest.Keep(p.T, p.s, p.Mail, events...)
	return all
}

// optedOut opts the address of a notification out.
func (p *play) optedOut(id string) {
	p.Helper()
	st := p.story(id)
	p.must(p.s.OptOutByStaff(p.Context(), p.Ada, st.Addresses[models.Email].ID, "asked by phone"))
}

func (p *play) dry(f models.Filter) models.BulkDry {
	p.Helper()
	d, err := p.s.DryRun(p.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend, Filter: f})
	p.must(err)
	return d
}

// worked lets the worker finish a job, and returns its result.
func (p *play) worked(id string) models.BulkProgress {
	p.Helper()
	for more := true; more; {
		var err error
		more, err = p.s.WorkBulk(p.Context(), id)
		p.must(err)
	}
	got, err := p.s.BulkPage(p.Context(), p.Ada, id, models.BulkShow{}, "")
	p.must(err)
	return got
}

func refused(all []models.GuardCount, guard models.Guard) int {
	for _, g := range all {
		if g.Guard == guard {
			return g.N
		}
	}
	return 0
}

// Case 34: 500 selected, 20 opted out: 480 queued, 20 refused with their reason; the numbers before and after agree.
func TestBulkResendOfFiveHundred(t *testing.T) {
	onBoth(t, func(p *play) {
		for _, r := range p.many(500)[:20] {
			p.optedOut(r.ID)
		}
		before := p.dry(models.Filter{})
		if before.Total != 500 || before.Send != 480 || refused(before.Refused, models.GuardOptedOut) != 20 || before.Type {
			t.Fatalf("before: %+v", before)
		}
		job, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{RequestID: "r1", Action: models.BulkResend})
		p.must(err)
		again, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{RequestID: "r1", Action: models.BulkResend})
		p.must(err)
		if again.ID != job.ID || job.Total != 500 {
			t.Errorf("pressed twice: %s and %s, %d items", job.ID, again.ID, job.Total)
		}
		after := p.worked(job.ID)
		if after.State != models.BulkDone || after.Done != 500 || after.Sent != 480 || refused(after.Refused, models.GuardOptedOut) != 20 {
			t.Errorf("after: %+v %v", after.BulkJob, after.Refused)
		}
		if p.worked(job.ID).Sent != 480 {
			t.Error("a job that runs twice does more")
		}
		some, err := p.s.BulkPage(t.Context(), p.Ada, job.ID, models.BulkShow{Guard: models.GuardOptedOut}, "")
		if err != nil || len(some.Rows) != 20 || some.Rows[0].Title != "Reminder" || some.Rows[0].Customer != "Jane Doe" {
			t.Errorf("%d rows of what was refused: %v", len(some.Rows), err)
		}
		if _, err := p.s.BulkPage(t.Context(), p.Bob, job.ID, models.BulkShow{}, ""); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("Bob sees it: %v", err)
		}
	})
}

// Two messages with equal content to one address in one batch: the second is held back and named, before and after.
func TestBulkHoldsDuplicatesBack(t *testing.T) {
	onBoth(t, func(p *play) {
		for _, ref := range []string{"1", "2"} {
			p.says(p.registered(ref, atA).AttemptID, full, "mailbox-full")
		}
		if d := p.dry(models.Filter{}); d.Send != 1 || refused(d.Refused, models.GuardDuplicate) != 1 {
			t.Errorf("before: %+v", d)
		}
		job, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend})
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
	modelstest.EachWith(t, models.Options{Now: clock.Now, Limits: limits}, func(t *testing.T, s *models.Store) {
		p := &play{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock}
		p.many(8)
		for i := range 5 {
			sent := clock.Now().Add(-time.Hour)
			all, err := s.Register(t.Context(), key(p.Account.ID), []models.Registration{{Ref: fmt.Sprint("same", i), Channel: models.Email, To: atA,
				Title: "Reminder", Text: fmt.Sprint("Same ", i), SentAt: &sent, ProviderMessageID: fmt.Sprint("same", i), Connection: p.Mail.ID,
				Customer: models.RegistrationCustomer{Ref: "same", Name: "Omar", Email: atA}}})
			p.must(err)
			clock.Turn(time.Second)
			p.says(all[0].AttemptID, full, "mailbox-full")
		}
		before := p.dry(models.Filter{})
		job, err := s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend})
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

// From 0.3 % of complaints on, and three of them, several at once are stopped, also in mid-work; one at a time is not.
func TestBulkStopsOnComplaints(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(6)
		job, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend})
		p.must(err)
		for _, r := range all[:3] {
			p.says(r.AttemptID, models.Complaint, "complaint")
		}
		_, err = p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend})
		p.wantRefused(err, models.GuardComplaints)
		if d := p.dry(models.Filter{}); d.Send != 0 || refused(d.Refused, models.GuardComplaints) != 6 {
			t.Errorf("dry run: %+v", d)
		}
		if got := p.worked(job.ID); got.State != models.BulkStopped || got.Sent != 0 || got.Why != "complaints" {
			t.Errorf("in mid-work: %+v", got.BulkJob)
		}
		p.must(p.ask(all[4].ID))
		_, err = p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkClear, Outcome: "phoned"})
		p.must(err)
	})
}

// While it is paused nothing is done, then it goes on; taken back, all that is still queued is cancelled.
func TestBulkPauseAndUndo(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(3)
		job, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkResend, Filter: models.Filter{IDs: []string{all[0].ID, all[1].ID}}})
		p.must(err)
		p.must(p.s.PauseBulk(t.Context(), p.Ada, job.ID))
		if got := p.worked(job.ID); got.State != models.BulkPaused || got.Done != 0 {
			t.Fatalf("paused: %+v", got.BulkJob)
		}
		p.must(p.s.ResumeBulk(t.Context(), p.Ada, job.ID))
		got := p.worked(job.ID)
		if got.State != models.BulkDone || got.Sent != 2 || len(got.Rows) != 2 {
			t.Fatalf("resumed: %+v", got.BulkJob)
		}
		p.clock.Turn(11 * time.Second)
		gone := p.story(all[0].ID).Attempts[1]
		_, err = p.s.TakeAttempt(t.Context(), gone.ID)
		p.must(err)
		p.must(p.s.UndoBulk(t.Context(), p.Ada, job.ID))
		if got := p.worked(job.ID); got.State != models.BulkUndone || got.Sent != 1 {
			t.Errorf("taken back: %+v", got.BulkJob)
		}
		if a := p.story(all[1].ID).Attempts[1]; a.OwnState != models.Cancelled {
			t.Errorf("the queued one is %s", a.OwnState)
		}
		if a := p.story(all[0].ID).Attempts[1]; a.OwnState != models.Sending {
			t.Errorf("what a worker had is %s", a.OwnState)
		}
		if err := p.s.UndoBulk(t.Context(), p.Vera, job.ID); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("a viewer takes it back: %v", err)
		}
	})
}

// Two workers that take the same set back count each item once.
func TestBulkUndoneByTwo(t *testing.T) {
	onBoth(t, func(p *play) {
		p.many(6)
		job, err := p.s.StartBulk(t.Context(), p.Ada, models.BulkAsk{Action: models.BulkClear, Outcome: "phoned", Filter: models.Filter{}})
		p.must(err)
		p.worked(job.ID)
		p.must(p.s.UndoBulk(t.Context(), p.Ada, job.ID))
		for _, err := range together(4, func(int) error { _, err := p.s.WorkBulk(t.Context(), job.ID); return err }) {
			p.must(err)
		}
		if got := p.worked(job.ID); got.State != models.BulkUndone || got.Sent != 0 {
			t.Errorf("taken back: %+v", got.BulkJob)
		}
	})
}

// Many are cleared with one outcome, and put back by one press.
func TestBulkClearAndUndo(t *testing.T) {
	onBoth(t, func(p *play) {
		all := p.many(4)
		p.must(p.s.ClearNotification(t.Context(), p.Ada, models.ClearAsk{NotificationID: all[0].ID, Outcome: "reached"}))
		ids := []string{all[0].ID, all[1].ID, all[2].ID}
		ask := models.BulkAsk{Action: models.BulkClear, Filter: models.Filter{IDs: ids}}
		var invalid models.Invalid
		if _, err := p.s.StartBulk(t.Context(), p.Ada, ask); !errors.As(err, &invalid) {
			t.Errorf("without an outcome: %v", err)
		}
		ask.Outcome = "phoned"
		if d, err := p.s.DryRun(t.Context(), p.Ada, ask); err != nil || d.Send != 2 || refused(d.Refused, models.GuardCleared) != 1 {
			t.Errorf("before: %+v, %v", d, err)
		}
		job, err := p.s.StartBulk(t.Context(), p.Ada, ask)
		p.must(err)
		if got := p.worked(job.ID); got.Sent != 2 || refused(got.Refused, models.GuardCleared) != 1 {
			t.Errorf("after: %+v", got.BulkJob)
		}
		p.wantNumber(1)
		p.must(p.s.UndoBulk(t.Context(), p.Ada, job.ID))
		p.worked(job.ID)
		p.wantNumber(3)
		if n := p.story(all[0].ID).Notification; n.Outcome != "reached" {
			t.Errorf("what was cleared before is %s (%s)", n.State, n.Outcome)
		}
		_, err = p.s.StartBulk(t.Context(), p.Bob, ask)
		if !errors.Is(err, models.ErrNotFound) {
			t.Errorf("Bob clears Ada's: %v", err)
		}
	})
}
