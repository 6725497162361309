package advice

import (
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/models"
)

var adviceNow = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// reachable are all cases that can occur: every stand, every reason of its status, every guard that can
// answer there, what can stand against the address, and every kind of person.
func reachable(visit func(Case)) {
	guards := []models.Guard{""}
	for guard := range guardRules {
		if guard != "" {
			guards = append(guards, guard)
		}
	}
	for stand := range standRules {
		for _, reason := range models.Reasons() {
			for _, guard := range guardsAt(stand, guards) {
				for _, against := range againstBy(guard) {
					for bits := range 16 {
						visit(Case{Stand: stand, Channel: reason.Channel, Status: reason.Status(),
							Reason: reason, FailedAt: adviceNow.Add(-time.Hour), Now: adviceNow,
							Refusal: models.Refusal{Guard: guard}, Beyond: beyondOf(guard),
							Against: against, Next: nextAt(stand), Moved: bits&1 != 0,
							Suggestion: bits&2 != 0, Work: bits&4 != 0, Configure: bits&12 == 12,
							Other: bits&8 != 0})
					}
				}
			}
		}
	}
}

// guardsAt are the guards that can answer where a resend can be asked for.
func guardsAt(s Stand, all []models.Guard) []models.Guard {
	closed := []models.Guard{models.GuardDelivered, models.GuardPresumed, models.GuardCleared,
		models.GuardLive, models.GuardUnknown, models.GuardOnItsWay, models.GuardMayArrive}
	switch s {
	case StandFailed, StandAgedOut:
		return slices.DeleteFunc(slices.Clone(all),
			func(g models.Guard) bool { return slices.Contains(closed, g) })
	case StandWaiting:
		return slices.DeleteFunc(slices.Clone(all),
			func(g models.Guard) bool { return g == "" || slices.Contains(closed[:5], g) })
	case StandUnknown:
		return append(
			slices.DeleteFunc(slices.Clone(all),
				func(g models.Guard) bool { return g == "" || slices.Contains(closed, g) }),
			models.GuardUnknown,
		)
	}
	return map[Stand][]models.Guard{StandDelivered: {models.GuardDelivered},
		StandPresumed: {models.GuardPresumed}, StandCleared: {models.GuardCleared},
		StandQueued: {models.GuardLive}, StandSending: {models.GuardLive}, StandFirst: {models.GuardLive},
		StandPending: {models.GuardOnItsWay}}[s]
}

func againstBy(g models.Guard) (all []Against) {
	for _, lift := range []models.Guard{"", models.GuardLiftNobody, models.GuardLiftYear,
		models.GuardLiftStart, models.GuardLiftErased, models.GuardLiftSupport} {
		for _, request := range []string{"", "req"} {
			switch g {
			case models.GuardOptedOut:
				for cause := range models.LiftRules {
					all = append(all, Against{Cause: cause, AddressID: "adr", Lift: lift, Request: request})
				}
			case models.GuardSuppressed:
				all = append(all, Against{Suppression: "sup", AddressID: "adr", Lift: lift, Request: request})
			}
		}
	}
	if all == nil {
		all = []Against{{}}
	}
	return all
}

// beyondOf are the guards that no other address would satisfy.
func beyondOf(g models.Guard) models.Guard {
	if slices.Contains(
		[]models.Guard{models.GuardNoConnection, models.GuardNoContent, models.GuardNoRepeat,
			models.GuardTooLate, models.GuardNoticeLimit, models.GuardHourLimit},
		g,
	) {
		return g
	}
	return ""
}

func nextAt(s Stand) Next {
	return map[Stand]Next{StandQueued: {NextRetry, adviceNow}, StandFirst: {NextHandover, adviceNow},
		StandUnknown: {NextLookUp, adviceNow},
		StandWaiting: {NextProvider, adviceNow}, StandPending: {NextSettle, adviceNow}}[s]
}

