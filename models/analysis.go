package models

import (
	"cmp"
	"context"
	"slices"
)

// AnalysisLine is one line of the failure analysis: what failed of what was sent, and what reached its customer.
type AnalysisLine struct {
	Key       string // id of the reason or connection, domain, day, kind
	Name      string
	Status    Status // by reason: that most have
	Email     int    // open
	SMS       int
	Sent      int // 0: not known
	Delivered int
	Before    int    // open of the same number of days before
	Fixed     int    // of the window, off the report: delivered after all, or cleared
	Filter    Filter // the report of exactly these; zero By: there is none
}

// N is the open notifications of both channels.
func (l AnalysisLine) N() int { return l.Email + l.SMS }

// Analysis is one table of the failure analysis.
type Analysis struct {
	By     string
	Window Window
	Lines  []AnalysisLine
	Total  int
	Sent   int
	More   int // lines beyond those shown
	// Outcomes are how cleared notifications of the window ended.
	Outcomes []AnalysisLine
}

// Analyses are the words of by=.
var Analyses = []string{"reason", "domain", "provider", "day", "kind"}

// ByOutcome is the table of how cleared notifications ended; it stands beside the others.
const ByOutcome = "outcome"

// AnalysisLines is how many lines a page shows of a table.
const AnalysisLines = 100

// Analysis counts the open notifications of a window by reason, domain, provider, day or kind: so many lines at most, or
// with 0 all.
func (s *Store) Analysis(ctx context.Context, a Actor, by string, f Filter, most int) (Analysis, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return Analysis{}, err
	}
	table, known := map[string]func(context.Context, Actor, reportScope) ([]AnalysisLine, error){
		"reason": s.byReason, "domain": s.byDomain, "provider": s.byProvider, "day": s.byDay, "kind": s.byKind, ByOutcome: s.byOutcome}[by]
	if !known {
		return Analysis{}, Invalid{"by": {Key: "error.choice"}}
	}
	result := Analysis{By: by, Window: scope.window}
	if result.Lines, err = table(ctx, a, scope); err != nil {
		return Analysis{}, err
	}
	if result.Outcomes, err = s.byOutcome(ctx, a, scope); err != nil {
		return Analysis{}, err
	}
	inWindow(result.Outcomes, f)
	inWindow(result.Lines, f)
	for _, l := range result.Lines {
		result.Total += l.N()
		result.Sent += l.Sent
	}
	if by == "day" {
		return result, nil
	}
	if by != ByOutcome {
		if err := s.compare(ctx, scope, analysed[by], result.Lines); err != nil {
			return Analysis{}, err
		}
	}
	slices.SortStableFunc(result.Lines, func(a, b AnalysisLine) int {
		return cmp.Or(cmp.Compare(b.N(), a.N()), cmp.Compare(a.Name, b.Name))
	})
	if more := len(result.Lines) - most; most > 0 && more > 0 {
		result.Lines, result.More = result.Lines[:most], more
	}
	return result, nil
}

// inWindow lets each line lead to the report of the same days.
func inWindow(lines []AnalysisLine, f Filter) {
	for i := range lines {
		if l := &lines[i]; l.Filter.Range == "" && l.Filter.From == "" {
			l.Filter.Range, l.Filter.From, l.Filter.To = f.Range, f.From, f.To
		}
	}
}

func (s *Store) byReason(ctx context.Context, _ Actor, scope reportScope) ([]AnalysisLine, error) {
	sums, err := s.keyed(ctx, `SELECT reason AS key, channel, SUM(open) AS n FROM reason_daily
		WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY reason, channel`, scope.account, scope.window.From, scope.window.To)
	if err != nil {
		return nil, err
	}
	lines := linesOf(sums)
	for i := range lines {
		l := &lines[i]
		reason, _ := ReasonByID(l.Key)
		l.Status, l.Name, l.Filter = reason.Status(), cmp.Or(reason.Title, l.Key), Filter{Reason: cmp.Or(l.Key, None)}
	}
	return lines, nil
}

func (s *Store) byDomain(ctx context.Context, _ Actor, scope reportScope) ([]AnalysisLine, error) {
	lines, err := s.openBy(ctx, scope, "domain")
	lines = slices.DeleteFunc(lines, func(l AnalysisLine) bool { return l.Key == "" })
	for i := range lines {
		lines[i].Filter = Filter{Domain: lines[i].Key}
	}
	return lines, err
}

