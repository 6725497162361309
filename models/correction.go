package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// correction is a domain that an account's people have corrected, and to what.
type correction struct {
	AccountID string
	Wrong     string
	Corrected string
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

// slipLetters is how many letters a slip changes at most: more is another domain, not a mistyped one.
const slipLetters = 3

// slip is the domain that was mistyped and the one that was meant; ok: it is the same mailbox, and a slip of the fingers.
func slip(wrong, corrected string) (from, to string, ok bool) {
	localFrom, from, _ := strings.Cut(strings.ToLower(repairAt(wrong)), "@")
	localTo, to, _ := strings.Cut(strings.ToLower(strings.TrimSpace(corrected)), "@")
	ok = localFrom == localTo && from != "" && to != "" && from != to && !slices.Contains(wellKnown, from) && editDistance(from, to) <= slipLetters
	return from, to, ok
}

// LearnCorrection remembers that a domain was corrected, so that the next customer with the same mistake gets the
// same suggestion. A domain that is well known, or that may take mail, is never learnt as wrong: noMail asks the
// directory, unless it was asked lately.
func (s *Store) LearnCorrection(ctx context.Context, a Actor, wrong, corrected string, noMail func(domain string) bool) error {
	if err := a.need(Work); err != nil {
		return err
	}
	from, to, ok := slip(wrong, corrected)
	if !ok {
		return nil
	}
	known, err := s.looking(ctx).learnt(a.AccountID, from)
	if err != nil || known.Wrong == "" && !noMail(from) {
		return err
	}
	now := s.now()
	row := correction{AccountID: a.AccountID, Wrong: from, Corrected: to, Times: 1, NoMail: true, AskedAt: &now}
	if known.Wrong != "" {
		row.AskedAt = known.AskedAt
	}
	return s.inTx(ctx, func(t *tx) error {
		return found(t.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "account_id"}, {Name: "wrong"}, {Name: "corrected"}},
			DoUpdates: clause.Assignments(map[string]any{"times": t.raw("corrections.times + 1"), "no_mail": true, "asked_at": row.AskedAt}),
		}).Create(&row).Error, "learning a correction")
	})
}

// learnt is the account's usual correction of a domain that is known to take no mail; the zero correction: there is none.
func (t *tx) learnt(accountID, wrong string) (c correction, err error) {
	err = t.Where("account_id = ? AND wrong = ? AND no_mail AND asked_at > ?", accountID, wrong, t.now.Add(-correctionHolds)).
		Order("times DESC, corrected").Limit(1).Find(&c).Error
	return c, found(err, "learnt corrections")
}

// CorrectedDomains are the domains whose answer of the directory grows old, the oldest first.
func (s *Store) CorrectedDomains(ctx context.Context, a Actor) ([]string, error) {
	if err := a.need(Work); err != nil {
		return nil, err
	}
	var all []string
	err := s.reading(ctx).Raw(`SELECT wrong FROM corrections WHERE account_id = ? GROUP BY wrong
		HAVING MIN(asked_at) IS NULL OR MIN(asked_at) <= ? ORDER BY MIN(asked_at), wrong`+upTo(correctionSlice),
		a.AccountID, s.now().Add(-correctionAsks)).Scan(&all).Error
	return all, found(err, "corrected domains")
}

// NoteCorrected notes what the directory says of a domain, and brings the suggestions for its addresses in line: of a
// domain that takes mail, or of which nobody knows, nothing learnt is suggested.
func (s *Store) NoteCorrected(ctx context.Context, a Actor, domain string, noMail bool) error {
	if err := a.need(Work); err != nil {
		return err
	}
	now := s.now()
	err := s.write.WithContext(ctx).Model(&correction{}).Where("account_id = ? AND wrong = ?", a.AccountID, domain).
		Updates(map[string]any{"no_mail": noMail, "asked_at": now}).Error
	if err != nil {
		return found(err, "noting a corrected domain")
	}
	return s.renewSuggestions(ctx, a, domain)
}

// renewSuggestions computes the suggestions of a domain's open rows again, slice by slice.
func (s *Store) renewSuggestions(ctx context.Context, a Actor, domain string) error {
	for last := ""; ; {
		var ids []string
		err := s.reading(ctx).Raw(`SELECT DISTINCT customer_id FROM undelivered WHERE account_id = ? AND domain = ? AND left_at IS NULL
			AND customer_id > ? ORDER BY customer_id`+upTo(sweepSlice), a.AccountID, domain, last).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return found(err, "addresses of a corrected domain")
		}
		for _, id := range ids {
			if err := s.renewSuggestion(ctx, a, id); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}

func (s *Store) renewSuggestion(ctx context.Context, a Actor, customerID string) error {
	return s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, customerID)
		if err != nil {
			return err
		}
		return t.refreshRows(c)
	})
}
