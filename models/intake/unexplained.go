package intake

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// LookKind says why support looks at an event.
type LookKind string

// The kinds of events to look at.
const (
	LookParked       LookKind = "parked"       // could not be read, or not applied after ten tries
	LookUnrecognised LookKind = "unrecognised" // genuine, and of no kind that we know
	LookUnexplained  LookKind = "no_reason"    // a failure that no entry of the dictionary explains
)

// Unexplained is an event that support looks at; of those that say the same, the newest.
type Unexplained struct {
	models.Event
	Provider   string
	Connection string
	Account    string
	Kind       LookKind `gorm:"-"`
	Words      string   `gorm:"-"` // what is to be understood
	N          int      `gorm:"-"` // how many say the same
}

// lookMost is how many events of each kind are read, newest first.
const lookMost = 300

// The conditions are written out as in the indexes, so that these are used.
var lookAt = []struct {
	kind  LookKind
	where string
}{
	{LookParked, "e.state = 'parked'"},
	{
		LookUnrecognised,
		"e.type = 'unrecognised' AND e.state <> 'parked' AND NOT e.sample AND e.provider_code NOT IN " +
			"('wish:unsure', 'wish:none')",
	},
	{LookUnexplained, "e.reason IN ('other-temporary', 'other-permanent', 'sms-unknown-error')"},
}

// UnexplainedList are the events to look at, of all accounts that let support in: parked ones first, then
// what says the same most often.
func (s *Store) UnexplainedList(ctx context.Context, a models.Actor) ([]Unexplained, error) {
	accounts, err := s.people.GrantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	proposed, err := s.proposedWords(ctx)
	if err != nil {
		return nil, err
	}
	var all []Unexplained
	for _, look := range lookAt {
		var found []Unexplained
		if err := s.looks(ctx, accounts, look.where, &found); err != nil {
			return nil, err
		}
		all = append(all, grouped(look.kind, found, proposed)...)
	}
	return all, nil
}

func (s *Store) looks(ctx context.Context, accounts []string, where string, rows *[]Unexplained) error {
	err := s.db.Reading(ctx).
		Raw(`SELECT e.*, c.provider, c.name AS connection, a.name AS account FROM events e
		JOIN connections c ON c.id = e.connection_id JOIN accounts a ON a.id = e.account_id
		WHERE `+where+` AND e.account_id IN ? ORDER BY e.received_at DESC LIMIT ?`, accounts, lookMost).
		Scan(rows).Error
	return db.Wrap(err, "events to look at")
}

// grouped keeps the newest of those that say the same, and leaves out what an entry explains by now or what
// has been proposed. Parked events are work each: they stay apart.
func grouped(kind LookKind, rows []Unexplained, proposed map[string]bool) []Unexplained {
	at := map[string]int{}
	var all []Unexplained
	for _, l := range rows {
		l.Kind, l.Words, l.N = kind, l.words(kind), max(l.Copies, 1)
		key := l.key()
		if kind == LookUnexplained && (proposed[key] || !l.unexplained()) {
			continue
		}
		if i, known := at[key]; known && kind != LookParked {
			all[i].N += l.N
			continue
		}
		at[key] = len(all)
		all = append(all, l)
	}
	slices.SortStableFunc(all, func(x, y Unexplained) int { return cmp.Compare(y.N, x.N) })
	return all
}

// words are what is to be understood: the error, the provider's name of the event, or the server's reply.
func (l Unexplained) words(kind LookKind) string {
	switch kind {
	case LookParked:
		return strings.TrimSpace(l.Error + "\n" + clipped(string(l.Raw)))
	case LookUnrecognised:
		return strings.TrimSpace(l.ProviderCode + "\n" + clipped(string(l.Raw)))
	}
	return strings.TrimSpace(l.Diagnostic + " " + l.ProviderCode)
}

// key is the same for events that say the same, whoever they are about.
func (l Unexplained) key() string {
	if l.Kind == LookUnrecognised {
		return l.Provider + "\n" + l.ProviderCode
	}
	return l.Provider + "\n" + string(l.Channel) + "\n" + sameWords(l.Diagnostic+" "+l.ProviderCode)
}

// playedCodes are the codes of another provider that the simulator speaks in.
var playedCodes = map[string]string{"simulator": "twilio"}

// unexplained says whether the dictionary still has no entry for the words.
func (l Unexplained) unexplained() bool {
	return models.MatchReason(models.Evidence{
		Channel:  l.Channel,
		Provider: cmp.Or(playedCodes[l.Provider], l.Provider),
		Codes:    []string{l.ProviderCode},
		Text:     l.Diagnostic,
		Enhanced: l.EnhancedCode,
		SMTP:     l.SMTPCode,
	}).ByDefault
}

// sameWords takes out of a reply what differs from message to message: addresses, and words with figures in
// them that are no reply code.
func sameWords(text string) string {
	var kept []string
	for _, word := range strings.Fields(models.Listen(text).Words) {
		if strings.ContainsAny(word, "0123456789") && len(word) > len("550-5.1.10") {
			continue
		}
		kept = append(kept, word)
	}
	return clipped(strings.Join(kept, " "))
}

func clipped(text string) string {
	const most = 600
	text = strings.ToValidUTF8(text, "?")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
