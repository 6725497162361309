package advice

import (
	"slices"
	"time"

	"undelivered/models"
)

// Advise says what may be said and offered. It is pure: the same case gives the same advice wherever it is
// shown.
func Advise(c Case) Advice {
	rule := standRules[c.Stand]
	a := Advice{
		Why:   rule.why && c.Reason.ID != "",
		Cause: c.Reason,
		Hand:  HandNobody,
		Steps: rule.steps,
		Acts:  slices.Clone(rule.acts),
		Main:  rule.main,
		Next:  c.Next,
	}
	if len(rule.steps) > 0 {
		a.Hand = HandYou
	}
	if rule.again {
		c.again(&a, guardRules[c.Refusal.Guard])
	}
	if rule.open {
		c.open(&a, guardRules[c.Refusal.Guard])
	}
	a.Acts = append(a.Acts, c.contact(rule.open)...)
	return a.within(c)
}

// again adds the resend, or says why there is none.
func (c Case) again(a *Advice, g guardRule) {
	a.Main = g.main
	if g.main != "" && g.main != ActCorrect {
		a.Acts = append(a.Acts, g.main)
	}
	if c.Refusal.Guard != "" && g.main != ActAsk && !g.quiet {
		a.Refuse = c.Refusal.Guard
	}
}

// open adds what is to be done about a failure.
func (c Case) open(a *Advice, g guardRule) {
	a.Hand = c.hand(g)
	if g.cause && !c.solved() {
		a.Steps = append(a.Steps, c.causeSteps()...)
	}
	if g.fix && !c.wished() {
		a.Steps = append(a.Steps, c.fixStep())
		a.Main = ActCorrect
	}
	if g.lift {
		c.lift(a)
	}
	if g.step.Key != "" {
		a.Steps = append(a.Steps, c.closing(g.step))
	}
	if c.Other {
		a.Acts = append(a.Acts, ActOtherWay)
	}
}

// solved says whether what the dictionary asks for has been done: there is another address, or nothing
// refuses the one that was on a list.
func (c Case) solved() bool {
	return c.Refusal.Guard == "" && (c.Moved || c.Status == models.Dropped)
}

// wished says whether the customer's own wish refuses the address: a new one is no way around it.
func (c Case) wished() bool { return Wishes[c.Against.Cause] }

func (c Case) hand(g guardRule) Hand {
	switch {
	case g.hand != "":
		return g.hand
	case c.solved():
		return HandYou
	case g.lift && c.wished():
		return HandCustomer
	case c.Refusal.Guard == models.GuardSuppressed:
		return HandYou
	}
	return hands[c.Reason.Who]
}

// causeSteps are the dictionary's sentences, and until when it is better to wait.
func (c Case) causeSteps() []Step {
	var all []Step
	if best := c.bestFrom(); best.After(c.Now) {
		all = append(all, Step{Key: "wait", At: best})
	}
	for _, sentence := range sentences(c.Reason.Resolution) {
		all = append(all, Step{Text: sentence})
	}
	return all
}

// bestFrom is from when another try is likely to get through; the zero time: now.
func (c Case) bestFrom() time.Time {
	if c.Reason.WaitHours == 0 || c.Refusal.Guard != "" {
		return time.Time{}
	}
	return c.FailedAt.Add(time.Duration(c.Reason.WaitHours) * time.Hour)
}

// fixStep asks for another address: to be sent to at once where nothing else stands in the way.
func (c Case) fixStep() Step {
	if c.Beyond != "" {
		return Step{Key: "correct", Act: ActSave}
	}
	return Step{Key: "correct_resend", Act: ActSaveResend}
}

// closing is the last step, as the cause asks for it.
func (c Case) closing(s Step) Step {
	switch {
	case s.Key == "resend" && c.solved() && c.Moved:
		s.Key = "resend_moved"
	case s.Key == "resend" && c.solved():
		s.Key = "resend_ready"
	case s.Key == "resend" && c.Reason.Who == "content":
		s.Key, s.Act = "changed_text", ""
	case s.Key == "resend" && c.Reason.Retry == "never":
		s.Key = "resend_careful"
	}
	return s
}

// lift adds the way to what refuses the address.
func (c Case) lift(a *Advice) {
	act := Act("")
	switch {
	case c.Against.Request != "":
		act = ActSeeRequest
	case c.Against.Lift != "":
		if key := liftKeys[c.Against.Lift]; key != "" {
			a.Steps = append(a.Steps, Step{Key: key})
		}
		return
	case c.Against.Suppression != "" && c.Refusal.Guard == models.GuardSuppressed:
		act = ActAskClear
	default:
		act = ActOptIn
	}
	a.Acts = append(a.Acts, act)
	a.Steps = append(a.Steps, Step{Key: string(act), Act: act})
	if a.Main == "" {
		a.Main = act
	}
}

// contact is what the form beside the notification offers.
func (c Case) contact(open bool) []Act {
	acts := []Act{ActSave}
	if open && c.Beyond == "" {
		acts = append(acts, ActSaveResend)
	}
	if open && c.Suggestion {
		acts = append(acts, ActUse)
		if c.Beyond == "" {
			acts = append(acts, ActUseResend)
		}
	}
	return acts
}

// within takes away what the person may not do, and the steps that speak of it.
func (a Advice) within(c Case) Advice {
	may := func(act Act) bool {
		return act == "" || c.Work && !c.Erased && (act != ActConnections || c.Configure)
	}
	a.Acts = slices.DeleteFunc(a.Acts, func(act Act) bool { return !may(act) })
	if !may(a.Main) || !c.Work {
		a.Main = ""
	}
	a.Steps = slices.DeleteFunc(slices.Clone(a.Steps), func(s Step) bool { return !may(s.Act) })
	if !c.Work && a.Hand == HandYou {
		a.Hand = HandManager
	}
	if !c.Work && standRules[c.Stand].open {
		a.Steps = append(a.Steps, Step{Key: "manager"})
	}
	if c.Work && c.Refusal.Guard == models.GuardNoConnection && standRules[c.Stand].open && !c.Configure {
		a.Steps = append(a.Steps, Step{Key: "owner_connects"})
	}
	return a
}
