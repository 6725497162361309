package models_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/intake"
	"undelivered/models/modelstest"
)

// health is the state of one connection as its account's settings show it.
func (p *play) health(a models.Actor, id string) connection.Health {
	p.Helper()
	all, err := p.s.Connection.HealthInDetail(p.Context(), a)
	p.must(err)
	for _, h := range all {
		if h.Connection.ID == id {
			return h
		}
	}
	p.Fatalf("no connection %s among %d", id, len(all))
	return connection.Health{}
}

// A connection is not used yet, then receiving, then quiet; refused signatures of the last day are counted
// and turn it red until a proven report comes.
func TestHealthOfConnection(t *testing.T) {
	onBoth(t, func(p *play) {
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthUnused || h.Today != 0 {
			p.Errorf("new: %+v", h)
		}
		e := modelstest.Event(models.Email, modelstest.JaneMistyped, models.EventType(models.HardBounce))
		e.OccurredAt = p.clock.Now()
		modelstest.Keep(p, p.s, p.Mail, e)
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthReceiving || h.Today != 1 ||
			h.RefusedLately() != 0 {
			p.Errorf("used: %+v", h)
		}
		p.clock.Turn(time.Hour)
		for range 3 {
			p.must(p.s.Connection.RefusedRequest(p.Context(), p.Mail, "signature"))
		}
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthRefused || h.RefusedLately() != 3 ||
			h.Refused[0].Why != "signature" {
			p.Errorf("refused: %+v", h)
		}
		p.clock.Turn(30 * time.Hour)
		p.must(p.s.Intake.Keep(p.Context(), p.Mail, nil))
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthReceiving || h.RefusedLately() != 0 ||
			h.Today != 0 {
			p.Errorf("a day later: %+v", h)
		}
		p.clock.Turn(8 * 24 * time.Hour)
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthQuiet {
			p.Errorf("a week later: %+v", h)
		}
	})
}

// Only an owner changes connections, only of the own account, and not from a page that is out of date;
// settings left behind by a removed connection are gone and its webhook address answers no more.
func TestConnectionChanged(t *testing.T) {
	onBoth(t, func(p *play) {
		ctx := p.Context()
		changed := p.Mail
		changed.Name = "Mail of the clinic"
		for who, a := range map[string]models.Actor{"Ada": p.Ada, "Vera": p.Vera, "Sam": p.Sam} {
			if err := p.s.Connection.ChangeConnection(ctx, a, changed, nil); !errors.Is(err,
				models.ErrForbidden) {
				p.Errorf("%s: %v", who, err)
			}
		}
		if err := p.s.Connection.ChangeConnection(ctx, p.Bob, changed, nil); !errors.Is(err,
			models.ErrNotFound) {
			p.Errorf("Bob: %v", err)
		}
		p.must(
			p.s.Connection.ChangeConnection(ctx, p.Olga, changed, map[string]string{"signing_secret": "new"}),
		)
		var conflict models.Conflict
		if err := p.s.Connection.ChangeConnection(ctx, p.Olga, changed, nil); !errors.As(err, &conflict) {
			p.Errorf("an old page: %v", err)
		}
		now, err := p.s.Connection.Connection(ctx, p.Olga, p.Mail.ID)
		p.must(err)
		settings, err := p.s.Connection.ConnectionSettings(now)
		if err != nil || now.Name != changed.Name || settings["signing_secret"] != "new" {
			p.Errorf("%+v %v %v", now, settings, err)
		}
		p.must(p.s.Connection.RemoveConnection(ctx, p.Olga, p.Mail.ID))
		if _, err := p.s.Connection.ConnectionByToken(ctx, "simulator", p.MailToken); !errors.Is(err,
			models.ErrNotFound) {
			p.Errorf("a removed connection answers: %v", err)
		}
	})
}

