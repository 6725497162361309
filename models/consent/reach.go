package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// Reach is what is known of an address before anything is sent to it. Nothing is kept. Of an address that
// cannot be read the Problem says why.
func (s *Store) Reach(ctx context.Context, a models.Actor, channel models.Channel,
	typed string) (models.Reach, error) {
	if err := a.Need(models.See); err != nil {
		return models.Reach{}, err
	}
	t := s.db.ReadTx(ctx)
	account, err := ledger.AccountByID(t, a.AccountID)
	if err != nil {
		return models.Reach{}, err
	}
	r := models.Reach{Channel: channel}
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
func known(t *db.Tx, accountID, normal string, r *models.Reach) error {
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
