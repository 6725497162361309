package report

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// keyedSum is what the counters of a window say of one value and channel.
type keyedSum struct {
	Key       string
	Channel   models.Channel
	N         int
	Earlier   int // open of the window before
	Fixed     int
	Sent      int
	Delivered int
}

func (s *Store) keyed(ctx context.Context, sql string, values ...any) ([]keyedSum, error) {
	var sums []keyedSum
	err := s.db.Reporting(ctx).Raw(sql, values...).Scan(&sums).Error
	return sums, db.Wrap(err, "analysis")
}

// facetLines sums the counters of a facet, beside what was open in the window before and what of this one is
// put right.
func (s *Store) facetLines(ctx context.Context, scope ReportScope, f ledger.Facet,
	column string) ([]AnalysisLine, error) {
	w := scope.window
	sums, err := s.keyed(
		ctx,
		`SELECT value AS key, channel, SUM(CASE WHEN day >= ? THEN `+column+` ELSE 0 END) AS n,
		SUM(CASE WHEN day < ? THEN open ELSE 0 END) AS earlier, SUM(CASE WHEN day >= ? THEN fixed ELSE 0 END) AS fixed
		FROM facet_daily WHERE account_id = ? AND facet = ? AND day >= ? AND day <= ? GROUP BY value,
			channel`,
		w.From,
		w.From,
		w.From,
		scope.Account,
		f,
		w.Before().From,
		w.To,
	)
	return linesOf(sums), err
}

// rateLines are facetLines beside what was sent: sent_daily names its columns as the rows of the report do.
func (s *Store) rateLines(ctx context.Context, scope ReportScope, f ledger.Facet) ([]AnalysisLine, error) {
	lines, err := s.facetLines(ctx, scope, f, "open")
	if err != nil {
		return nil, err
	}
	sent, err := s.sentBy(ctx, scope, ledger.FacetColumns[f])
	for i := range lines {
		lines[i].Sent, lines[i].Delivered = sent[lines[i].Key].Sent, sent[lines[i].Key].Delivered
	}
	return lines, err
}

func (s *Store) sentBy(ctx context.Context, scope ReportScope, column string) (map[string]keyedSum, error) {
	sums, err := s.keyed(
		ctx,
		"SELECT "+column+" AS key, SUM(sent) AS sent, SUM(delivered) AS delivered FROM sent_daily"+
			" WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY "+column,
		scope.Account,
		scope.window.From,
		scope.window.To,
	)
	byKey := map[string]keyedSum{}
	for _, sum := range sums {
		byKey[sum.Key] = sum
	}
	return byKey, err
}

// linesOf joins the channels of a key into one line; what has nothing open has none.
func linesOf(sums []keyedSum) []AnalysisLine {
	byKey, lines := map[string]AnalysisLine{}, []AnalysisLine(nil)
	for _, sum := range sums {
		l := byKey[sum.Key]
		l.Key, l.Name, l.Before, l.Fixed = sum.Key, sum.Key, l.Before+sum.Earlier, l.Fixed+sum.Fixed
		if sum.Channel == models.SMS {
			l.SMS += sum.N
		} else {
			l.Email += sum.N
		}
		byKey[sum.Key] = l
	}
	for _, l := range byKey {
		if l.N() > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}
