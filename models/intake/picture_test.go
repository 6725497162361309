package intake

import (
	"fmt"
	"slices"
	"testing"
)

// known is what the tables say, without ids and numbers that differ from run to run.
var known = []string{
	"SELECT state, type, recipient, dedupe_key, probable, error, CASE WHEN notification_id = '' THEN '' " +
		"ELSE 'matched' END AS m FROM events",
	`SELECT n.ref, n.origin, n.state, n.status, n.reason, n.tries, n.decided_at, n.first_failed_at,
		n.returned, c.name, n.title FROM notifications n
		JOIN customers c ON c.account_id = n.account_id AND c.id = n.customer_id`,
	"SELECT recipient, number, own_state, outcome, status, reason, decided_at, provider_message_id FROM " +
		"attempts",
	`SELECT channel, status, reason, state, failed_at, day, title, customer_name, recipient, domain, tries,
		returned, new_address, suggestion, ready, search,
		left_at, left_why FROM undelivered`,
	"SELECT value, normal, soft_failures, soft_since, failed_at, delivered_at FROM addresses",
	"SELECT name, ref, LENGTH(search) FROM customers",
	"SELECT a.normal, ca.main, ca.removed_at FROM customer_addresses ca JOIN addresses a ON a.account_id = " +
		"ca.account_id AND a.id = ca.address_id",
	`SELECT a.normal, o.cause, o.occurred_at, o.lifted_at, o.lift_reason FROM opt_outs o
		JOIN addresses a ON a.account_id = o.account_id AND a.id = o.address_id`,
	"SELECT normal, kind, listed_at, times, cleared_at FROM suppressions",
	"SELECT day, channel, status, open, total, waiting, cleared FROM undelivered_daily WHERE total <> 0",
	"SELECT facet, day, value, channel, status, open, fixed FROM facet_daily WHERE open <> 0 OR fixed <> 0",
	"SELECT day, channel, kind, domain, sent, delivered FROM sent_daily WHERE sent <> 0",
}

// picture is all that the tables say, line by line.
func (d *desk) picture() (lines []string) {
	d.Helper()
	for _, sql := range known {
		rows, err := d.db.Main.Raw(sql).Rows()
		must(d, err)
		columns, err := rows.Columns()
		must(d, err)
		for rows.Next() {
			values, at := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				at[i] = &values[i]
			}
			must(d, rows.Scan(at...))
			lines = append(lines, fmt.Sprint(sql[:30], values))
		}
		must(d, rows.Close())
	}
	slices.Sort(lines)
	return lines
}

func wantSame(t *testing.T, together, single []string) {
	t.Helper()
	if slices.Equal(together, single) {
		return
	}
	for _, line := range together {
		if !slices.Contains(single, line) {
			t.Errorf("together:   %s", line)
		}
	}
	for _, line := range single {
		if !slices.Contains(together, line) {
			t.Errorf("one by one: %s", line)
		}
	}
	t.FailNow()
}
