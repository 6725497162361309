package models

import (
	"testing"
	"time"
)

// A text whose parts fared differently did not arrive as it was written, in whatever order the parts were
// reported.
func TestLostPart(t *testing.T) {
	at := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	told := func(part string, kind EventType, after int) Event {
		return Event{ProviderMessageID: part, Type: kind, DedupeKey: part + string(kind),
			OccurredAt: at.Add(time.Duration(after) * time.Second),
			Reason:     "sms-unreachable"}
	}
	lost, came := EventType(MailboxError), Delivered
	for name, c := range map[string]struct {
		events []Event
		want   AttemptState
	}{
		"the first is lost": {[]Event{told("1", lost, 0), told("2", came, 1), told("3", came, 2)},
			Failed},
		"the last is lost": {[]Event{told("1", came, 0), told("2", lost, 1)}, Failed},
		"it came after all": {[]Event{told("1", lost, 0), told("1", came, 5), told("2", came, 1)},
			AttemptDelivered},
		"all came":                {[]Event{told("1", came, 0), told("2", came, 1)}, AttemptDelivered},
		"one part, late delivery": {[]Event{told("1", lost, 0), told("1", came, 1)}, AttemptDelivered},
		"all lost":                {[]Event{told("1", lost, 0), told("2", lost, 1)}, Failed},
	} {
		a := Attempt{Channel: SMS, OwnState: AttemptAccepted}
		if v := a.judge(c.events); v.outcome != c.want {
			t.Errorf("%s: %+v", name, v)
		}
	}
	a := Attempt{Channel: SMS, OwnState: OutcomeUnknown, Why: PartLost}
	if v := a.judge([]Event{told("2", came, 1)}); v.outcome != Failed || v.reason != missingPart {
		t.Errorf("a part that was never taken is forgotten: %+v", v)
	}
}
