package advice

import "undelivered/models"

// standRule is what a stand allows, before anything else is asked.
type standRule struct {
	why   bool   // tells of a failure
	open  bool   // something is to be done: steps, correcting, another way
	again bool   // a resend can be asked for, as far as the guards let it
	acts  []Act  // offered whatever the guards say
	main  Act    //
	steps []Step // in place of the cause's
}

// standRules is the table of stands.
var standRules = map[Stand]standRule{
	StandPending: {},
	StandFirst:   {},
	StandQueued:  {why: true, acts: []Act{ActCancel}},
	StandSending: {why: true},
	StandWaiting: {why: true, again: true, acts: []Act{ActClear}},
	StandUnknown: {
		why:   true,
		acts:  []Act{ActDecide, ActClear},
		main:  ActDecide,
		steps: []Step{{Key: "ask_arrived"}, {Key: "decide", Act: ActDecide}},
	},
	StandFailed:    {why: true, open: true, again: true, acts: []Act{ActClear}},
	StandAgedOut:   {why: true, open: true, again: true, acts: []Act{ActClear}},
	StandDelivered: {why: true},
	StandPresumed:  {why: true},
	StandCleared:   {why: true, acts: []Act{ActReopen}},
}

// guardRule is what is left to do, and to press, when a guard answers a resend.
type guardRule struct {
	cause bool // the cause has to be put right first: its steps come before
	fix   bool // another address would help
	lift  bool // what refuses the address would have to be lifted
	main  Act  //
	step  Step // the last step
	hand  Hand // who can put it right; empty: the cause says
	quiet bool // nothing has to be said: the page shows what is under way
}

// guardRules is the table of guards; one that is not in it can't answer an open notification.
var guardRules = map[models.Guard]guardRule{
	"":                      {cause: true, main: ActResend, step: Step{Key: "resend", Act: ActResend}},
	models.GuardOver:        {main: ActAsk, hand: HandYou, step: Step{Key: "over", Act: ActAsk}},
	models.GuardMayArrive:   {main: ActAsk, hand: HandYou, quiet: true},
	models.GuardDelivered:   {quiet: true},
	models.GuardPresumed:    {quiet: true},
	models.GuardCleared:     {quiet: true},
	models.GuardUnknown:     {quiet: true},
	models.GuardLive:        {quiet: true},
	models.GuardOnItsWay:    {quiet: true},
	models.GuardNoAddress:   {cause: true, fix: true, hand: HandYou},
	models.GuardBadAddress:  {cause: true, fix: true, hand: HandYou},
	models.GuardOptedOut:    {cause: true, fix: true, lift: true},
	models.GuardSuppressed:  {cause: true, fix: true, lift: true},
	models.GuardSameRefusal: {cause: true, fix: true, main: ActCorrect},
	models.GuardNoConnection: {
		main: ActConnections,
		hand: HandSupport,
		step: Step{Key: "connect", Act: ActConnections},
	},
	models.GuardNoContent:    {cause: true, hand: HandAuthor, step: Step{Key: "elsewhere"}},
	models.GuardNoRepeat:     {hand: HandAuthor, step: Step{Key: "new_code"}},
	models.GuardTooLate:      {hand: HandYou, step: Step{Key: "too_late", Act: ActClear}},
	models.GuardAddressLimit: {step: Step{Key: "limit"}, hand: HandYou},
	models.GuardNoticeLimit:  {step: Step{Key: "limit"}, hand: HandYou},
	models.GuardHourLimit:    {step: Step{Key: "limit"}, hand: HandYou},
}

// Wishes are the causes that are the customer's, or somebody's for them: another address is no way around
// them.
var Wishes = map[models.Cause]bool{
	models.CauseComplaint:    true,
	models.CauseUnsubscribed: true,
	models.CauseStop:         true,
	models.CauseStaff:        true,
	models.CauseErased:       true,
}

// hands is who can put a cause right, by the dictionary's word.
var hands = map[string]Hand{
	"contact":  HandYou,
	"receiver": HandReceiver,
	"sender":   HandSupport,
	"provider": HandSupport,
	"content":  HandAuthor,
}

// liftKeys are the steps about what can't be asked for.
var liftKeys = map[models.Guard]string{
	models.GuardLiftNobody: "",
	models.GuardLiftErased: "erased",
	models.GuardLiftYear:   "year",
	models.GuardLiftStart:  "start",
	models.GuardLiftAsked:  "see_request",
}
