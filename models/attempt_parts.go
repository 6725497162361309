package models

// PartLost is why an attempt is open of whose text only some parts were taken.
const PartLost = "part_lost"

// missingPart is the dictionary's reason of a text that lacks a part.
const missingPart = "sms-missing-segment"

// part is which part of a text an event tells of: long texts travel in parts, and each may have its own id.
func (e Event) part() string {
	if e.MessageID != "" {
		return e.MessageID
	}
	return e.ProviderMessageID
}

// lostPart is the failure of a part of a text whose other parts have arrived: the text did not arrive as it
// was written. nil: the text has one part, or all its parts fared alike.
func lostPart(channel Channel, events []Event) *Event {
	if channel != SMS {
		return nil
	}
	parts := map[string][]Event{}
	for _, e := range events {
		if e.part() != "" {
			parts[e.part()] = append(parts[e.part()], e)
		}
	}
	var lost *Event
	arrived := false
	for _, own := range parts {
		set := sortedOut(own)
		if set.failure != nil && !set.beaten() {
			lost = later(lost, set.failure)
		} else if set.delivery != nil {
			arrived = true
		}
	}
	if !arrived {
		return nil
	}
	return lost
}

// inPieces is the verdict on a text that lacks a part; ok: it does.
func (a Attempt) inPieces(events []Event, set sorted) (v verdict, ok bool) {
	e := lostPart(a.Channel, events)
	if e == nil && a.Why == PartLost {
		e = set.delivery
	}
	if e == nil {
		return v, false
	}
	reason, _ := ReasonByID(missingPart)
	v = e.verdict(Failed, reason.Status())
	v.reason = missingPart
	return v, true
}
