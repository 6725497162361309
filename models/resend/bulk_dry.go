package resend

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/report"
)

// GuardCount is how many one guard refuses.
type GuardCount struct {
	Guard models.Guard
	N     int
}

// OtherWays counts what goes, or could go, by the customer's other channel: of those that are sent, and of
// those that are left out otherwise. Once a channel is chosen they are what goes by it.
type OtherWays struct {
	Texts     int
	TextsOut  int
	Emails    int
	EmailsOut int
	Parts     int // of the texts that are chosen, as networks count them
}

func (w *OtherWays) add(by models.Channel, sent bool) {
	sum := map[models.Channel]map[bool]*int{models.SMS: {true: &w.Texts, false: &w.TextsOut},
		models.Email: {true: &w.Emails, false: &w.EmailsOut}}[by][sent]
	*sum++
}

// BulkDry says what would come of many at once, to the unit.
type BulkDry struct {
	Action  BulkAction
	Total   int
	Send    int // that would be queued, or cleared
	Refused []GuardCount
	Check   bool // too many to be asked at once: a job does it, and nothing else is known yet
	Type    bool // the person has to type the number
	Warning bool // customers complain, though not yet too often
	Rate    consent.ComplaintRate
	OtherWays
	items []dryItem
}

// DryRun asks all guards for each item of the set, as the work itself will, and changes nothing. More than
// Limits.BulkConfirm are not asked here.
func (s *Store) DryRun(ctx context.Context, a models.Actor, ask BulkAsk) (BulkDry, error) {
	if err := a.Need(models.Work); err != nil {
		return BulkDry{}, err
	}
	scope, err := s.report.BulkScope(ctx, a, ask.Filter)
	if err != nil {
		return BulkDry{}, err
	}
	if ask.Action == BulkClear {
		return s.dryClear(ctx, scope)
	}
	n, err := s.report.CountBulk(ctx, a, ask.Filter)
	if err != nil || n > s.db.Limits().BulkConfirm {
		return BulkDry{Action: BulkResend, Total: n, Check: true, Type: true}, err
	}
	run, err := newDryRun(s.db.ReadTx(ctx), a, BulkJob{Instead: channelWords(ask.Instead)})
	if err != nil {
		return BulkDry{}, err
	}
	err = s.eachOfSet(ctx, scope, func(slice []models.Notification) error {
		for _, n := range slice {
			if err := run.try(n); err != nil {
				return err
			}
		}
		return nil
	})
	d := BulkDry{
		Action:    BulkResend,
		Total:     len(run.items),
		Send:      run.send,
		Rate:      run.rate,
		OtherWays: run.OtherWays,
		items:     run.items,
	}
	d.Warning = d.Rate.High() && !d.Rate.Stops()
	d.Refused = countGuards(run.items)
	return d, err
}

// dryClear needs to ask nobody: what is cleared already is left out.
func (s *Store) dryClear(ctx context.Context, scope report.ReportScope) (BulkDry, error) {
	where, values := scope.BulkWhere()
	var sum struct{ Total, Cleared int }
	err := s.db.Reading(ctx).
		Raw("SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN state = 'cleared' THEN 1 ELSE 0 END), 0) AS "+
			"cleared FROM undelivered WHERE "+where,
			values...).
		Scan(&sum).Error
	d := BulkDry{
		Action: BulkClear,
		Total:  sum.Total,
		Send:   sum.Total - sum.Cleared,
		Type:   sum.Total > s.db.Limits().BulkConfirm,
	}
	if sum.Cleared > 0 {
		d.Refused = []GuardCount{{models.GuardCleared, sum.Cleared}}
	}
	return d, db.Wrap(err, "what would be cleared")
}

func countGuards(items []dryItem) []GuardCount {
	sums := map[models.Guard]int{}
	for _, item := range items {
		if item.guard != "" {
			sums[item.guard]++
		}
	}
	var all []GuardCount
	for guard, n := range sums {
		all = append(all, GuardCount{guard, n})
	}
	sortGuards(all)
	return all
}

// sortGuards puts the largest first.
func sortGuards(all []GuardCount) {
	slices.SortFunc(all, func(a, b GuardCount) int {
		if a.N != b.N {
			return b.N - a.N
		}
		return strings.Compare(string(a.Guard), string(b.Guard))
	})
}

// DryRows are the items of a dry run that one of its numbers counts, in the order in which they are worked
// off.
func (s *Store) DryRows(ctx context.Context, a models.Actor, d BulkDry, show BulkShow) ([]BulkRow, error) {
	if err := a.Need(models.Work); err != nil {
		return nil, err
	}
	var ids []string
	rows := map[string]BulkRow{}
	for i, item := range d.items {
		if show.has(item) {
			ids = append(ids, item.id)
			rows[item.id] = BulkRow{
				Position:       i + 1,
				NotificationID: item.id,
				State:          itemWaiting,
				Guard:          item.guard,
				Way:            item.way,
			}
		}
	}
	var named []BulkRow
	err := s.db.Reading(ctx).
		Raw("SELECT id AS notification_id, title, customer_name AS customer FROM undelivered WHERE "+
			"account_id = ? AND id IN ?",
			a.AccountID, ids).
		Scan(&named).Error
	for i, n := range named {
		row := rows[n.NotificationID]
		row.Title, row.Customer = n.Title, n.Customer
		named[i] = row
	}
	slices.SortFunc(named, func(a, b BulkRow) int { return a.Position - b.Position })
	return named, db.Wrap(err, "items of a dry run")
}

// digest is the same for equal content to the same address.
func (p plan) digest() string {
	sum := sha256.New()
	for _, part := range []string{p.address.Normal, p.content.Subject, p.content.Text, p.content.HTML} {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return base64.RawStdEncoding.EncodeToString(sum.Sum(nil))
}
