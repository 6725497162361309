package models

import "context"

// analysed are the columns of the undelivered rows by which a table of the analysis groups.
var analysed = map[string]string{"reason": "reason", "domain": "domain", "provider": "connection_id", "kind": "kind"}

// compare sets beside the lines what was open in the window before, and what of this window has been put right.
func (s *Store) compare(ctx context.Context, scope reportScope, column string, lines []AnalysisLine) error {
	earlier := scope.window.Before()
	before, err := s.countBy(ctx, column, "left_at IS NULL", scope.account, earlier)
	if err != nil {
		return err
	}
	fixed, err := s.countBy(ctx, column, "left_at IS NOT NULL AND left_why IN ('delivered', 'cleared')", scope.account, scope.window)
	for i := range lines {
		lines[i].Before, lines[i].Fixed = before[lines[i].Key], fixed[lines[i].Key]
	}
	return err
}

// countBy counts the rows of a window by one of their columns.
func (s *Store) countBy(ctx context.Context, column, which, account string, w Window) (map[string]int, error) {
	sums, err := s.keyed(ctx, "SELECT "+column+" AS key, COUNT(*) AS n FROM undelivered WHERE account_id = ? AND "+which+
		" AND failed_at >= ? AND failed_at < ? GROUP BY "+column, account, w.Start, w.End)
	counts := make(map[string]int, len(sums))
	for _, sum := range sums {
		counts[sum.Key] = sum.N
	}
	return counts, err
}
