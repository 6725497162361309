package advice

import "undelivered/models"

// Brief is what a list says of a notification: the same as its page, in a word.
type Brief struct {
	Stand  Stand
	Hand   Hand
	Act    Act          // the one that is its page's job; empty: none, or the person may not
	Refuse models.Guard // why there is no resend, where that has to be said
	New    bool         // there is another address than the one that failed, and nothing stands against it
	Likely bool         // the address on file has a likely correction
}

// Brief is the advice in a word.
func (c Case) Brief() Brief {
	a, open := Advise(c), standRules[c.Stand].open
	return Brief{
		Stand:  c.Stand,
		Hand:   a.Hand,
		Act:    a.Main,
		Refuse: a.Refuse,
		New:    open && c.Moved && c.Refusal.Guard == "",
		Likely: open && c.Suggestion,
	}
}

// Key is the word for it in the catalogue (brief.<key>); empty: nothing needs to be said.
func (b Brief) Key() string {
	switch {
	case b.New:
		return "new"
	case b.Likely:
		return "likely"
	case b.Stand != StandFailed && b.Stand != StandAgedOut:
		return ""
	case b.Refuse != "":
		return string(b.Refuse)
	}
	return string(b.Act)
}
