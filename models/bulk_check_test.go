package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
	"undelivered/models/resend"
	"undelivered/models/store"
)

// onBothAbove plays where more than three at once are checked by a job before they are confirmed.
func onBothAbove(t *testing.T, act func(p *play)) {
	t.Helper()
	limits := models.DefaultLimits()
	limits.BulkConfirm = 3
	clock := modelstest.NewClock(noon)
	modelstest.EachWith(t, store.Options{Now: clock.Now, Limits: limits}, func(t *testing.T, s *store.Store) {
		act(&play{T: t, Cast: modelstest.NewCast(t, s), s: s, clock: clock})
	})
}

// checked fixes all that match and lets the worker check them.
func (p *play) checked() resend.BulkProgress {
	p.Helper()
	job, err := p.s.Resend.StartBulk(p.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
	p.must(err)
	if job.State != resend.BulkChecking {
		p.Fatalf("it begins as %s", job.State)
	}
	return p.worked(job.ID)
}

func (p *play) shown(id string, show resend.BulkShow) []resend.BulkRow {
	p.Helper()
	page, err := p.s.Resend.BulkPage(p.Context(), p.Ada, id, show, "")
	p.must(err)
	return page.Rows
}

// A large set is checked before it is confirmed: nothing is sent by that, each number shows exactly its
// items, what is then sent is what the check said, and for that the number is typed.
func TestBulkCheckBeforeSending(t *testing.T) {
	onBothAbove(t, func(p *play) {
		all := p.many(230)
		for _, r := range all[:20] {
			p.optedOut(r.ID)
		}
		got := p.checked()
		if got.State != resend.BulkChecked || got.Total != 230 || got.Done != 230 || got.Sent != 210 ||
			refused(got.Refused, models.GuardOptedOut) != 20 {
			t.Fatalf("checked: %+v %v", got.BulkJob, got.Refused)
		}
		if n := len(p.shown(got.ID, resend.BulkShow{Guard: models.GuardOptedOut})); n != 20 {
			t.Errorf("%d are shown as opted out", n)
		}
		if attempts := p.story(all[30].ID).Attempts; len(attempts) != 1 {
			t.Fatalf("checking has made %d attempts", len(attempts))
		}
		var invalid models.Invalid
		for _, typed := range []string{"", "230", "all"} {
			_, err := p.s.Resend.StartChecked(t.Context(), p.Ada, got.ID, resend.BulkAsk{Count: typed})
			if !errors.As(err, &invalid) || invalid["count"].Values["n"] != "210" {
				t.Errorf("%q: %v", typed, err)
			}
		}
		if _, err := p.s.Resend.StartChecked(t.Context(), p.Bob, got.ID,
			resend.BulkAsk{Count: "210"}); !errors.Is(
			err,
			models.ErrNotFound,
		) {
			t.Errorf("Bob starts Ada's: %v", err)
		}
		_, err := p.s.Resend.StartChecked(t.Context(), p.Olga, got.ID, resend.BulkAsk{Count: " 210"})
		p.must(err)
		again, err := p.s.Resend.StartChecked(t.Context(), p.Olga, got.ID, resend.BulkAsk{Count: "210"})
		if p.must(err); again.ByName != p.Olga.Name {
			t.Errorf("it is asked for by %s", again.ByName)
		}
		after := p.worked(got.ID)
		if after.State != resend.BulkDone || after.Done != 230 || after.Sent != 210 ||
			refused(after.Refused, models.GuardOptedOut) != 20 {
			t.Errorf("after: %+v %v", after.BulkJob, after.Refused)
		}
	})
}

// The pages of one number of a check lead forwards and back over exactly its items.
func TestBulkCheckPages(t *testing.T) {
	onBothAbove(t, func(p *play) {
		all := p.many(130)
		for i := 1; i < len(all); i += 2 {
			p.optedOut(all[i].ID)
		}
		id := p.checked().ID
		seen, after := map[string]bool{}, ""
		var back string
		for range 2 {
			page, err := p.s.Resend.BulkPage(t.Context(), p.Ada, id, resend.BulkShow{Sent: true}, after)
			p.must(err)
			for _, row := range page.Rows {
				seen[row.NotificationID] = true
			}
			after, back = page.Older, page.Newer
		}
		if len(seen) != 65 || after != "" {
			t.Errorf("%d of 65 are shown, and then %q", len(seen), after)
		}
		if first, err := p.s.Resend.BulkPage(t.Context(), p.Ada, id, resend.BulkShow{Sent: true},
			back); err != nil ||
			len(first.Rows) != 50 ||
			first.Newer != "" {
			t.Errorf("the page before has %d rows and %q before it: %v", len(first.Rows), first.Newer, err)
		}
	})
}

// What a check knows of limits and of equal content it knows across its slices.
func TestBulkCheckAcrossSlices(t *testing.T) {
	onBothAbove(t, func(p *play) {
		sent := p.clock.Now().Add(-2 * time.Hour)
		same := func(i int) intake.Registration {
			return intake.Registration{Ref: fmt.Sprint("same", i), Channel: models.Email, To: atA,
				Title: "Reminder", Text: fmt.Sprint("Same ", i/2), SentAt: &sent,
				ProviderMessageID: fmt.Sprint("same", i), Connection: p.Mail.ID,
				Customer: intake.RegistrationCustomer{Ref: "same", Name: "Omar", Email: atA}}
		}
		for i := range 4 {
			one, err := p.s.Intake.Register(t.Context(), key(p.Account.ID), []intake.Registration{same(i)})
			p.must(err)
			p.says(one[0].AttemptID, full, "mailbox-full")
			p.clock.Turn(time.Second)
		}
		p.many(230) // newer: the four above are in the last slice
		for i := 4; i < 8; i++ {
			p.clock.Turn(time.Second)
			one, err := p.s.Intake.Register(t.Context(), key(p.Account.ID),
				[]intake.Registration{same(i - 4 + 2)})
			p.must(err)
			p.says(one[0].AttemptID, full, "mailbox-full")
		}
		got := p.checked()
		after, err := p.s.Resend.StartChecked(t.Context(), p.Ada, got.ID,
			resend.BulkAsk{Count: fmt.Sprint(got.Sent)})
		p.must(err)
		if done := p.worked(after.ID); done.Sent != got.Sent {
			t.Errorf("%d were sent, the check said %d: %v and %v", done.Sent, got.Sent, done.Refused,
				got.Refused)
		}
	})
}

// Of several workers that check one set, each slice counts once; of several people who confirm it, one starts
// it, and each item is sent once; while it is paused in the middle of the work nothing more goes out.
func TestBulkCheckTogether(t *testing.T) {
	onBothAbove(t, func(p *play) {
		all := p.many(250)
		p.optedOut(all[0].ID)
		job, err := p.s.Resend.StartBulk(t.Context(), p.Ada, resend.BulkAsk{Action: resend.BulkResend})
		p.must(err)
		work := func(int) error {
			for more, err := true, error(nil); more; {
				if more, err = p.s.Resend.WorkBulk(t.Context(), job.ID); err != nil {
					return err
				}
			}
			return nil
		}
		for _, err := range together(3, work) {
			p.must(err)
		}
		got := p.worked(job.ID)
		if got.State != resend.BulkChecked || got.Done != 250 || got.Sent != 249 {
			t.Fatalf("checked together: %+v", got.BulkJob)
		}
		for _, err := range together(4, func(int) error {
			_, err := p.s.Resend.StartChecked(t.Context(), p.Ada, job.ID, resend.BulkAsk{Count: "249"})
			return err
		}) {
			p.must(err)
		}
		for _, err := range together(4, func(i int) error {
			if i == 3 {
				return p.s.Resend.PauseBulk(t.Context(), p.Ada, job.ID)
			}
			return work(i)
		}) {
			p.must(err)
		}
		paused := p.worked(job.ID)
		p.must(p.s.Resend.ResumeBulk(t.Context(), p.Ada, job.ID))
		done := p.worked(job.ID)
		if done.State != resend.BulkDone || done.Done != 250 || done.Sent != 249 || paused.Sent > 249 {
			t.Errorf("paused %+v, done %+v", paused.BulkJob, done.BulkJob)
		}
		for _, r := range all[1:] {
			if attempts := p.story(r.ID).Attempts; len(attempts) != 2 {
				t.Fatalf("%d attempts", len(attempts))
			}
		}
	})
}

// A check that is cancelled, or that nobody confirms for a day, is forgotten; one that was confirmed is not.
func TestBulkCheckIsForgotten(t *testing.T) {
	onBothAbove(t, func(p *play) {
		p.many(5)
		cancelled, left, started := p.checked(), p.checked(), p.checked()
		if dropped, err := p.s.Resend.DropCheck(t.Context(), p.Ada, cancelled.ID); err != nil || !dropped {
			t.Errorf("not cancelled: %v", err)
		}
		_, err := p.s.Resend.StartChecked(t.Context(), p.Ada, started.ID, resend.BulkAsk{Count: "5"})
		p.must(err)
		if dropped, err := p.s.Resend.DropCheck(t.Context(), p.Ada, started.ID); err != nil || dropped {
			t.Errorf("cancelled after it was confirmed: %v", err)
		}
		p.clock.Turn(25 * time.Hour)
		p.must(p.s.DeleteExpired(t.Context()))
		for id, want := range map[string]error{cancelled.ID: models.ErrNotFound, left.ID: models.ErrNotFound,
			started.ID: nil} {
			if _, err := p.s.Resend.BulkPage(t.Context(), p.Ada, id, resend.BulkShow{}, ""); !errors.Is(err,
				want) {
				t.Errorf("%s: %v, want %v", id, err, want)
			}
		}
		if more, err := p.s.Resend.WorkBulk(t.Context(), left.ID); more ||
			!errors.Is(err, models.ErrNotFound) {
			t.Errorf("a forgotten one is worked on: %v %v", more, err)
		}
	})
}
