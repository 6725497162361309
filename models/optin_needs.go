package models

import (
	"context"
	"slices"
	"time"
)

// OptInNeeds is what a person has to bring to opt an address in again.
type OptInNeeds struct {
	Nothing  bool // nothing holds against the address
	Consent  bool // the record of an agreement; else a reason
	Approval bool // somebody else decides
	Support  bool // and that is support: it has happened before
	After    time.Time
}

// OptInNeeds says what opting in again asks of this person, or the Refusal that they would get.
func (s *Store) OptInNeeds(ctx context.Context, a Actor, addressID string, takesStop bool) (OptInNeeds, error) {
	if err := a.need(Work); err != nil {
		return OptInNeeds{}, err
	}
	t := s.looking(ctx)
	var address Address
	if err := t.Take(&address, "id = ? AND account_id = ?", addressID, a.AccountID).Error; err != nil {
		return OptInNeeds{}, found(err, "address")
	}
	_, needs, err := t.needs(a, address, takesStop)
	return needs, err
}

func (t *tx) needs(a Actor, address Address, takesStop bool) ([]obstacle, OptInNeeds, error) {
	all, err := t.obstacles(address)
	needs := OptInNeeds{Nothing: len(all) == 0}
	if err != nil {
		return nil, needs, err
	}
	for i := range all {
		o := &all[i]
		facts, err := t.liftFacts(address, o.cause, o.since, o.entries, takesStop)
		if err != nil {
			return nil, needs, err
		}
		if o.path, err = liftRules[o.cause].path(o.cause, a, facts, t.now); err != nil {
			return nil, needs, err
		}
		if o.path.consent && o.since.After(needs.After) {
			needs.After = o.since
		}
		needs.Consent, needs.Approval = needs.Consent || o.path.consent, needs.Approval || o.path.approval
		needs.Support = needs.Support || o.path.approval && o.path.supportOnly
	}
	return all, needs, nil
}

func (t *tx) checkAsk(address Address, ask OptInAsk, consent bool, after time.Time) error {
	if !consent {
		return checkWhy(ask.Reason, ask.Checked)
	}
	var name string
	err := t.Raw(`SELECT c.name FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id WHERE ca.account_id = ? AND ca.address_id = ?
		ORDER BY ca.removed_at IS NULL DESC LIMIT 1`, address.AccountID, address.ID).Scan(&name).Error
	if err != nil {
		return found(err, "customer of an address")
	}
	return ask.Agreement.check(after, t.now, name)
}

// obstacle is one thing that holds against an address: a cause of ours, with the provider's entries that belong to it.
type obstacle struct {
	cause   Cause
	open    OptOut // zero: only the provider refuses
	entries []Suppression
	since   time.Time
	path    liftPath
}

// obstacles are the causes that hold, and the entries of providers that belong to none of them.
func (t *tx) obstacles(address Address) ([]obstacle, error) {
	open, err := t.openCauses(address.AccountID, address.ID)
	if err != nil {
		return nil, err
	}
	listed, err := t.openSuppressions(address, "")
	if err != nil {
		return nil, err
	}
	var all []obstacle
	for _, cause := range open {
		all = append(all, obstacle{cause: cause.Cause, open: cause, since: cause.OccurredAt})
	}
	for _, entry := range listed {
		at := slices.IndexFunc(all, func(o obstacle) bool { return slices.Contains(kindsOfCause[o.cause], entry.Kind) })
		if at < 0 {
			all, at = append(all, obstacle{cause: causeOfKind(entry.Kind, entry.Channel)}), len(all)
		}
		o := &all[at]
		if o.entries = append(o.entries, entry); o.open.ID == "" && entry.ListedAt.After(o.since) {
			o.since = entry.ListedAt
		}
	}
	return all, nil
}
