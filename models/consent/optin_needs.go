package consent

import (
	"context"
	"slices"
	"time"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
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
func (s *Store) OptInNeeds(ctx context.Context, a models.Actor, addressID string,
	takesStop bool) (OptInNeeds, error) {
	if err := a.Need(models.Work); err != nil {
		return OptInNeeds{}, err
	}
	t := s.db.ReadTx(ctx)
	var address models.Address
	if err := t.Take(&address, "id = ? AND account_id = ?", addressID, a.AccountID).Error; err != nil {
		return OptInNeeds{}, db.Wrap(err, "address")
	}
	_, needs, err := Needs(t, a, address, takesStop)
	return needs, err
}

func Needs(t *db.Tx, a models.Actor, address models.Address, takesStop bool) ([]obstacle, OptInNeeds, error) {
	all, err := obstacles(t, address)
	needs := OptInNeeds{Nothing: len(all) == 0}
	if err != nil {
		return nil, needs, err
	}
	for i := range all {
		o := &all[i]
		facts, err := readFacts(t, address, o.cause, o.since, o.entries, takesStop)
		if err != nil {
			return nil, needs, err
		}
		if o.path, err = models.LiftRules[o.cause].Path(o.cause, a, facts, t.Now); err != nil {
			return nil, needs, err
		}
		if o.path.Consent && o.since.After(needs.After) {
			needs.After = o.since
		}
		needs.Consent, needs.Approval = needs.Consent || o.path.Consent, needs.Approval || o.path.Approval
		needs.Support = needs.Support || o.path.Approval && o.path.SupportOnly
	}
	return all, needs, nil
}

func checkAsk(t *db.Tx, address models.Address, ask OptInAsk, consent bool, after time.Time) error {
	if !consent {
		return checkWhy(ask.Reason, ask.Checked)
	}
	var name string
	err := t.Raw(`SELECT c.name FROM customers c JOIN customer_addresses ca ON ca.account_id = c.account_id
		AND ca.customer_id = c.id WHERE ca.account_id = ? AND ca.address_id = ?
		ORDER BY ca.removed_at IS NULL DESC LIMIT 1`, address.AccountID, address.ID).Scan(&name).Error
	if err != nil {
		return db.Wrap(err, "customer of an address")
	}
	return ask.Agreement.check(after, t.Now, name)
}

// obstacle is one thing that holds against an address: a cause of ours, with the provider's entries that
// belong to it.
type obstacle struct {
	cause   models.Cause
	open    models.OptOut // zero: only the provider refuses
	entries []models.Suppression
	since   time.Time
	path    models.LiftPath
}

// obstacles are the causes that hold, and the entries of providers that belong to none of them.
func obstacles(t *db.Tx, address models.Address) ([]obstacle, error) {
	open, err := ledger.OpenCauses(t, address.AccountID, address.ID)
	if err != nil {
		return nil, err
	}
	listed, err := ledger.OpenSuppressions(t, address, "")
	if err != nil {
		return nil, err
	}
	var all []obstacle
	for _, cause := range open {
		all = append(all, obstacle{cause: cause.Cause, open: cause, since: cause.OccurredAt})
	}
	for _, entry := range listed {
		at := slices.IndexFunc(all,
			func(o obstacle) bool { return slices.Contains(models.KindsOfCause[o.cause], entry.Kind) })
		if at < 0 {
			all, at = append(all, obstacle{cause: models.CauseOfKind(entry.Kind, entry.Channel)}), len(all)
		}
		o := &all[at]
		if o.entries = append(o.entries, entry); o.open.ID == "" && entry.ListedAt.After(o.since) {
			o.since = entry.ListedAt
		}
	}
	return all, nil
}
