package models

import "gorm.io/gorm/clause"

// landing is the account in which a person's sign-in happens: the one they worked in last, else the first. Support staff
// come to their desk, which is in no account, and so does who belongs to none.
func (t *tx) landing(u User) (accountID string, err error) {
	if u.Support {
		return "", nil
	}
	err = t.Raw(`SELECT m.account_id FROM members m JOIN accounts a ON a.id = m.account_id
		WHERE m.user_id = ? AND m.accepted_at IS NOT NULL
		ORDER BY CASE WHEN m.account_id = ? THEN 0 ELSE 1 END, a.name, a.id LIMIT 1`, u.ID, u.LastAccountID).Scan(&accountID).Error
	return accountID, found(err, "account of a person")
}

// arrive notes that a member works in an account now. Support's visits are no membership and change nothing.
func (t *tx) arrive(u User, accountID string) error {
	done := t.Model(&Member{}).Where("user_id = ? AND account_id = ? AND accepted_at IS NOT NULL", u.ID, accountID).Update("signed_in_at", t.now)
	if done.Error != nil || done.RowsAffected == 0 {
		return found(done.Error, "arriving")
	}
	return found(t.Model(&User{}).Where("id = ?", u.ID).Update("last_account_id", accountID).Error, "account last used")
}

// leave takes what an account gave to a person: its invitations, and the sessions in it. Whoever belongs to no account
// any more has nothing to be signed in for.
func (t *tx) leave(u User, accountID string) error {
	if err := t.voidInvitations(u.ID, accountID); err != nil {
		return err
	}
	next, err := t.landing(u)
	if err != nil {
		return err
	}
	if next == "" && !u.Support {
		return t.signOut(u.ID, "")
	}
	return found(t.Where("user_id = ? AND account_id = ?", u.ID, accountID).Delete(&Session{}).Error, "ending the sessions in an account")
}

// recordThere notes what a person did about themselves, with their network address, in the one account in which it
// happened: where the actor works, else where their sign-in would lead. No other account learns of it.
func (t *tx) recordThere(a Actor, u User, action string) error {
	account, err := t.landing(u)
	if err != nil {
		return err
	}
	if a.ID == u.ID && a.AccountID != "" {
		var here int64
		err := t.Model(&Member{}).Where("user_id = ? AND account_id = ? AND accepted_at IS NOT NULL", u.ID, a.AccountID).Count(&here).Error
		if err != nil {
			return found(err, "member")
		}
		if here > 0 {
			account = a.AccountID
		}
	}
	t.record(a.in(account), action, AuditEntry{ObjectKind: "person", ObjectID: u.ID, ObjectName: u.Name})
	return nil
}

// lockUser holds a person's row, so that what is decided by it stays so until the end of the transaction.
func (t *tx) lockUser(id string) (u User, err error) {
	err = t.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&u, "id = ?", id).Error
	return u, found(err, "person")
}
