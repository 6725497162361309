package ledger

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// Content is what was sent of a notification of the account; the zero Content when it is no longer kept.
func (s *Store) Content(ctx context.Context, a models.Actor, notificationID string) (models.Content, error) {
	if err := a.Need(models.See); err != nil {
		return models.Content{}, err
	}
	var c models.Content
	err := s.db.Reading(ctx).Limit(1).
		Find(&c, "notification_id = ? AND account_id = ?", notificationID, a.AccountID).Error
	return c, db.Wrap(err, "content")
}

func Content(t *db.Tx, n models.Notification) (models.Content, error) {
	var c models.Content
	err := t.Limit(1).Find(&c, "account_id = ? AND notification_id = ?", n.AccountID, n.ID).Error
	return c, db.Wrap(err, "content")
}

// Empty says whether nothing is left to be sent.
func Empty(c models.Content) bool { return c.Text == "" && c.HTML == "" }
