package models

// Reach is what is known of an address before anything is sent to it.
type Reach struct {
	Channel  Channel
	Value    string // as it is sent to; empty: it cannot be read
	Problem  string // the key of the words that say why it cannot be read
	Likely   string // what was probably meant; empty: nothing is suggested
	NoMail   bool   // its domain takes no mail
	OptOuts  []OptOut
	Listings []Suppression
	Soft     int     // final soft failures in a row
	Last     Attempt // the newest that was decided; the zero Attempt: none
}

// Prospect is in one word whether a message would arrive.
type Prospect string

// The prospects of a message, the worst first.
const (
	ReachImpossible Prospect = "impossible" // nobody can have this address
	ReachStopped    Prospect = "stopped"    // an opt-out or a provider's list would drop it
	ReachUnlikely   Prospect = "unlikely"   // its domain takes no mail, or the last one came back for good
	ReachDoubtful   Prospect = "doubtful"   // a likely misspelling, or the last ones failed
	ReachLikely     Prospect = "likely"     // the last one arrived
	ReachUnknown    Prospect = "unknown"    // nothing has been sent there yet
)

// Prospect weighs what is known: what would certainly stop a message before what may.
func (r Reach) Prospect() Prospect {
	failed := r.Last.Outcome == Failed || r.Last.Outcome == Rejected
	switch {
	case r.Problem != "":
		return ReachImpossible
	case len(r.OptOuts) > 0 || len(r.Listings) > 0:
		return ReachStopped
	case r.NoMail || failed && r.Last.Status.Info().OptOut == OptOutAtOnce:
		return ReachUnlikely
	case r.Likely != "" || r.Soft > 0 || failed:
		return ReachDoubtful
	case r.Last.Outcome == AttemptDelivered:
		return ReachLikely
	}
	return ReachUnknown
}
