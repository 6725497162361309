package delivery

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/store"
	"undelivered/providers"
	"undelivered/providers/wire"
)

// DomainArgs is the job that asks the directory about the domains that accounts send from.
type DomainArgs struct{}

// Kind is River's name of the job.
func (DomainArgs) Kind() string { return "domains" }

// domainsEvery is how often the domains are asked about.
const domainsEvery = 6 * time.Hour

// DomainWatcher keeps what the directory says, so that pages know it without asking: of the domains that
// accounts send from, and of those that their people have corrected.
type DomainWatcher struct {
	river.WorkerDefaults[DomainArgs]
	Store     *store.Store
	TXT       TXT       // nil: nobody is asked
	Directory Directory // zero: nobody is asked
}

// Work does one round over all accounts.
func (w *DomainWatcher) Work(ctx context.Context, _ *river.Job[DomainArgs]) error {
	return eachAccount(ctx, w.Store, func(a models.Actor) error {
		return errors.Join(w.look(ctx, a), w.lookAtCorrected(ctx, a))
	})
}

func (w *DomainWatcher) look(ctx context.Context, a models.Actor) error {
	if w.TXT == nil {
		return nil
	}
	domains, through, err := Senders(ctx, w.Store, a)
	if err != nil {
		return err
	}
	for _, domain := range domains {
		r := w.TXT.CheckDomain(ctx, domain, w.Store.Now(), through[domain]...)
		if err := w.Store.Connection.KeepSendingDomain(ctx, a, r.ToKeep()); err != nil {
			return err
		}
	}
	return w.Store.Connection.DropSendingDomains(ctx, a, domains)
}

// lookAtCorrected asks again whether the domains that people have corrected take mail by now.
func (w *DomainWatcher) lookAtCorrected(ctx context.Context, a models.Actor) error {
	if w.Directory.MX == nil {
		return nil
	}
	domains, err := w.Store.Ledger.CorrectedDomains(ctx, a)
	if err != nil {
		return err
	}
	for _, domain := range domains {
		answer := w.Directory.TakesMail(ctx, domain)
		if err := w.Store.Ledger.NoteCorrected(ctx, a, domain, answer == MailNo); err != nil {
			return err
		}
	}
	return nil
}

// ToKeep is what the store remembers of a check.
func (r DomainRecords) ToKeep() connection.SendingDomain {
	return connection.SendingDomain{
		Domain:    r.Domain,
		SPF:       r.SPF.State,
		DKIM:      r.DKIM.State,
		DMARC:     r.DMARC.State,
		CheckedAt: r.CheckedAt,
	}
}

// SendingDomains are the domains of the account's connections, each once.
func SendingDomains(ctx context.Context, s *store.Store, a models.Actor) ([]string, error) {
	domains, _, err := Senders(ctx, s, a)
	return domains, err
}

// Senders are the domains of the account's connections, and through which providers each is sent.
func Senders(ctx context.Context, s *store.Store,
	a models.Actor) (domains []string, through map[string][]wire.Provider, err error) {
	all, err := s.Connection.Connections(ctx, a)
	if err != nil {
		return nil, nil, err
	}
	through = map[string][]wire.Provider{}
	for _, each := range all {
		settings, err := s.Connection.ConnectionSettings(each)
		if err != nil {
			return nil, nil, err
		}
		d := SenderDomain(settings["from"])
		if d == "" {
			continue
		}
		if !slices.Contains(domains, d) {
			domains = append(domains, d)
		}
		if p, known := providers.ByCode(each.Provider); known && each.Sends {
			through[d] = append(through[d], p)
		}
	}
	return domains, through, nil
}
