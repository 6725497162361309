package intake

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Propose keeps which entry of the dictionary explains the words of an event. Words and provider are kept,
// and nothing of the customer. A second proposal for the same words takes the place of the first.
func (s *Store) Propose(ctx context.Context, a models.Actor, eventID, reason, note string) error {
	l, err := s.lookedAt(ctx, a, eventID)
	if err != nil {
		return err
	}
	entry, known := models.ReasonByID(reason)
	if !known || entry.Channel != l.Channel {
		return models.Invalid{"reason": models.Problem{Key: "error.choice"}}
	}
	all, err := s.UnexplainedList(ctx, a)
	if err != nil {
		return err
	}
	l.Kind = LookUnexplained
	p := Proposal{
		Provider: l.Provider,
		Channel:  l.Channel,
		Words:    sameWords(l.Diagnostic + " " + l.ProviderCode),
		Reason:   reason,
		N:        1,
		Note:     clipped(strings.TrimSpace(note)),
		ByID:     a.ID,
		ByName:   a.Name,
	}
	for _, other := range all {
		if other.Kind == LookUnexplained && other.key() == l.key() {
			p.N = other.N
		}
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		p.ID, p.At = models.NewID("prp", t.Now), t.Now
		err := t.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "provider"}, {Name: "channel"},
			{Name: "words"}},
			DoUpdates: clause.AssignmentColumns([]string{"reason", "n", "note", "by_id", "by_name", "at"}),
		}).Create(&p).Error
		if err != nil {
			return db.Wrap(err, "proposing")
		}
		a.AccountID = l.AccountID
		t.Record(a, "dictionary.propose", models.AuditEntry{
			ObjectKind: "event",
			ObjectID:   eventID,
			ObjectName: l.Connection,
			After:      reason,
		})
		return nil
	})
}

// Proposals are all proposals for the dictionary, the most frequent words first: for whoever keeps it.
func (s *Store) Proposals(ctx context.Context, a models.Actor) ([]Proposal, error) {
	if a.Role != models.Support && a.Kind != models.Command {
		return nil, models.ErrForbidden
	}
	var all []Proposal
	err := s.db.Reading(ctx).Order("n DESC, words").Find(&all).Error
	return all, db.Wrap(err, "proposals")
}

// Withdraw takes a proposal back; what it explained is to be looked at again.
func (s *Store) Withdraw(ctx context.Context, a models.Actor, id string) error {
	if a.Role != models.Support && a.Kind != models.Command {
		return models.ErrForbidden
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var p Proposal
		if err := t.Take(&p, "id = ?", id).Error; err != nil {
			return db.Wrap(err, "proposal")
		}
		t.Record(a, "dictionary.withdraw", models.AuditEntry{
			ObjectKind: "proposal",
			ObjectID:   p.ID,
			ObjectName: clipped(p.Words),
			Before:     p.Reason,
		})
		return db.Wrap(t.Delete(&p).Error, "taking a proposal back")
	})
}

// proposedWords are the words that have a proposal.
func (s *Store) proposedWords(ctx context.Context) (map[string]bool, error) {
	var all []Proposal
	err := s.db.Reading(ctx).Select("provider", "channel", "words").Find(&all).Error
	keys := map[string]bool{}
	for _, p := range all {
		keys[p.Provider+"\n"+string(p.Channel)+"\n"+p.Words] = true
	}
	return keys, db.Wrap(err, "proposals")
}

// Proposal is an entry for the dictionary that support proposes.
type Proposal struct {
	ID       string
	Provider string
	Channel  models.Channel
	Words    string // without addresses
	Reason   string // id of the entry that explains them
	N        int    // how often they had come
	Note     string
	ByID     string
	ByName   string
	At       time.Time
}
