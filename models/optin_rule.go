package models

import (
	"slices"
	"time"
)

// The guards of opting in again (semantics 7.3); each has a sentence in the catalogue (guard.<name>).
const (
	GuardLiftNobody  Guard = "lift_nobody"  // another address is the only way
	GuardLiftErased  Guard = "lift_erased"  // the customer was erased
	GuardLiftSupport Guard = "lift_support" // support decides
	GuardLiftYear    Guard = "lift_year"    // a spam report is lifted once in twelve months
	GuardLiftStart   Guard = "lift_start"   // only the customer's START lifts it with this provider
	GuardLiftAsked   Guard = "lift_asked"   // it has been asked for already
	GuardLiftNewer   Guard = "lift_newer"   // something newer than the agreement has happened
)

// liftRule is what lifting one cause asks for. The zero rule: nobody may.
type liftRule struct {
	may      bool
	consent  bool  // a consent record given after it; else a reason and how it was checked
	second   bool  // another person approves
	nobodyAs Guard // how it is refused when nobody may
}

// liftRules is the table of semantics 7.3. Who may is always a manager, an owner or support: what differs is said by
// the facts.
var liftRules = map[Cause]liftRule{
	CauseHardBounce:   {may: true},
	CauseRepeatedSoft: {may: true},
	CauseInvalid:      {nobodyAs: GuardLiftNobody},
	CauseComplaint:    {may: true, consent: true, second: true},
	CauseUnsubscribed: {may: true, consent: true},
	CauseStop:         {may: true, consent: true},
	CauseStaff:        {may: true, consent: true},
	CauseErased:       {nobodyAs: GuardLiftErased},
}

var lifters = []Role{Manager, Owner, Support}

// liftFacts are what the past of an address adds to the rule of a cause.
type liftFacts struct {
	again     bool       // a second hard bounce within thirty days, or a second spam report: support only
	notBefore *time.Time // a spam report that was lifted less than a year ago
	listed    bool       // a provider lists the address for it
	takes     bool       // the provider of texts takes a record in place of the customer's START
}

// liftPath is how a cause may be lifted by one person.
type liftPath struct {
	approval    bool // a request that somebody else decides
	supportOnly bool // and that somebody is support
	consent     bool
}

// path applies the rule of a cause to a person and the facts: a Refusal, or the way.
func (r liftRule) path(cause Cause, a Actor, f liftFacts, now time.Time) (liftPath, error) {
	switch {
	case !slices.Contains(lifters, a.Role) || a.Kind == APIKey || a.Kind == WidgetKey:
		return liftPath{}, ErrForbidden
	case !r.may:
		return liftPath{}, Refusal{r.nobodyAs, map[string]string{"cause": string(cause)}}
	case f.notBefore != nil && now.Before(*f.notBefore):
		return liftPath{}, Refusal{GuardLiftYear, map[string]string{"at": f.notBefore.Format(time.RFC3339)}}
	case cause == CauseStop && !f.listed && !f.takes:
		return liftPath{}, Refusal{Guard: GuardLiftStart}
	}
	p := liftPath{consent: r.consent, approval: r.second, supportOnly: f.again}
	if f.again && a.Role != Support {
		p.approval = true
	}
	return p, nil
}

// kindsOfCause are the lists of providers that belong to a cause.
var kindsOfCause = map[Cause][]string{
	CauseHardBounce: {"bounce"}, CauseRepeatedSoft: {"bounce"}, CauseInvalid: {"invalid"}, CauseComplaint: {"complaint"},
	CauseUnsubscribed: {"unsubscribe"}, CauseStop: {"unsubscribe"}, CauseStaff: {"manual"},
}

// causeOfKind is the cause whose rule holds for an entry that a provider keeps, also when we do not.
func causeOfKind(kind string, channel Channel) Cause {
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
	againWithin = 30 * 24 * time.Hour
	onceAYear   = 1 // years between two liftings of a spam report
)

// liftFacts reads the past of an address for one cause.
func (t *tx) liftFacts(a Address, cause Cause, since time.Time, listed []Suppression, takes bool) (liftFacts, error) {
	f := liftFacts{takes: takes}
	for _, entry := range listed {
		f.listed = f.listed || slices.Contains(kindsOfCause[cause], entry.Kind)
	}
	var before []OptOut
	err := t.Where("account_id = ? AND address_id = ? AND cause = ? AND lifted_at IS NOT NULL",
		a.AccountID, a.ID, cause).Order("lifted_at DESC").Limit(1).Find(&before).Error
	if err != nil || len(before) == 0 {
		return f, found(err, "earlier opt-outs")
	}
	switch cause {
	case CauseHardBounce:
		f.again = since.Sub(before[0].OccurredAt) <= againWithin
	case CauseComplaint:
		f.again = true
		until := before[0].LiftedAt.AddDate(onceAYear, 0, 0)
		f.notBefore = &until
	}
	return f, nil
}
