package report

import (
	"cmp"
	"context"
	"slices"

	"undelivered/models"
	"undelivered/models/ledger"
)

// AnalysisLine is one line of the failure analysis: what failed of what was sent, and what reached its
// customer.
type AnalysisLine struct {
	Key       string // id of the reason or connection, domain, day, kind
	Name      string
	Status    models.Status // by reason: that most have
	Email     int           // open
	SMS       int
	Sent      int // 0: not known
	Delivered int
	Before    int    // open of the same number of days before
	Fixed     int    // of the window, off the report: delivered after all, or cleared
	Filter    Filter // the report of exactly these; zero By: there is none
}

// N is the open notifications of both channels.
func (l AnalysisLine) N() int { return l.Email + l.SMS }

// Earlier is the report of what the line had open in the window before.
func (l AnalysisLine) Earlier(w models.Window) Filter {
	f, before := l.Filter, w.Before()
	f.Range, f.From, f.To = "", before.From, before.To
	return f
}

// FixedNow is the report of what the line counts as fixed.
func (l AnalysisLine) FixedNow() Filter {
	f := l.Filter
	f.State = ShowFixed
	return f
}

// Analysis is one table of the failure analysis.
type Analysis struct {
	By     string
	Window models.Window
	Lines  []AnalysisLine
	Total  int
	Sent   int
	More   int // lines beyond those shown
	// Outcomes are how cleared notifications of the window ended.
	Outcomes []AnalysisLine
	// Bursts are domains that failed on one day above all; in the tables by reason and domain.
	Bursts []Burst
}

// Analyses are the words of by=.
var Analyses = []string{"reason", "domain", "provider", "day", "kind"}

// ByOutcome is the table of how cleared notifications ended; it stands beside the others.
const ByOutcome = "outcome"

// AnalysisLines is how many lines a page shows of a table.
const AnalysisLines = 100

// Analysis counts the open notifications of a window by reason, domain, provider, day or kind: so many lines
// at most, or with 0 all.
func (s *Store) Analysis(ctx context.Context, a models.Actor, by string, f Filter,
	most int) (Analysis, error) {
	scope, err := s.scope(ctx, a, f)
	if err != nil {
		return Analysis{}, err
	}
	table, known := map[string]func(context.Context, models.Actor, ReportScope) ([]AnalysisLine, error){
		"reason": s.reasonLines, "domain": s.domainLines, "provider": s.providerLines, "day": s.dayLines,
		"kind": s.kindLines, ByOutcome: s.outcomeLines}[by]
	if !known {
		return Analysis{}, models.Invalid{"by": {Key: "error.choice"}}
	}
	result := Analysis{By: by, Window: scope.window}
	if result.Lines, err = table(ctx, a, scope); err != nil {
		return Analysis{}, err
	}
	if result.Outcomes, err = s.outcomeLines(ctx, a, scope); err != nil {
		return Analysis{}, err
	}
	if by == "reason" || by == "domain" {
		if result.Bursts, err = s.bursts(ctx, scope); err != nil {
			return Analysis{}, err
		}
	}
	byNumber(result.Outcomes)
	inWindow(result.Outcomes, f)
	inWindow(result.Lines, f)
	for _, l := range result.Lines {
		result.Total += l.N()
		result.Sent += l.Sent
	}
	if by == "day" {
		return result, nil
	}
	byNumber(result.Lines)
	if more := len(result.Lines) - most; most > 0 && more > 0 {
		result.Lines, result.More = result.Lines[:most], more
	}
	return result, nil
}

// byNumber puts the lines with most in front.
func byNumber(lines []AnalysisLine) {
	slices.SortFunc(lines, func(a, b AnalysisLine) int {
		return cmp.Or(cmp.Compare(b.N(), a.N()), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key))
	})
}

// inWindow lets each line lead to the report of the same days.
func inWindow(lines []AnalysisLine, f Filter) {
	for i := range lines {
		if l := &lines[i]; l.Filter.Range == "" && l.Filter.From == "" {
			l.Filter.Range, l.Filter.From, l.Filter.To = f.Range, f.From, f.To
		}
	}
}

func (s *Store) reasonLines(ctx context.Context, _ models.Actor, scope ReportScope) ([]AnalysisLine, error) {
	lines, err := s.facetLines(ctx, scope, ledger.ByReason, "open")
	for i := range lines {
		l := &lines[i]
		reason, _ := models.ReasonByID(l.Key)
		l.Status, l.Name, l.Filter = reason.Status(), cmp.Or(reason.Title, l.Key), Filter{
			Reason: cmp.Or(l.Key, None),
		}
	}
	return lines, err
}

func (s *Store) domainLines(ctx context.Context, _ models.Actor, scope ReportScope) ([]AnalysisLine, error) {
	lines, err := s.rateLines(ctx, scope, ledger.ByDomain)
	lines = slices.DeleteFunc(lines, func(l AnalysisLine) bool { return l.Key == "" })
	for i := range lines {
		lines[i].Filter = Filter{Domain: lines[i].Key}
	}
	return lines, err
}

func (s *Store) providerLines(ctx context.Context, a models.Actor,
	scope ReportScope) ([]AnalysisLine, error) {
	lines, err := s.rateLines(ctx, scope, ledger.ByConnection)
	if err != nil {
		return nil, err
	}
	connections, err := s.connection.Connections(ctx, a)
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

func (s *Store) kindLines(ctx context.Context, _ models.Actor, scope ReportScope) ([]AnalysisLine, error) {
	lines, err := s.rateLines(ctx, scope, ledger.ByKind)
	for i := range lines {
		lines[i].Filter = Filter{Kind: cmp.Or(lines[i].Key, None)}
	}
	return lines, err
}

// outcomeLines are how the window's cleared notifications ended.
func (s *Store) outcomeLines(ctx context.Context, _ models.Actor, scope ReportScope) ([]AnalysisLine, error) {
	lines, err := s.facetLines(ctx, scope, ledger.ByOutcome, "fixed")
	for i := range lines {
		lines[i].Filter = Filter{State: ShowCleared, Outcome: lines[i].Key}
	}
	return lines, err
}

func (s *Store) dayLines(ctx context.Context, a models.Actor, scope ReportScope) ([]AnalysisLine, error) {
	days, err := s.dayCounts(ctx, a.AccountID, scope.window)
	if err != nil {
		return nil, err
	}
	sent, err := s.sentBy(ctx, scope, "day")
	lines := make([]AnalysisLine, 0, len(days))
	for _, d := range slices.Backward(days) {
		lines = append(
			lines,
			AnalysisLine{Key: d.Day, Name: d.Day, Email: d.Email, SMS: d.SMS, Sent: sent[d.Day].Sent,
				Delivered: sent[d.Day].Delivered, Filter: Filter{From: d.Day, To: d.Day}},
		)
	}
	return lines, err
}
