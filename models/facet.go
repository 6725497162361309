package models

// facet is a column of the report's rows by which they are counted day by day.
type facet string

// The facets. The failure analysis has a table of each, and the report a filter.
const (
	ofAll        facet = ""
	byReason     facet = "reason"
	byDomain     facet = "domain"
	byConnection facet = "connection"
	byKind       facet = "kind"
	byOutcome    facet = "outcome" // of what was cleared, and of nothing else
)

// facetColumns are the columns of undelivered that the facets count.
var facetColumns = map[facet]string{byReason: "reason", byDomain: "domain", byConnection: "connection_id", byKind: "kind", byOutcome: "outcome"}

// facets are the counters that a row belongs to.
func (u Undelivered) facets() map[facet]string {
	all := map[facet]string{ofAll: "", byReason: u.Reason, byDomain: u.Domain, byConnection: u.ConnectionID, byKind: u.Kind}
	if u.Outcome != "" {
		all[byOutcome] = u.Outcome
	}
	return all
}

// counter is where the answer to a filter is kept: which counters, and which of their sums.
type counter struct {
	facet  facet
	value  string
	column string // open, waiting, cleared, fixed
}

// stateColumns are the sums of undelivered_daily that the states of a report show.
var stateColumns = map[string]string{"": "open", ShowOpen: "open", ShowWaiting: "waiting", ShowCleared: "cleared"}

// counter finds the counters that know the answer: of the whole in each state, and of one facet at a time while open.
// What narrows in any other way is counted row by row, to a limit: whoever adds a field to Filter need not know of this.
func (f Filter) counter() (c counter, known bool) {
	counted := Filter{Range: f.Range, From: f.From, To: f.To, State: f.State, Statuses: f.Statuses, Channel: f.Channel,
		Reason: f.Reason, Domain: f.Domain, Connection: f.Connection, Kind: f.Kind, Outcome: f.Outcome}
	if !counted.Equal(f.whole()) {
		return counter{}, false
	}
	c.column = stateColumns[f.State]
	for facet, value := range map[facet]string{byReason: f.Reason, byDomain: f.Domain, byConnection: f.Connection, byKind: f.Kind, byOutcome: f.Outcome} {
		switch {
		case value == "":
		case c.facet != ofAll:
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
		return c, c.facet != ofAll && c.facet != byOutcome
	case c.facet == byOutcome && f.State == ShowCleared:
		c.column = "fixed"
	case c.facet == byOutcome, c.facet != ofAll && c.column != "open":
		return counter{}, false
	}
	return c, true
}

// plain says whether nothing but the window narrows or orders the list.
func (f Filter) plain() bool {
	c, known := f.counter()
	return known && c == counter{column: "open"} && len(f.Statuses) == 0 && f.Channel == "" && f.Sort != "customer"
}
