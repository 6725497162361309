package models

import (
	"context"
	"time"
)

// Content is what was sent; it is kept for ninety days, and a resend repeats it unchanged.
type Content struct {
	NotificationID string `gorm:"primaryKey"`
	AccountID      string `gorm:"primaryKey"`
	Sender         string
	ReplyTo        string
	Subject        string
	Text           string
	HTML           string
	Headers        string // JSON: List-Unsubscribe and its kind, repeated on a resend
	CreatedAt      time.Time
}

// Content is what was sent of a notification of the account; the zero Content when it is no longer kept.
func (s *Store) Content(ctx context.Context, a Actor, notificationID string) (Content, error) {
	if err := a.need(See); err != nil {
		return Content{}, err
	}
	var c Content
	err := s.reading(ctx).Limit(1).Find(&c, "notification_id = ? AND account_id = ?", notificationID, a.AccountID).Error
	return c, found(err, "content")
}

func (t *tx) content(n Notification) (Content, error) {
	var c Content
	err := t.Limit(1).Find(&c, "account_id = ? AND notification_id = ?", n.AccountID, n.ID).Error
	return c, found(err, "content")
}

// empty says whether nothing is left to be sent.
func (c Content) empty() bool { return c.Text == "" && c.HTML == "" }
