package models

import "context"

// MailProvider is the provider of connections to a mail server, whose bounces come back as mails.
const MailProvider = "smtp"

// GenericConnection is the one that events of the account's own systems belong to.
func (s *Store) GenericConnection(ctx context.Context, a Actor) (Connection, error) {
	if err := a.need(See); err != nil {
		return Connection{}, err
	}
	var c Connection
	err := s.reading(ctx).Order("created_at").Take(&c, "account_id = ? AND provider = ? AND removed_at IS NULL", a.AccountID, GenericProvider).Error
	return c, found(err, "generic connection")
}

// MailConnection is the account's connection to a mail server by its id or name; without one, its only or first one.
func (s *Store) MailConnection(ctx context.Context, a Actor, name string) (Connection, error) {
	if err := a.need(Register); err != nil {
		return Connection{}, err
	}
	q := s.reading(ctx).Where("account_id = ? AND provider = ? AND removed_at IS NULL", a.AccountID, MailProvider)
	if name != "" {
		q = q.Where("id = ? OR name = ?", name, name)
	}
	var c Connection
	return c, found(q.Order("position, id").Take(&c).Error, "mail connection")
}

// MailConnections are all connections to mail servers, for the door by which bounces come.
func (s *Store) MailConnections(ctx context.Context) ([]Connection, error) {
	var all []Connection
	err := s.reading(ctx).Where("provider = ? AND removed_at IS NULL", MailProvider).Order("id").Find(&all).Error
	return all, found(err, "mail connections")
}

// ConnectionOfAttempt is the connection that an attempt went by; the zero Connection: there is no such attempt.
func (s *Store) ConnectionOfAttempt(ctx context.Context, attemptID string) (Connection, error) {
	var c Connection
	err := s.reading(ctx).Raw(`SELECT c.* FROM connections c JOIN attempts a ON a.connection_id = c.id
		WHERE a.id = ? AND a.ours AND c.removed_at IS NULL`, attemptID).Scan(&c).Error
	return c, found(err, "connection of an attempt")
}

// SaveMailboxUID notes how far a bounce mailbox has been collected.
func (s *Store) SaveMailboxUID(ctx context.Context, c Connection) error {
	err := s.write.WithContext(ctx).Exec("UPDATE connections SET mailbox_uid = ? WHERE id = ?", c.MailboxUID, c.ID).Error
	return found(err, "mailbox of a connection")
}
