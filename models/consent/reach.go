package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// Reach is what is known of an address before anything is sent to it.
type Reach struct {
	Channel  models.Channel
	Value    string // as it is sent to; empty: it cannot be read
	Problem  string // the key of the words that say why it cannot be read
	Likely   string // what was probably meant; empty: nothing is suggested
	NoMail   bool   // its domain takes no mail
	OptOuts  []models.OptOut
	Listings []models.Suppression
	Soft     int            // final soft failures in a row
	Last     models.Attempt // the newest that was decided; the zero Attempt: none
}

// Prospect is in one word whether a message would arrive.
type Prospect string

// The prospects of a message, the worst first.
const (
	ReachImpossible Prospect = "impossible" // nobody can have this address
	ReachStopped    Prospect = "stopped"    // an opt-out or a provider's list would drop it
	ReachUnlikely   Prospect = "unlikely"   // its domain takes no mail, or the last one came back for good
	ReachDoubtful   Prospect = "doubtful"   // a likely misspelling, or the last ones failed
	ReachLikely     Prospect = "likely"     // the last one arrived
	ReachUnknown    Prospect = "unknown"    // nothing has been sent there yet
)

// Prospect weighs what is known: what would certainly stop a message before what may.
func (r Reach) Prospect() Prospect {
	failed := r.Last.Outcome == models.Failed || r.Last.Outcome == models.Rejected
	switch {
	case r.Problem != "":
		return ReachImpossible
	case len(r.OptOuts) > 0 || len(r.Listings) > 0:
		return ReachStopped
	case r.NoMail || failed && r.Last.Status.Info().OptOut == models.OptOutAtOnce:
		return ReachUnlikely
	case r.Likely != "" || r.Soft > 0 || failed:
		return ReachDoubtful
	case r.Last.Outcome == models.AttemptDelivered:
		return ReachLikely
	}
	return ReachUnknown
}

// Reach is what is known of an address before anything is sent to it. Nothing is kept. Of an address that
// cannot be read the Problem says why.
func (s *Store) Reach(ctx context.Context, a models.Actor, channel models.Channel,
	typed string) (Reach, error) {
	if err := a.Need(models.See); err != nil {
		return Reach{}, err
	}
	t := s.db.ReadTx(ctx)
	account, err := ledger.AccountByID(t, a.AccountID)
	if err != nil {
		return Reach{}, err
	}
	r := Reach{Channel: channel}
	var normal string
	r.Value, normal, r.Problem = models.Normalise(channel, typed, account.Country)
	if channel == models.Email {
		if r.Likely, err = s.ledger.Suggestion(ctx, a, typed); err != nil {
			return r, err
		}
	}
	if r.Problem != "" {
		return r, nil
	}
	return r, known(t, a.AccountID, normal, &r)
}

// known adds what holds against an address, and what became of the newest message to it.
func known(t *db.Tx, accountID, normal string, r *Reach) error {
	address := models.Address{AccountID: accountID, Normal: normal}
	err := t.Where("account_id = ? AND channel = ? AND normal IN ?", accountID, r.Channel,
		ledger.Normals(t, r.Channel, normal)).Limit(1).Find(&address).Error
	if err != nil {
		return db.Wrap(err, "address")
	}
	r.Soft = address.SoftFailures
	if r.Listings, err = ledger.OpenSuppressions(t, address, ""); err != nil || address.ID == "" {
		return err
	}
	if r.OptOuts, err = ledger.OpenCauses(t, accountID, address.ID); err != nil {
		return err
	}
	err = t.Where("account_id = ? AND address_id = ? AND outcome IN ?", accountID, address.ID, decided).
		Order("asked_at DESC").Limit(1).Find(&r.Last).Error
	return db.Wrap(err, "the last message")
}

// decided are the outcomes that say whether a message arrived.
var decided = []models.AttemptState{
	models.AttemptDelivered,
	models.Failed,
	models.Complained,
	models.Rejected,
}
