package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Correction is a domain that one of an account's people has corrected, and to what.
type Correction struct {
	AccountID string
	Wrong     string
	Corrected string
	ByID      string
	Times     int
	NoMail    bool // the directory said so at AskedAt
	AskedAt   *time.Time
}

// How long an answer of the directory is believed, and after which time it is asked again.
const (
	correctionHolds = 48 * time.Hour
	correctionAsks  = 24 * time.Hour
	correctionSlice = 20 // how many are asked about in one round
)

// correctors is how many different people must have made a correction before it is suggested to others: a
// wrong edit of one of them spreads to nobody.
const correctors = 2

// slipLetters is how many letters a slip changes at most: more is another domain, not a mistyped one.
const slipLetters = 3

// slip is the domain that was mistyped and the one that was meant; ok: it is the same mailbox, and a slip of
// the fingers.
func slip(wrong, corrected string) (from, to string, ok bool) {
	localFrom, from, _ := strings.Cut(strings.ToLower(models.RepairAt(wrong)), "@")
	localTo, to, _ := strings.Cut(strings.ToLower(strings.TrimSpace(corrected)), "@")
	ok = localFrom == localTo && from != "" && to != "" && from != to &&
		!slices.Contains(models.WellKnown, from) &&
		models.EditDistance(from, to) <= slipLetters
	return from, to, ok
}

// MailFinder asks the directory whether a domain takes mail; not known: it did not say.
type MailFinder func(domain string) (takes, known bool)

// LearnCorrection remembers that a domain was corrected, so that the next customer with the same mistake gets
// the same suggestion, once several people have made it; the open rows get it at once. A domain that is well
// known, or that may take mail, is never learnt as wrong, and one that is not known to take mail never as
// right. The directory is asked about a wrong one again only when that was not done lately.
func (s *Store) LearnCorrection(ctx context.Context, a models.Actor, wrong, corrected string,
	mail MailFinder) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	from, to, ok := slip(wrong, corrected)
	if !ok {
		return nil
	}
	t := s.db.ReadTx(ctx)
	asked, err := askedLately(t, a.AccountID, from)
	if err != nil || asked.IsZero() && !saysNo(mail, from) {
		return err
	}
	if takes, known := mail(to); !takes || !known {
		return nil
	}
	before, err := learnt(t, a.AccountID, from)
	if err != nil {
		return err
	}
	if asked.IsZero() {
		asked = s.db.Now()
	}
	if err := s.keepCorrection(ctx, Correction{AccountID: a.AccountID, Wrong: from, Corrected: to, ByID: a.ID,
		Times: 1, NoMail: true, AskedAt: &asked}); err != nil {
		return err
	}
	after, err := learnt(s.db.ReadTx(ctx), a.AccountID, from)
	if err != nil || after == before {
		return err
	}
	return s.renewSuggestions(ctx, a, from)
}

func saysNo(mail MailFinder, domain string) bool {
	takes, known := mail(domain)
	return known && !takes
}

func (s *Store) keepCorrection(ctx context.Context, row Correction) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		return db.Wrap(t.Clauses(clause.OnConflict{
			Columns: []clause.Column{
				{Name: "account_id"},
				{Name: "wrong"},
				{Name: "corrected"},
				{Name: "by_id"},
			},
			DoUpdates: clause.Assignments(map[string]any{
				"times":    t.Expr("corrections.times + 1"),
				"no_mail":  true,
				"asked_at": row.AskedAt,
			}),
		}).Create(&row).Error, "learning a correction")
	})
}

// askedLately is when the directory last said that a corrected domain takes no mail; zero: not lately.
func askedLately(t *db.Tx, accountID, wrong string) (time.Time, error) {
	var c Correction
	err := t.Where("account_id = ? AND wrong = ? AND no_mail AND asked_at > ?", accountID, wrong,
		t.Now.Add(-correctionHolds)).
		Order("asked_at DESC").Limit(1).Find(&c).Error
	if err != nil || c.AskedAt == nil {
		return time.Time{}, db.Wrap(err, "corrected domains")
	}
	return *c.AskedAt, nil
}