// Nothing is sent through a connection that a person has stopped, and it is when they let it go on.
func TestConnectionPaused(t *testing.T) {
	onBoth(t, func(p *play) {
		ctx := p.Context()
		p.must(p.s.Connection.PauseConnection(ctx, p.Olga, p.Mail.ID))
		c, err := p.s.Connection.Connection(ctx, p.Olga, p.Mail.ID)
		if err != nil || c.StoppedAt == nil || c.StoppedWhy != connection.StoppedByPerson {
			p.Errorf("%+v %v", c, err)
		}
		if h := p.health(p.Ada, p.Mail.ID); h.State != models.HealthStopped {
			p.Errorf("%+v", h)
		}
		p.must(p.s.Connection.ResumeConnection(ctx, p.Olga, p.Mail.ID))
		if c, err = p.s.Connection.Connection(ctx, p.Olga, p.Mail.ID); err != nil || c.StoppedAt != nil {
			p.Errorf("%+v %v", c, err)
		}
	})
}

// The connection that is preferred comes first.
func TestConnectionPreferred(t *testing.T) {
	onBoth(t, func(p *play) {
		p.must(p.s.Connection.PreferConnection(p.Context(), p.Olga, p.Text.ID))
		p.must(p.s.Connection.PreferConnection(p.Context(), p.Olga, p.Text.ID))
		all, err := p.s.Connection.Connections(p.Context(), p.Olga)
		if err != nil || all[0].ID != p.Text.ID || all[1].ID != p.Mail.ID {
			p.Errorf("%+v %v", all, err)
		}
		// The generic one stays last.
		if err := p.s.Connection.PreferConnection(p.Context(), p.Olga, all[len(all)-1].ID); !errors.Is(err,
			models.ErrForbidden) {
			p.Errorf("the generic connection: %v", err)
		}
	})
}

// What is kept in the name of a connection that was found by its token is refused once the connection has
// changed, and keeps back nothing that is stored together with it, nor the proofs that came with it.
func TestConnectionChangedSince(t *testing.T) {
	onBoth(t, func(p *play) {
		ctx := p.Context()
		old, err := p.s.Connection.ConnectionByToken(ctx, "simulator", p.MailToken)
		p.must(err)
		p.must(p.s.Intake.KeepOnce(ctx, old,
			[]models.Event{modelstest.Event(models.Email, atA, models.Delivered)},
			models.Proof{Token: "t", Digest: "a", Expires: p.clock.Now()}))
		p.must(
			p.s.Connection.ChangeConnection(ctx, p.Olga, p.Mail, map[string]string{"signing_secret": "new"}),
		)
		now, err := p.s.Connection.ConnectionByToken(ctx, "simulator", p.MailToken)
		p.must(err)
		var stored, refused atomic.Int64
		for _, err := range together(60, func(i int) error {
			c, proof := old, models.Proof{Token: fmt.Sprint("t", i/3), Digest: "old", Expires: p.clock.Now()}
			switch (i + i/3) % 3 { // in turn first
			case 0:
				c = p.Text // not found by its token
			case 1:
				c, proof.Digest = now, "new"
			}
			e := modelstest.Event(models.Email, fmt.Sprintf("c%d@x.example", i), models.Delivered)
			err := p.s.Intake.KeepOnce(ctx, c, []models.Event{e}, proof)
			if (i+i/3)%3 == 2 && (errors.Is(err, connection.ErrChanged) || errors.Is(err, intake.ErrSpent)) {
				refused.Add(1)
				return nil
			}
			stored.Add(1)
			return err
		}) {
			p.must(err)
		}
		if stored.Load() != 40 || refused.Load() != 20 {
			p.Errorf("%d are stored and %d refused, want 40 and 20", stored.Load(), refused.Load())
		}
		if err := p.s.Intake.Keep(ctx, old, nil); !errors.Is(err, connection.ErrChanged) {
			p.Errorf("heard with nothing to keep: %v", err)
		}
	})
}
