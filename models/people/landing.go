package people

import (
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// landing is the account in which a person's sign-in happens: the one they worked in last, else the first.
// Support staff come to their desk, which is in no account, and so does who belongs to none.
func landing(t *db.Tx, u models.User) (accountID string, err error) {
	if u.Support {
		return "", nil
	}
	err = t.Raw(`SELECT m.account_id FROM members m JOIN accounts a ON a.id = m.account_id
		WHERE m.user_id = ? AND m.accepted_at IS NOT NULL
		ORDER BY CASE WHEN m.account_id = ? THEN 0 ELSE 1 END, a.name,
			a.id LIMIT 1`, u.ID, u.LastAccountID).Scan(&accountID).Error
	return accountID, db.Wrap(err, "account of a person")
}

// arrive notes that a member works in an account now. Support's visits are no membership and change nothing.
func arrive(t *db.Tx, u models.User, accountID string) error {
	done := t.Model(&Member{}).
		Where("user_id = ? AND account_id = ? AND accepted_at IS NOT NULL", u.ID, accountID).
		Update("signed_in_at", t.Now)
	if done.Error != nil || done.RowsAffected == 0 {
		return db.Wrap(done.Error, "arriving")
	}
	return db.Wrap(t.Model(&models.User{}).Where("id = ?", u.ID).Update("last_account_id", accountID).Error,
		"account last used")
}

// leave takes what an account gave to a person: its invitations, and the sessions in it. Whoever belongs to
// no account any more has nothing to be signed in for.
func leave(t *db.Tx, u models.User, accountID string) error {
	if err := voidInvitations(t, u.ID, accountID); err != nil {
		return err
	}
	next, err := landing(t, u)
	if err != nil {
		return err
	}
	if next == "" && !u.Support {
		return signOut(t, u.ID, "")
	}
	return db.Wrap(t.Where("user_id = ? AND account_id = ?", u.ID, accountID).Delete(&Session{}).Error,
		"ending the sessions in an account")
}

// recordThere notes what a person did about themselves, with their network address, in the one account in
// which it happened: where the actor works, else where their sign-in would lead. No other account learns of
// it.
func recordThere(t *db.Tx, a models.Actor, u models.User, action string) error {
	account, err := landing(t, u)
	if err != nil {
		return err
	}
	if a.ID == u.ID && a.AccountID != "" {
		var here int64
		err := t.Model(&Member{}).
			Where("user_id = ? AND account_id = ? AND accepted_at IS NOT NULL", u.ID, a.AccountID).
			Count(&here).Error
		if err != nil {
			return db.Wrap(err, "member")
		}
		if here > 0 {
			account = a.AccountID
		}
	}
	t.Record(a.In(account), action,
		models.AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	return nil
}

// lockUser holds a person's row, so that what is decided by it stays so until the end of the transaction.
func lockUser(t *db.Tx, id string) (u models.User, err error) {
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&u, "id = ?", id).Error
	return u, db.Wrap(err, "person")
}
