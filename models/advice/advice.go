package advice

import (
	"strings"
	"time"

	"undelivered/models"
)

// Case is all that decides what may be said about a notification, and what may be offered. It holds facts
// only: whatever shows a notification (page, list, API, mail) asks Advise, so that they cannot differ.
type Case struct {
	Stand      Stand
	Channel    models.Channel
	Status     models.Status
	Reason     models.Reason
	FailedAt   time.Time
	Now        time.Time
	Refusal    models.Refusal // what a resend asked for now would be answered; zero: it would be taken
	Beyond     models.Guard   // what would refuse it whatever the address was; empty: a new address is enough
	Against    Against        // what holds against the address on file
	Moved      bool           // the customer has another address now than the one that failed
	Suggestion bool           // there is a likely correction of the address on file
	Other      bool           // the customer's other channel takes it
	Erased     bool           // the customer has been erased: nothing can be done any more
	Next       Next           // what happens by itself
	Work       bool           // the person may change things
	Configure  bool           // and settings
}

// Stand is where a notification stands, as a page says it.
type Stand string

// The stands.
const (
	StandPending   Stand = "pending"   // the first try: somebody else has it, nothing has been heard
	StandFirst     Stand = "first"     // the first try, which we have still to hand over
	StandQueued    Stand = "queued"    // a resend that can be undone
	StandSending   Stand = "sending"   // a resend in the hands of a worker
	StandWaiting   Stand = "waiting"   // sent again, and nothing has been heard
	StandUnknown   Stand = "unknown"   // nobody knows whether it was sent
	StandFailed    Stand = "failed"    //
	StandAgedOut   Stand = "aged_out"  // failed, more than thirty days ago
	StandDelivered Stand = "delivered" //
	StandPresumed  Stand = "presumed"  // no bad news for the settling time
	StandCleared   Stand = "cleared"   // a person took it off the report
)

// Against is what refuses the address on file: our opt-out, or an entry on a provider's list.
type Against struct {
	Cause          models.Cause // of our opt-out; empty: only a provider refuses
	Since          time.Time
	AddressID      string
	Suppression    string       // the provider's entry; empty: only we refuse
	Request        string       // an open request about it
	NotificationID string       // whose failure or complaint caused it; empty: none
	Lift           models.Guard // why this person can't ask for lifting; empty: they can
	LiftAt         string       // from when they can, for GuardLiftYear
}

// Holds says whether anything refuses the address.
func (a Against) Holds() bool { return a.Cause != "" || a.Suppression != "" }

// Next is what happens without anybody: only what a job, or the provider itself, is really about to do.
type Next struct {
	Kind NextKind
	At   time.Time // when; of the provider's own tries: when the last one failed
}

// NextKind says who acts next.
type NextKind string

// The kinds of what happens next; each has a sentence in the catalogue (next.<kind>).
const (
	NextNothing  NextKind = ""
	NextHandover NextKind = "handover" // we hand it over for the first time
	NextRetry    NextKind = "retry"    // we try again: the last try was put off
	NextProvider NextKind = "provider" // the provider has said that it goes on trying
	NextLookUp   NextKind = "look_up"  // we look into the provider's log
	NextSettle   NextKind = "settle"   // no news by then is taken for good news
)

// Hand says who can put it right.
type Hand string

// The hands; each has words in the catalogue (hand.<hand>).
const (
	HandNobody   Hand = "nobody"   // nothing is to be done
	HandYou      Hand = "you"      // whoever works on the report
	HandManager  Hand = "manager"  // the same, told to somebody who may only look
	HandCustomer Hand = "customer" // only the customer
	HandReceiver Hand = "receiver" // the mail service or phone company of the customer
	HandSupport  Hand = "support"  // the sending side: support, or the owner under Connections
	HandAuthor   Hand = "author"   // whoever writes the text, in the system that it comes from
)

// Step is one thing to do: a sentence of the dictionary, or a key of the catalogue (step.<key>) with the act
// that it speaks of.
type Step struct {
	Text string
	Key  string
	Act  Act
	At   time.Time
}

// Act is something that a button or a link of the page does.
type Act string

// The acts.
const (
	ActResend      Act = "resend"      // at once
	ActAsk         Act = "ask"         // a resend that asks first: it may be the second, or too late
	ActDecide      Act = "decide"      // it arrived, or send it again
	ActCancel      Act = "cancel"      //
	ActClear       Act = "clear"       //
	ActReopen      Act = "reopen"      //
	ActSave        Act = "save"        // contact details
	ActSaveResend  Act = "save_resend" //
	ActUse         Act = "use"         // the likely correction
	ActUseResend   Act = "use_resend"  //
	ActOtherWay    Act = "other_way"   //
	ActOptIn       Act = "opt_in"      //
	ActAskClear    Act = "ask_clear"   //
	ActSeeRequest  Act = "see_request" //
	ActConnections Act = "connections" //
	ActCorrect     Act = "correct"     // leads to the field
)

// Advice is what a page may say and offer.
type Advice struct {
	Why   bool // a failure is told, with its cause
	Cause models.Reason
	Hand  Hand
	Steps []Step
	Acts  []Act
	Main  Act // the one that is the page's job; empty: none
	Next  Next
	// why there is no resend, where that has to be said; empty: there is one, or nothing is to be done
	Refuse models.Guard
}

// Offers says whether the page has a button for an act.
func (a Advice) Offers(act Act) bool {
	for _, one := range a.Acts {
		if one == act {
			return true
		}
	}
	return false
}

// sentences are the sentences of the dictionary's words.
func sentences(text string) []string {
	var all []string
	for text != "" {
		at := strings.Index(text, ". ")
		if at < 0 {
			return append(all, text)
		}
		all, text = append(all, text[:at+1]), strings.TrimSpace(text[at+2:])
	}
	return all
}