// An invariant names what may never be said or offered.
var adviceNever = map[string]func(Case, Advice) bool{
	"a step whose act is not offered": func(_ Case, a Advice) bool {
		return slices.ContainsFunc(a.Steps, func(s Step) bool { return s.Act != "" && !a.Offers(s.Act) })
	},
	"a main button that is not offered": func(_ Case, a Advice) bool {
		return a.Main != "" && a.Main != ActCorrect && !a.Offers(a.Main)
	},
	"a resend that is refused": func(c Case, a Advice) bool {
		return a.Offers(ActResend) && c.Refusal.Guard != ""
	},
	"a question about a resend that would be refused": func(c Case, a Advice) bool {
		return a.Offers(ActAsk) && c.Refusal.Guard != models.GuardOver &&
			c.Refusal.Guard != models.GuardMayArrive
	},
	"a resend beside the asking for a correction": func(_ Case,
		a Advice) bool {
		return a.Offers(ActResend) && a.Main == ActCorrect
	},
	"lifting that this person can't ask for": func(c Case, a Advice) bool {
		return (a.Offers(ActOptIn) || a.Offers(ActAskClear)) &&
			(c.Against.Lift != "" || c.Against.Request != "" || !c.Against.Holds())
	},
	"a request that there is none of": func(c Case,
		a Advice) bool {
		return a.Offers(ActSeeRequest) && c.Against.Request == ""
	},
	"correcting as a way to send where nothing can be sent": func(c Case, a Advice) bool {
		return c.Beyond != "" && (a.Offers(ActSaveResend) || a.Offers(ActUseResend))
	},
	"something to do on what has arrived or is cleared": func(c Case, a Advice) bool {
		return (c.Stand == StandDelivered || c.Stand == StandPresumed || c.Stand == StandCleared) &&
			(len(a.Steps) > 0 || a.Hand != HandNobody || a.Main != "")
	},
	"a try again beside an unknown outcome": func(c Case, a Advice) bool {
		return c.Stand == StandUnknown &&
			(a.Offers(ActResend) || a.Offers(ActAsk) || a.Offers(ActSaveResend) || a.Offers(ActOtherWay))
	},
	"something that happens by itself after a failure": func(c Case, a Advice) bool {
		return (c.Stand == StandFailed || c.Stand == StandAgedOut) && a.Next.Kind != NextNothing
	},
	"what happens by itself without its time": func(_ Case,
		a Advice) bool {
		return a.Next.Kind != NextNothing && a.Next.At.IsZero()
	},
	"an act for somebody who may only look": func(c Case,
		a Advice) bool {
		return !c.Work && (len(a.Acts) > 0 || a.Main != "")
	},
	"settings for somebody who may not": func(c Case,
		a Advice) bool {
		return !c.Configure && a.Offers(ActConnections)
	},
	"you, said to somebody who may not": func(c Case,
		a Advice) bool {
		return !c.Work && a.Hand == HandYou
	},
	"anything for an erased customer": func(c Case, _ Advice) bool {
		c.Erased = true
		gone := Advise(c)
		return len(gone.Acts) > 0 || gone.Main != ""
	},
	"an open failure with nothing to do": func(c Case,
		a Advice) bool {
		return c.Stand == StandFailed && len(a.Steps) == 0
	},
	"no reason why there is no resend": func(c Case, a Advice) bool {
		return c.Stand == StandFailed && a.Refuse == "" && c.Work && !a.Offers(ActResend) && !a.Offers(ActAsk)
	},
	"a guard that the table does not know": func(c Case, _ Advice) bool {
		_,
			known := guardRules[c.Refusal.Guard]
		return !known
	},
}

// Nothing untrue is said or offered in any case that can occur.
func TestAdviceIsTrueEverywhere(t *testing.T) {
	n, wrong := 0, map[string]Case{}
	reachable(func(c Case) {
		n++
		a := Advise(c)
		for name, never := range adviceNever {
			if _, known := wrong[name]; !known && never(c, a) {
				wrong[name] = c
			}
		}
	})
	for name, c := range wrong {
		t.Errorf("%s: %s, %s, %q against %+v: %+v", name, c.Stand, c.Reason.ID, c.Refusal.Guard, c.Against,
			Advise(c))
	}
	if n < 100000 {
		t.Errorf("only %d cases", n)
	}
}

// The dictionary says what has to be put right; it promises nothing that this product or a provider would
// have to do, and speaks of no button.
func TestDictionaryPromisesNothing(t *testing.T) {
	for _, r := range models.Reasons() {
		for _, word := range []string{"resend", "automatic", "is tried again", "try again", "reactivat",
			"request removal", "wait "} {
			if containsFold(r.Resolution, word) {
				t.Errorf("%s: %q says %q", r.ID, r.Resolution, word)
			}
		}
		if models.TextGap.MatchString(r.Text + r.Resolution) {
			t.Errorf("%s is shown with a gap: %s %s", r.ID, r.Text, r.Resolution)
		}
	}
}

// What only a page knows stands in the dictionary's words where it is known, whatever these words are.
func TestReasonTold(t *testing.T) {
	r, _ := models.ReasonByID("domain-unknown")
	if told := r.Told(map[string]string{"domain": "gmial.com"}); !containsFold(told.Text, "gmial.com") ||
		containsFold(told.Text, "of that name") {
		t.Errorf("%q", told.Text)
	}
	if r, _ = models.ReasonByID("policy"); !containsFold(
		r.Told(map[string]string{"from": "desk@marlow.example"}).Resolution,
		"desk@marlow.example",
	) {
		t.Errorf("%q", r.Resolution)
	}
}

// What waiting helps is not advised any more once the time has passed.
func TestAdviceDoesNotWaitForWhatHasPassed(t *testing.T) {
	r, _ := models.ReasonByID("receiver-down")
	for hours, waits := range map[int]bool{1: true, 13 * 24: false} {
		a := Advise(Case{Stand: StandFailed, Channel: models.Email, Status: r.Status(), Reason: r,
			FailedAt: adviceNow.Add(-time.Duration(hours) * time.Hour), Now: adviceNow, Work: true})
		if got := a.Steps[0].Key == "wait"; got != waits {
			t.Errorf("after %d hours: %+v", hours, a.Steps)
		}
	}
}

// What an appointment is about is over with its time, or with its day; a bill stays owed.
func TestOver(t *testing.T) {
	zone := time.FixedZone("", 3600)
	for _, x := range []struct {
		kind string
		due  time.Time
		over bool
	}{
		{"reminder", adviceNow.Add(-time.Minute), true},
		{"reminder", adviceNow.Add(time.Minute), false},
		{"reminder", time.Date(2026, 11, 29, 0, 0, 0, 0, zone), false},
		{"reminder", time.Date(2026, 11, 28, 0, 0, 0, 0, zone), true},
		{"Invoice", adviceNow.Add(-48 * time.Hour), false},
		{"", adviceNow.Add(-48 * time.Hour), true},
	} {
		n := models.Notification{Kind: x.kind, DueAt: &x.due}
		if got := n.Over(adviceNow, zone); got != x.over {
			t.Errorf("%s at %s: %v", x.kind, x.due, got)
		}
	}
}

func containsFold(text, word string) bool { return strings.Contains(strings.ToLower(text), word) }
