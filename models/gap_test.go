package models_test

import (
	"errors"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
)

// gaps are the gaps that a person sees on the report.
func (p *play) gaps(a models.Actor) []connection.Gap {
	p.Helper()
	zone, err := time.LoadLocation("Europe/London")
	p.must(err)
	gaps, err := p.s.Connection.OpenGaps(p.Context(), a,
		models.StandardWindow(p.clock.Now(), zone, models.StandardDays))
	p.must(err)
	return gaps
}

// While the program says every few seconds that it runs, nothing is missing. After it was killed the time
// since is a gap of every connection but the generic one, once, and each account sees its own.
func TestGapAfterStop(t *testing.T) {
	onBoth(t, func(p *play) {
		for range 5 {
			p.must(p.s.Connection.Heartbeat(p.Context()))
			p.clock.Turn(connection.BeatEvery)
		}
		if gaps := p.gaps(p.Ada); len(gaps) != 0 {
			p.Fatalf("gaps while running: %+v", gaps)
		}
		last := p.clock.Now().Add(-connection.BeatEvery)
		p.clock.Turn(3 * time.Hour)
		p.must(p.s.Connection.Started(p.Context()))
		p.must(p.s.Connection.Heartbeat(p.Context()))
		gaps := p.gaps(p.Ada)
		if len(gaps) != 2 || len(p.gaps(p.Bob)) != 1 {
			p.Fatalf("%+v, and Bob's %+v", gaps, p.gaps(p.Bob))
		}
		for _, g := range gaps {
			if !g.FromAt.Equal(last) || !g.ToAt.Equal(p.clock.Now()) || g.Connection == "" {
				p.Errorf("%+v, want from %s to %s", g, last, p.clock.Now())
			}
		}
	})
}

// After a stop in good order the time until the next start is a gap to the second, however short: some
// providers give up within seconds. Where another instance ran on there is none.
func TestGapAfterShortStop(t *testing.T) {
	onBoth(t, func(p *play) {
		p.must(p.s.Connection.Started(p.Context()))
		p.clock.Turn(5 * time.Second)
		p.must(p.s.Connection.Stopped(p.Context()))
		stopped := p.clock.Now()
		p.clock.Turn(8 * time.Second)
		p.must(p.s.Connection.Started(p.Context()))
		gaps := p.gaps(p.Ada)
		if len(gaps) != 2 || !gaps[0].FromAt.Equal(stopped) ||
			gaps[0].ToAt.Sub(gaps[0].FromAt) != 8*time.Second {
			p.Fatalf("%+v", gaps)
		}
		p.must(p.s.Connection.Stopped(p.Context()))
		p.clock.Turn(2 * time.Second)
		p.must(p.s.Connection.Heartbeat(p.Context())) // of an instance that ran all the time
		p.clock.Turn(2 * time.Second)
		p.must(p.s.Connection.Started(p.Context()))
		if gaps := p.gaps(p.Ada); len(gaps) != 2 {
			p.Errorf("%+v", gaps)
		}
	})
}

// Several instances share the heartbeat: one that comes back after the others ran all the time opens no gap.
func TestBeatOfSeveralInstances(t *testing.T) {
	onBoth(t, func(p *play) {
		p.must(p.s.Connection.Heartbeat(p.Context()))
		p.clock.Turn(10 * time.Minute)
		done := make(chan error)
		for range 4 {
			go func() { done <- p.s.Connection.Heartbeat(p.Context()) }()
		}
		for range 4 {
			p.must(<-done)
		}
		if gaps := p.gaps(p.Ada); len(gaps) != 2 {
			p.Errorf("%d gaps, want one for each connection: %+v", len(gaps), gaps)
		}
	})
}

// A gap is closed by a person of its account, with a line in the log; somebody else's is not there.
func TestGapClosedByPerson(t *testing.T) {
	onBoth(t, func(p *play) {
		p.must(p.s.Connection.Missed(p.Context(), p.Mail, p.clock.Now().Add(-2*time.Hour), p.clock.Now()))
		g := p.gaps(p.Ada)[0]
		if err := p.s.Connection.CloseGap(p.Context(), p.Bob, g.ID); !errors.Is(err, models.ErrNotFound) {
			p.Errorf("Bob closes Ada's gap: %v", err)
		}
		if err := p.s.Connection.CloseGap(p.Context(), p.Vera, g.ID); !errors.Is(err, models.ErrForbidden) {
			p.Errorf("Vera closes a gap: %v", err)
		}
		p.must(p.s.Connection.CloseGap(p.Context(), p.Ada, g.ID))
		p.must(p.s.Connection.CloseGap(p.Context(), p.Ada, g.ID))
		if gaps := p.gaps(p.Ada); len(gaps) != 0 {
			p.Errorf("%+v", gaps)
		}
		if lines, err := p.s.VerifyAudit(p.Context(), p.Account.ID); err != nil || lines == 0 {
			p.Errorf("%d lines, %v", lines, err)
		}
	})
}

// Answers of an error that follow each other closely are one gap; those hours apart are two.
func TestGapContinued(t *testing.T) {
	onBoth(t, func(p *play) {
		at := p.clock.Now().Add(-5 * time.Hour)
		p.must(p.s.Connection.Missed(p.Context(), p.Mail, at, at.Add(time.Minute)))
		p.must(p.s.Connection.Missed(p.Context(), p.Mail, at.Add(2*time.Minute), at.Add(4*time.Minute)))
		p.must(p.s.Connection.Missed(p.Context(), p.Text, at, at.Add(time.Minute)))
		p.must(p.s.Connection.Missed(p.Context(), p.Mail, at.Add(3*time.Hour), at.Add(4*time.Hour)))
		if gaps := p.gaps(p.Ada); len(gaps) != 3 {
			p.Errorf("%+v", gaps)
		}
	})
}

// A gap is given to one worker, again after a pause when its provider could not be asked, and never for ever.
func TestGapDueOnce(t *testing.T) {
	onBoth(t, func(p *play) {
		p.must(p.s.Connection.Missed(p.Context(), p.Mail, p.clock.Now().Add(-2*time.Hour), p.clock.Now()))
		asked := 0
		for range 100 {
			due, err := p.s.Connection.GapsDue(p.Context())
			p.must(err)
			again, err := p.s.Connection.GapsDue(p.Context())
			p.must(err)
			if len(again) != 0 {
				p.Fatal("the same gap was given twice")
			}
			for _, g := range due {
				asked++
				p.must(p.s.Connection.GapFilled(p.Context(), g, 0, errors.New("no answer")))
			}
			p.clock.Turn(time.Hour)
		}
		if asked != 5 || len(p.gaps(p.Ada)) != 1 {
			p.Errorf("asked %d times, %+v", asked, p.gaps(p.Ada))
		}
	})
}
