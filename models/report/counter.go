package report

import "undelivered/models/ledger"

// counter is where the answer to a filter is kept: which counters, and which of their sums.
type counter struct {
	facet  ledger.Facet
	value  string
	column string // open, waiting, cleared, fixed
}

// stateColumns are the sums of undelivered_daily that the states of a report show.
var stateColumns = map[string]string{
	"":          "open",
	ShowOpen:    "open",
	ShowWaiting: "waiting",
	ShowCleared: "cleared",
}

// counter finds the counters that know the answer: of the whole in each state, and of one facet at a time
// while open. What narrows in any other way is counted row by row, to a limit: whoever adds a field to Filter
// need not know of this.
func (f Filter) counter() (c counter, known bool) {
	counted := Filter{
		Range:      f.Range,
		From:       f.From,
		To:         f.To,
		State:      f.State,
		Statuses:   f.Statuses,
		Channel:    f.Channel,
		Reason:     f.Reason,
		Domain:     f.Domain,
		Connection: f.Connection,
		Kind:       f.Kind,
		Outcome:    f.Outcome,
	}
	if !counted.Equal(f.whole()) {
		return counter{}, false
	}
	c.column = stateColumns[f.State]
	for facet, value := range map[ledger.Facet]string{ledger.ByReason: f.Reason, ledger.ByDomain: f.Domain,
		ledger.ByConnection: f.Connection, ledger.ByKind: f.Kind, ledger.ByOutcome: f.Outcome} {
		switch {
		case value == "":
		case c.facet != ledger.OfAll:
			return counter{}, false
		case value == None:
			c.facet = facet
		default:
			c.facet, c.value = facet, value
		}
	}
	switch {
	case f.State == ShowFixed:
		c.column = "fixed"
		return c, c.facet != ledger.OfAll && c.facet != ledger.ByOutcome
	case c.facet == ledger.ByOutcome && f.State == ShowCleared:
		c.column = "fixed"
	case c.facet == ledger.ByOutcome, c.facet != ledger.OfAll && c.column != "open":
		return counter{}, false
	}
	return c, true
}

// plain says whether nothing but the window narrows or orders the list.
func (f Filter) plain() bool {
	c, known := f.counter()
	return known && c == counter{column: "open"} && len(f.Statuses) == 0 && f.Channel == "" &&
		f.Sort != "customer"
}
