package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// Propose keeps which entry of the dictionary explains the words of an event. Words and provider are kept, and nothing
// of the customer. A second proposal for the same words takes the place of the first.
func (s *Store) Propose(ctx context.Context, a Actor, eventID, reason, note string) error {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return err
	}
	entry, known := ReasonByID(reason)
	if !known || entry.Channel != l.Channel {
		return Invalid{"reason": Problem{Key: "error.choice"}}
	}
	all, err := s.Looks(ctx, a)
	if err != nil {
		return err
	}
	l.Kind = LookUnexplained
	p := Proposal{Provider: l.Provider, Channel: l.Channel, Words: sameWords(l.Diagnostic + " " + l.ProviderCode), Reason: reason,
		N: 1, Note: clipped(strings.TrimSpace(note)), ByID: a.ID, ByName: a.Name}
	for _, other := range all {
		if other.Kind == LookUnexplained && other.key() == l.key() {
			p.N = other.N
		}
	}
	return s.inTx(ctx, func(t *tx) error {
		p.ID, p.At = newID("prp", t.now), t.now
		err := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "provider"}, {Name: "channel"}, {Name: "words"}},
			DoUpdates: clause.AssignmentColumns([]string{"reason", "n", "note", "by_id", "by_name", "at"})}).Create(&p).Error
		if err != nil {
			return found(err, "proposing")
		}
		a.AccountID = l.AccountID
		t.record(a, "dictionary.propose", AuditEntry{ObjectKind: "event", ObjectID: eventID, ObjectName: l.Connection, After: reason})
		return nil
	})
}

// Proposals are all proposals for the dictionary, the most frequent words first: for whoever keeps it.
func (s *Store) Proposals(ctx context.Context, a Actor) ([]Proposal, error) {
	if a.Role != Support && a.Kind != Command {
		return nil, ErrForbidden
	}
	var all []Proposal
	err := s.reading(ctx).Order("n DESC, words").Find(&all).Error
	return all, found(err, "proposals")
}

// Withdraw takes a proposal back; what it explained is to be looked at again.
func (s *Store) Withdraw(ctx context.Context, a Actor, id string) error {
	if a.Role != Support && a.Kind != Command {
		return ErrForbidden
	}
	return s.inTx(ctx, func(t *tx) error {
		var p Proposal
		if err := t.Take(&p, "id = ?", id).Error; err != nil {
			return found(err, "proposal")
		}
		t.record(a, "dictionary.withdraw", AuditEntry{ObjectKind: "proposal", ObjectID: p.ID, ObjectName: clipped(p.Words), Before: p.Reason})
		return found(t.Delete(&p).Error, "taking a proposal back")
	})
}

// proposedWords are the words that have a proposal.
func (s *Store) proposedWords(ctx context.Context) (map[string]bool, error) {
	var all []Proposal
	err := s.reading(ctx).Select("provider", "channel", "words").Find(&all).Error
	keys := map[string]bool{}
	for _, p := range all {
		keys[p.Provider+"\n"+string(p.Channel)+"\n"+p.Words] = true
	}
	return keys, found(err, "proposals")
}

// Proposal is an entry for the dictionary that support proposes.
type Proposal struct {
	ID       string
	Provider string
	Channel  Channel
	Words    string // without addresses
	Reason   string // id of the entry that explains them
	N        int    // how often they had come
	Note     string
	ByID     string
	ByName   string
	At       time.Time
}