// learnt is the account's usual correction of a domain that is known to take no mail; empty: there is none,
// or too few people have made it.
func learnt(t *db.Tx, accountID, wrong string) (string, error) {
	if made, known := db.Known[Correction](t, accountID, mistyped(wrong)); known {
		return usual(made, t.Now.Add(-correctionHolds)), nil
	}
	var all []string
	err := t.Raw(`SELECT corrected FROM corrections WHERE account_id = ? AND wrong = ? AND no_mail
		AND asked_at > ?
		GROUP BY corrected HAVING COUNT(*) >= ? ORDER BY COUNT(*) DESC, SUM(times) DESC, corrected`,
		accountID, wrong, t.Now.Add(-correctionHolds), correctors).
		Scan(&all).Error
	if err != nil || len(all) == 0 {
		return "", db.Wrap(err, "learnt corrections")
	}
	return all[0], nil
}

// usual is learnt of corrections that are in memory.
func usual(made []Correction, since time.Time) (best string) {
	people, times := map[string]int{}, map[string]int{}
	for _, c := range made {
		if c.NoMail && c.AskedAt != nil && c.AskedAt.After(since) {
			people[c.Corrected]++
			times[c.Corrected] += c.Times
		}
	}
	for to, n := range people {
		if n >= correctors && cmp.Or(people[best]-n, times[best]-times[to], cmp.Compare(to, best)) < 0 {
			best = to
		}
	}
	return best
}

// CorrectedDomains are the domains whose answer of the directory grows old, the oldest first.
func (s *Store) CorrectedDomains(ctx context.Context, a models.Actor) ([]string, error) {
	if err := a.Need(models.Work); err != nil {
		return nil, err
	}
	var all []string
	err := s.db.Reading(ctx).Raw(`SELECT wrong FROM corrections WHERE account_id = ? GROUP BY wrong
		HAVING MIN(asked_at) IS NULL OR MIN(asked_at) <= ? ORDER BY MIN(asked_at), wrong`+db.UpTo(correctionSlice),
		a.AccountID, s.db.Now().Add(-correctionAsks)).Scan(&all).Error
	return all, db.Wrap(err, "corrected domains")
}

// NoteCorrected notes what the directory says of a domain, and brings the suggestions for its addresses in
// line: of a domain that takes mail, or of which nobody knows, nothing learnt is suggested.
func (s *Store) NoteCorrected(ctx context.Context, a models.Actor, domain string, noMail bool) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	now := s.db.Now()
	err := s.db.Main.WithContext(ctx).Model(&Correction{}).
		Where("account_id = ? AND wrong = ?", a.AccountID, domain).
		Updates(map[string]any{"no_mail": noMail, "asked_at": now}).Error
	if err != nil {
		return db.Wrap(err, "noting a corrected domain")
	}
	return s.renewSuggestions(ctx, a, domain)
}

// renewSuggestions computes the suggestions of a domain's open rows again, slice by slice.
func (s *Store) renewSuggestions(ctx context.Context, a models.Actor, domain string) error {
	for last := ""; ; {
		var ids []string
		err := s.db.Reading(ctx).
			Raw(`SELECT DISTINCT customer_id FROM undelivered WHERE account_id = ? AND domain = ?
				AND left_at IS NULL
			AND customer_id > ? ORDER BY customer_id`+db.UpTo(db.SweepSlice), a.AccountID, domain, last).
			Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return db.Wrap(err, "addresses of a corrected domain")
		}
		for _, id := range ids {
			if err := s.renewSuggestion(ctx, a, id); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}

func (s *Store) renewSuggestion(ctx context.Context, a models.Actor, customerID string) error {
	return s.db.InTx(ctx, func(t *db.Tx) error {
		c, err := LockCustomer(t, a.AccountID, customerID)
		if err != nil {
			return err
		}
		return RefreshRows(t, c)
	})
}
