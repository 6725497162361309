package models

import (
	"slices"
	"time"
)

// liftRule is what lifting one cause asks for. The zero rule: nobody may.
type liftRule struct {
	may      bool
	Consent  bool  // a consent record given after it; else a reason and how it was checked
	second   bool  // another person approves
	nobodyAs Guard // how it is refused when nobody may
}

// LiftRules is the table of causes (RULES.md, Causes). Who may is always a manager, an owner or support: what
// differs is said by the facts.
var LiftRules = map[Cause]liftRule{
	CauseHardBounce:   {may: true},
	CauseRepeatedSoft: {may: true},
	CauseInvalid:      {nobodyAs: GuardLiftNobody},
	CauseComplaint:    {may: true, Consent: true, second: true},
	CauseUnsubscribed: {may: true, Consent: true},
	CauseStop:         {may: true, Consent: true},
	CauseStaff:        {may: true, Consent: true},
	CauseErased:       {nobodyAs: GuardLiftErased},
}

var lifters = []Role{Manager, Owner, Support}

// LiftFacts are what the past of an address adds to the rule of a cause.
type LiftFacts struct {
	Again     bool       // a second hard bounce within thirty days, or a second spam report: support only
	NotBefore *time.Time // a spam report that was lifted less than a year ago
	Listed    bool       // a provider lists the address for it
	Takes     bool       // the provider of texts takes a record in place of the customer's START
}

// LiftPath is how a cause may be lifted by one person.
type LiftPath struct {
	Approval    bool // a request that somebody else decides
	SupportOnly bool // and that somebody is support
	Consent     bool
}

// Path applies the rule of a cause to a person and the facts: a Refusal, or the way.
func (r liftRule) Path(cause Cause, a Actor, f LiftFacts, now time.Time) (LiftPath, error) {
	switch {
	case !slices.Contains(lifters, a.Role) || a.Kind == APIKey || a.Kind == WidgetKey:
		return LiftPath{}, ErrForbidden
	case !r.may:
		return LiftPath{}, Refusal{r.nobodyAs, map[string]string{"cause": string(cause)}}
	case f.NotBefore != nil && now.Before(*f.NotBefore):
		return LiftPath{}, Refusal{GuardLiftYear, map[string]string{"at": f.NotBefore.Format(time.RFC3339)}}
	case cause == CauseStop && !f.Listed && !f.Takes:
		return LiftPath{}, Refusal{Guard: GuardLiftStart}
	}
	p := LiftPath{Consent: r.Consent, Approval: r.second, SupportOnly: f.Again}
	if f.Again && a.Role != Support {
		p.Approval = true
	}
	return p, nil
}

// KindsOfCause are the lists of providers that belong to a cause.
var KindsOfCause = map[Cause][]string{
	CauseHardBounce: {"bounce"}, CauseRepeatedSoft: {"bounce"}, CauseInvalid: {"invalid"},
	CauseComplaint:    {"complaint"},
	CauseUnsubscribed: {"unsubscribe"}, CauseStop: {"unsubscribe"}, CauseStaff: {"manual"},
}

// CauseOfKind is the cause whose rule holds for an entry that a provider keeps, also when we do not.
func CauseOfKind(kind string, channel Channel) Cause {
	switch kind {
	case "bounce":
		return CauseHardBounce
	case "complaint":
		return CauseComplaint
	case "invalid":
		return CauseInvalid
	case "manual":
		return CauseStaff
	}
	if channel == SMS {
		return CauseStop
	}
	return CauseUnsubscribed
}

// Spans of time of the rules.
const (
	AgainWithin = 30 * 24 * time.Hour
	OnceAYear   = 1 // years between two liftings of a spam report
)
