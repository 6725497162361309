package demo

import (
	"context"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/ledger"
)

// passing are mishaps that may be over by now, so that the same message goes through.
var passing = []models.Status{models.SoftBounce, models.MailboxError, models.NotDelivered}

func (m mishap) passes() bool { return slices.Contains(passing, models.Status(m.event.Type)) }

// sendable says whether it is worth as much today as on its day, at whatever hour the demo starts: what names
// a day may be over by now, and is asked about before it is sent.
func (m sentMessage) sendable() bool { return m.mishap.passes() && !m.title.due }

// How much of its work the business has done: with more, nothing would be left for whoever looks.
const (
	mostResent  = 3
	mostCleared = 12
)

// work plans what the business does by its API: it sends some of the newest failures again, and takes some of
// the old ones off the report. Of each kind of failure the last one is left for whoever looks.
func (p *plan) work() {
	type kind struct {
		channel models.Channel
		event   models.EventType
	}
	of := func(m sentMessage) kind { return kind{m.registration.Channel, m.mishap.event.Type} }
	left, hurt := map[kind]int{}, map[*person]int{}
	for _, m := range p.messages {
		if m.mishap != nil {
			hurt[m.customer]++
		}
		if m.mishap != nil && m.age < monthAgo {
			left[of(m)]++
		}
	}
	once := 0 // those that can be sent again just so: of two one is left
	for i, m := range slices.Backward(p.messages) {
		if m.mishap == nil || m.age >= monthAgo || left[of(m)] < 2 {
			continue
		}
		alone := m.sendable() && hurt[m.customer] == 1
		if alone {
			once++
		}
		switch old := m.age > 4*24*time.Hour; {
		case alone && once%2 == 0 && len(p.resent) < mostResent:
			p.resent = append(p.resent, m.registration.Ref)
		case alone:
			continue
		case old && i%3 == 0 && len(p.cleared) < mostCleared:
			p.cleared = append(p.cleared,
				clearing{m.registration.Ref, ledger.Outcomes[len(p.cleared)%len(ledger.Outcomes)]})
		default:
			continue
		}
		left[of(m)]--
	}
}

// resendAndClear lets the business do it. What is sent again comes to its end when the workers start, before
// the eyes of whoever watches.
func (f *filler) resendAndClear(ctx context.Context, key string, p *plan) error {
	const path = "/api/v1/notifications/ref:"
	for _, ref := range p.resent {
		if err := f.api(ctx, key, path+ref+"/resend", fields{}); err != nil {
			return err
		}
	}
	for _, c := range p.cleared {
		if err := f.api(ctx, key, path+c.ref+"/clear",
			fields{"outcome": c.outcome, "note": "Seen at the morning meeting"}); err != nil {
			return err
		}
	}
	return nil
}
