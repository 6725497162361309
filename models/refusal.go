package models

// Guard names a reason to refuse a resend, in the order in which they are asked (RULES.md, Guards of a
// resend).
type Guard string

// The guards; each has a sentence in the catalogue (guard.<name>).
const (
	GuardDelivered Guard = "delivered"  // 1: it has arrived
	GuardPresumed  Guard = "presumed"   // 1: nothing bad was heard for the settling time
	GuardCleared   Guard = "cleared"    // 1: a person cleared it
	GuardLive      Guard = "live"       // 2: another attempt is under way
	GuardOnItsWay  Guard = "on_its_way" // 2: the provider took one less than 15 minutes ago
	// 2: the outcome of the last attempt is open and the box is not ticked
	GuardUnknown Guard = "unknown"
	// 2 and below the table: taken a while ago; the box must be ticked
	GuardMayArrive    Guard = "may_arrive"
	GuardChanged      Guard = "changed"       // 3: the page was older than the customer or the notification
	GuardNoAddress    Guard = "no_address"    // 4: there is no address of this channel
	GuardBadAddress   Guard = "bad_address"   // 4: it cannot be an address
	GuardOptedOut     Guard = "opted_out"     // 5
	GuardSuppressed   Guard = "suppressed"    // 6
	GuardSameRefusal  Guard = "same_refusal"  // 7: refused for good, and nothing has changed since
	GuardNoContent    Guard = "no_content"    // 8: the text is no longer kept
	GuardNoRepeat     Guard = "no_repeat"     // 8: a code or password
	GuardTooLate      Guard = "too_late"      // 8: past "valid until"
	GuardOver         Guard = "over"          // 8: what it is about is past, and the box is not ticked
	GuardAddressLimit Guard = "address_limit" // 9
	GuardNoticeLimit  Guard = "notice_limit"  // 9
	GuardHourLimit    Guard = "hour_limit"    // 9
	GuardComplaints   Guard = "complaints"    // 10: bulk only
	GuardLostRight    Guard = "lost_right"    // bulk: whoever asked has no right to it any more
	GuardNoConnection Guard = "no_connection" // nothing that sends this channel is connected
	GuardDuplicate    Guard = "duplicate"     // bulk: the same content to the same address
)

// The guards of opting in again (RULES.md, Causes); each has a sentence in the catalogue (guard.<name>).
const (
	GuardLiftNobody  Guard = "lift_nobody"  // another address is the only way
	GuardLiftErased  Guard = "lift_erased"  // the customer was erased
	GuardLiftSupport Guard = "lift_support" // support decides
	GuardLiftYear    Guard = "lift_year"    // a spam report is lifted once in twelve months
	GuardLiftStart   Guard = "lift_start"   // only the customer's START lifts it with this provider
	GuardLiftAsked   Guard = "lift_asked"   // it has been asked for already
	GuardLiftNewer   Guard = "lift_newer"   // something newer than the agreement has happened
)
