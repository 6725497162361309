package db

import "net/url"

// pooled says whether PostgreSQL is reached through a pooler in transaction mode, such as PgBouncer. The
// address says so by how statements are to be run (default_query_exec_mode=exec): each transaction may have
// another connection, so that nothing may be prepared on one, held by one, or set for one.
func pooled(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	mode := u.Query().Get("default_query_exec_mode")
	return mode == "exec" || mode == "simple_protocol"
}

// askDurable asks for what every transaction must have, where the connection cannot be asked for it once and
// for all.
func (t *Tx) askDurable() error {
	if !t.Database.pooled {
		return nil
	}
	return Wrap(
		t.Exec(
			`SELECT set_config('synchronous_commit', 'on', true), set_config('statement_timeout',
				'`+writeLimit+`', true),
		set_config('TimeZone', 'UTC', true)`,
		).Error,
		"a transaction's settings",
	)
}
