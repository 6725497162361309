package models

import (
	"context"
)

// ready says whether what kept the notification from going out has been cleared since.
func (n *Notification) ready() bool {
	return n.ReadyAt != nil && n.State == StateFailed && !n.DecidedAt.After(*n.ReadyAt)
}

// offerDropped marks what was dropped because of an address as ready to be sent again, once neither we nor a provider
// refuse the address any more. Nothing is sent by it.
func (t *tx) offerDropped(accountID, addressID string) error {
	var address Address
	if err := t.Take(&address, "account_id = ? AND id = ?", accountID, addressID).Error; err != nil {
		return found(err, "address")
	}
	open, err := t.openCauses(accountID, addressID)
	if err != nil || len(open) > 0 {
		return err
	}
	listed, err := t.openSuppressions(address, "")
	if err != nil || len(listed) > 0 {
		return err
	}
	err = t.Exec("UPDATE notifications SET ready_at = ? WHERE account_id = ? AND id IN (SELECT id FROM undelivered WHERE "+ofAddress+")", t.now, accountID, accountID, addressID).Error
	if err != nil {
		return found(err, "what is ready to be sent again")
	}
	return found(t.
		Exec("UPDATE undelivered SET ready = TRUE WHERE "+ofAddress, accountID, addressID).Error, "what is ready to be sent again")
}

// ofAddress are the rows of an address that were dropped and are still on the report.
const ofAddress = "account_id = ? AND address_id = ? AND status = 'dropped' AND left_at IS NULL"

// offerNoMore takes the mark away: the address is refused again.
func (t *tx) offerNoMore(accountID, addressID string) error {
	done := t.Exec("UPDATE undelivered SET ready = FALSE WHERE ready AND "+ofAddress, accountID, addressID)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "what is ready to be sent again")
	}
	return found(t.Exec("UPDATE notifications SET ready_at = NULL WHERE account_id = ? AND id IN (SELECT id FROM undelivered WHERE "+ofAddress+")", accountID, accountID, addressID).Error,
		"what is ready to be sent again")
}

// Dropped are the notifications on the report now that were dropped because of these addresses, the newest first.
func (s *Store) Dropped(ctx context.Context, a Actor, addresses ...string) ([]Undelivered, error) {
	if err := a.need(See); err != nil {
		return nil, err
	}
	return scanRows(s.reading(ctx).Raw("SELECT "+reportColumns+` FROM undelivered WHERE account_id = ? AND address_id IN ? AND status = 'dropped'
		AND left_at IS NULL ORDER BY failed_at DESC LIMIT 100`, a.AccountID, addresses), 100)
}
