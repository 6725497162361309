package connection

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// MailProvider is the provider of connections to a mail server, whose bounces come back as mails.
const MailProvider = "smtp"

// GenericConnection is the one that events of the account's own systems belong to.
func (s *Store) GenericConnection(ctx context.Context, a models.Actor) (models.Connection, error) {
	if err := a.Need(models.See); err != nil {
		return models.Connection{}, err
	}
	var c models.Connection
	err := s.db.Reading(ctx).Order("created_at").
		Take(&c, "account_id = ? AND provider = ? AND removed_at IS NULL", a.AccountID, GenericProvider).Error
	return c, db.Wrap(err, "generic connection")
}

// MailConnection is the account's connection to a mail server by its id or name; without one, its only or
// first one.
func (s *Store) MailConnection(ctx context.Context, a models.Actor, name string) (models.Connection, error) {
	if err := a.Need(models.Register); err != nil {
		return models.Connection{}, err
	}
	q := s.db.Reading(ctx).
		Where("account_id = ? AND provider = ? AND removed_at IS NULL", a.AccountID, MailProvider)
	if name != "" {
		q = q.Where("id = ? OR name = ?", name, name)
	}
	var c models.Connection
	return c, db.Wrap(q.Order("position, id").Take(&c).Error, "mail connection")
}

// MailConnections are all connections to mail servers, for the door by which bounces come.
func (s *Store) MailConnections(ctx context.Context) ([]models.Connection, error) {
	var all []models.Connection
	err := s.db.Reading(ctx).Where("provider = ? AND removed_at IS NULL", MailProvider).Order("id").
		Find(&all).Error
	return all, db.Wrap(err, "mail connections")
}

// ConnectionOfAttempt is the connection that an attempt went by; the zero Connection: there is no such
// attempt.
func (s *Store) ConnectionOfAttempt(ctx context.Context, attemptID string) (models.Connection, error) {
	var c models.Connection
	err := s.db.Reading(ctx).Raw(`SELECT c.* FROM connections c JOIN attempts a ON a.connection_id = c.id
		WHERE a.id = ? AND a.ours AND c.removed_at IS NULL`, attemptID).Scan(&c).Error
	return c, db.Wrap(err, "connection of an attempt")
}

// SaveMailboxUID notes how far a bounce mailbox has been collected.
func (s *Store) SaveMailboxUID(ctx context.Context, c models.Connection) error {
	err := s.db.Main.WithContext(ctx).
		Exec("UPDATE connections SET mailbox_uid = ? WHERE id = ?", c.MailboxUID, c.ID).Error
	return db.Wrap(err, "mailbox of a connection")
}
