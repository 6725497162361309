package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// markReady marks what was dropped because of an address as ready to be sent again, once neither we nor a
// provider refuse the address any more. Nothing is sent by it.
func markReady(t *db.Tx, accountID, addressID string) error {
	var address models.Address
	if err := t.Take(&address, "account_id = ? AND id = ?", accountID, addressID).Error; err != nil {
		return db.Wrap(err, "address")
	}
	open, err := ledger.OpenCauses(t, accountID, addressID)
	if err != nil || len(open) > 0 {
		return err
	}
	listed, err := ledger.OpenSuppressions(t, address, "")
	if err != nil || len(listed) > 0 {
		return err
	}
	err = t.Exec(
		"UPDATE notifications SET ready_at = ? WHERE account_id = ? AND id IN (SELECT id FROM undelivered "+
			"WHERE "+ofAddress+")",
		t.Now,
		accountID,
		accountID,
		addressID,
	).Error
	if err != nil {
		return db.Wrap(err, "what is ready to be sent again")
	}
	return db.Wrap(t.
		Exec("UPDATE undelivered SET ready = TRUE WHERE "+ofAddress, accountID,
			addressID).Error, "what is ready to be sent again")
}

// ofAddress are the rows of an address that were dropped and are still on the report.
const ofAddress = "account_id = ? AND address_id = ? AND status = 'dropped' AND left_at IS NULL"

// unmarkReady takes the mark away: the address is refused again.
func unmarkReady(t *db.Tx, accountID, addressID string) error {
	if ledger.NothingReady(t, accountID, addressID) {
		return nil
	}
	done := t.Exec("UPDATE undelivered SET ready = FALSE WHERE ready AND "+ofAddress, accountID, addressID)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "what is ready to be sent again")
	}
	return db.Wrap(
		t.Exec(
			"UPDATE notifications SET ready_at = NULL WHERE account_id = ? AND id IN (SELECT id FROM "+
				"undelivered WHERE "+ofAddress+")",
			accountID,
			accountID,
			addressID,
		).Error,
		"what is ready to be sent again",
	)
}

// Dropped are the notifications on the report now that were dropped because of these addresses, the newest
// first.
func (s *Store) Dropped(ctx context.Context, a models.Actor,
	addresses ...string) ([]models.Undelivered, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	return ledger.ScanRows(
		s.db.Reading(ctx).
			Raw("SELECT "+ledger.ReportColumns+` FROM undelivered WHERE account_id = ? AND address_id IN ?
				AND status = 'dropped'
		AND left_at IS NULL ORDER BY failed_at DESC LIMIT 100`, a.AccountID, addresses),
		100,
	)
}
