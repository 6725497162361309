package main

import (
	"context"
	"slices"
	"time"

	"undelivered/models"
)

// passing are mishaps that may be over by now, so that the same message goes through.
var passing = []models.Status{models.SoftBounce, models.MailboxError, models.NotDelivered}

// act lets the business do some of its work by its API: it takes some items off the report, and sends some again. What
// is sent again comes to its end when the workers start, before the eyes of whoever watches.
func (s *stage) act(ctx context.Context, key string, past []sentMessage) error {
	cleared, resent := 0, 0
	for i, m := range slices.Backward(past) {
		if m.mishap == nil {
			continue
		}
		path := "/api/v1/notifications/ref:" + m.registration.Ref
		soft := slices.Contains(passing, models.Status(m.mishap.event.Type))
		switch old := time.Since(m.at) > 4*24*time.Hour; {
		case soft && !old && resent < 5:
			resent++
			if err := s.api(ctx, key, path+"/resend", fields{}); err != nil {
				return err
			}
		case old && cleared < 12 && i%3 == 0:
			outcome := models.Outcomes[cleared%len(models.Outcomes)]
			cleared++
			if err := s.api(ctx, key, path+"/clear", fields{"outcome": outcome, "note": "Seen at the morning meeting"}); err != nil {
				return err
			}
		}
	}
	return nil
}