func (s *Store) byProvider(ctx context.Context, a Actor, scope reportScope) ([]AnalysisLine, error) {
	lines, err := s.openBy(ctx, scope, "connection_id")
	if err != nil {
		return nil, err
	}
	connections, err := s.Connections(ctx, a)
	for i := range lines {
		lines[i].Filter = Filter{Connection: cmp.Or(lines[i].Key, None)}
		for _, c := range connections {
			if c.ID == lines[i].Key {
				lines[i].Name = c.Name
			}
		}
	}
	return lines, err
}

func (s *Store) byKind(ctx context.Context, _ Actor, scope reportScope) ([]AnalysisLine, error) {
	lines, err := s.openBy(ctx, scope, "kind")
	for i := range lines {
		lines[i].Filter = Filter{Kind: cmp.Or(lines[i].Key, None)}
	}
	return lines, err
}

func (s *Store) byDay(ctx context.Context, a Actor, scope reportScope) ([]AnalysisLine, error) {
	days, err := s.dayCounts(ctx, a.AccountID, scope.window)
	if err != nil {
		return nil, err
	}
	sent, err := s.sentBy(ctx, scope, "day")
	lines := make([]AnalysisLine, 0, len(days))
	for _, d := range slices.Backward(days) {
		lines = append(lines, AnalysisLine{Key: d.Day, Name: d.Day, Email: d.Email, SMS: d.SMS, Sent: sent[d.Day].Sent,
			Delivered: sent[d.Day].Delivered, Filter: Filter{From: d.Day, To: d.Day}})
	}
	return lines, err
}

// openBy counts the window's open rows by one of their columns, beside what was sent.
func (s *Store) openBy(ctx context.Context, scope reportScope, column string) ([]AnalysisLine, error) {
	sums, err := s.keyed(ctx, "SELECT "+column+" AS key, channel, COUNT(*) AS n FROM undelivered"+
		" WHERE account_id = ? AND left_at IS NULL AND failed_at >= ? AND failed_at < ? GROUP BY "+column+", channel",
		scope.account, scope.window.Start, scope.window.End)
	if err != nil {
		return nil, err
	}
	sent, err := s.sentBy(ctx, scope, column)
	lines := linesOf(sums)
	for i := range lines {
		lines[i].Sent, lines[i].Delivered = sent[lines[i].Key].Sent, sent[lines[i].Key].Delivered
	}
	return lines, err
}

type keyedSum struct {
	Key       string
	Channel   Channel
	N         int
	Sent      int
	Delivered int
}

func (s *Store) keyed(ctx context.Context, sql string, values ...any) ([]keyedSum, error) {
	var sums []keyedSum
	err := s.reporting(ctx).Raw(sql, values...).Scan(&sums).Error
	return sums, found(err, "analysis")
}

func (s *Store) sentBy(ctx context.Context, scope reportScope, column string) (map[string]keyedSum, error) {
	sums, err := s.keyed(ctx, "SELECT "+column+" AS key, SUM(sent) AS sent, SUM(delivered) AS delivered FROM sent_daily"+
		" WHERE account_id = ? AND day >= ? AND day <= ? GROUP BY "+column, scope.account, scope.window.From, scope.window.To)
	byKey := map[string]keyedSum{}
	for _, sum := range sums {
		byKey[sum.Key] = sum
	}
	return byKey, err
}

// linesOf joins the channels of a key into one line.
func linesOf(sums []keyedSum) []AnalysisLine {
	var lines []AnalysisLine
	at := map[string]int{}
	for _, sum := range sums {
		if sum.N == 0 {
			continue
		}
		i, known := at[sum.Key]
		if !known {
			i = len(lines)
			at[sum.Key], lines = i, append(lines, AnalysisLine{Key: sum.Key, Name: sum.Key})
		}
		if sum.Channel == SMS {
			lines[i].SMS += sum.N
		} else {
			lines[i].Email += sum.N
		}
	}
	return lines
}

// byOutcome counts how the window's cleared notifications ended.
func (s *Store) byOutcome(ctx context.Context, _ Actor, scope reportScope) ([]AnalysisLine, error) {
	sums, err := s.keyed(ctx, `SELECT n.outcome AS key, u.channel, COUNT(*) AS n FROM undelivered u JOIN notifications n ON n.id = u.id
		WHERE u.account_id = ? AND u.left_at IS NOT NULL AND u.left_why = 'cleared' AND u.failed_at >= ? AND u.failed_at < ?
		GROUP BY n.outcome, u.channel`, scope.account, scope.window.Start, scope.window.End)
	lines := linesOf(sums)
	for i := range lines {
		lines[i].Filter = Filter{State: ShowCleared, Outcome: lines[i].Key}
	}
	return lines, err
}
