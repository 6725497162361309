package store

import (
	"context"

	"undelivered/models/customer"
	"undelivered/models/internal/db"
)

// DeleteExpired removes what is kept no longer (RULES.md, Keeping): contents and raw bodies after ninety
// days, notifications after four hundred, expired sessions and links, callbacks that were given up after
// thirty days, the marks of forms after a week, and files of corrections after a day.
func (s *Store) DeleteExpired(ctx context.Context) error {
	now, l := s.db.Now(), s.db.Limits()
	for _, step := range []struct {
		sql    string
		values []any
	}{
		{"DELETE FROM contents WHERE (account_id, notification_id) IN (SELECT account_id, notification_id " +
			"FROM contents WHERE created_at < ? LIMIT ?)",
			[]any{now.Add(-l.KeepContent), customer.ForgetSlice}},
		{"UPDATE events SET raw = NULL WHERE (account_id, id) IN (SELECT account_id, id FROM events WHERE " +
			"received_at < ? AND raw IS NOT NULL LIMIT ?)", []any{now.Add(-l.KeepRaw), customer.ForgetSlice}},
		{"DELETE FROM sessions WHERE token_hash IN (SELECT token_hash FROM sessions WHERE expires_at < ? " +
			"LIMIT ?)", []any{now, customer.ForgetSlice}},
		{"DELETE FROM events WHERE (account_id, id) IN (SELECT account_id, id FROM events WHERE " +
			"received_at < ? AND notification_id = '' LIMIT ?)",
			[]any{now.Add(-l.KeepHistory), customer.ForgetSlice}},
		{"DELETE FROM sign_in_links WHERE token_hash IN (SELECT token_hash FROM sign_in_links WHERE " +
			"expires_at < ? LIMIT ?)", []any{now, customer.ForgetSlice}},
		{"DELETE FROM refusals WHERE connection_id IN (SELECT connection_id FROM refusals WHERE hour < ? " +
			"LIMIT ?) AND hour < ?", []any{now.AddDate(0, 0, -30), customer.ForgetSlice,
			now.AddDate(0, 0, -30)}},
		{"DELETE FROM callbacks WHERE (account_id, id) IN (SELECT account_id, id FROM callbacks WHERE " +
			"due_at IS NULL AND created_at < ? LIMIT ?)",
			[]any{now.AddDate(0, 0, -30), customer.ForgetSlice}},
		{"DELETE FROM import_lines WHERE (account_id, import_id) IN (SELECT account_id, id FROM imports " +
			"WHERE created_at < ? LIMIT ?)", []any{now.AddDate(0, 0, -1), customer.ForgetSlice}},
		{"DELETE FROM imports WHERE (account_id, id) IN (SELECT account_id, id FROM imports WHERE " +
			"created_at < ? LIMIT ?)", []any{now.AddDate(0, 0, -1), customer.ForgetSlice}},
		{"UPDATE connections SET old_token_hash = NULL, old_token_sealed = '', old_token_until = NULL " +
			"WHERE id IN (SELECT id FROM connections WHERE old_token_until <= ? LIMIT ?)",
			[]any{now, customer.ForgetSlice}},
		{"UPDATE connections SET old_settings_sealed = '', old_settings_until = NULL WHERE id IN (SELECT " +
			"id FROM connections WHERE old_settings_until <= ? LIMIT ?)", []any{now, customer.ForgetSlice}},
		{"UPDATE callback_endpoints SET old_secret_sealed = '', old_secret_until = NULL WHERE account_id " +
			"IN (SELECT account_id FROM callback_endpoints WHERE old_secret_until <= ? LIMIT ?)",
			[]any{now, customer.ForgetSlice}},
		{"DELETE FROM requests WHERE (account_id, request_id) IN (SELECT account_id, request_id FROM " +
			"requests WHERE at < ? LIMIT ?)", []any{now.AddDate(0, 0, -7), customer.ForgetSlice}},
	} {
		for {
			done := s.db.Main.WithContext(ctx).Exec(step.sql, step.values...)
			if done.Error != nil {
				return db.Wrap(done.Error, "forgetting")
			}
			if done.RowsAffected < customer.ForgetSlice {
				break
			}
		}
	}
	if err := s.Resend.DropChecks(ctx); err != nil {
		return err
	}
	return s.Customer.ForgetHistory(ctx)
}
