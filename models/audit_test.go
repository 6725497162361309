package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
)

// whole is an account whose log has lines of all kinds: an erasure too, which took the texts of some.
func (p *play) whole() {
	p.Helper()
	n := p.registered("1", atA)
	p.says(n.AttemptID, hard, "user-unknown")
	p.must(p.s.Ledger.AddNote(p.Context(), p.Ada, n.ID, "She rang."))
	p.must(p.s.Customer.EraseCustomer(p.Context(), p.Ada, p.story(n.ID).Customer.ID, 0))
	p.customer(atB)
}

// The log shows whatever was done to it past the program, and names the line: a change, a gap, an exchange,
// an end that was cut off, texts taken out without an erasure, and a change of what an erasure has left.
func TestTamperedLogIsFound(t *testing.T) {
	const erased = "(SELECT MIN(e.seq) FROM audit e WHERE e.account_id = audit.account_id AND e.erased)"
	const last = "(SELECT MAX(e.seq) FROM audit e WHERE e.account_id = audit.account_id)"
	for name, act := range map[string]struct {
		sql  []string
		line string // SQL: the line that is to be named
	}{
		"untouched": {nil, ""},
		"a value":   {[]string{"UPDATE audit SET actor_name = 'Mallory' WHERE seq = 2"}, "2"},
		"a time": {[]string{"UPDATE audit SET at = '2026-01-01 00:00:00+00:00' WHERE seq = 2"},
			"2"},
		"a line deleted": {[]string{"DELETE FROM audit WHERE seq = 2"}, "2"},
		"two exchanged": {[]string{"UPDATE audit SET seq = -2 WHERE seq = 2",
			"UPDATE audit SET seq = 2 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = -2"}, "2"},
		"the end cut off": {[]string{"DELETE FROM audit WHERE seq = " + last},
			"SELECT seq FROM audit_heads"},
		"all cut off":    {[]string{"DELETE FROM audit", "DELETE FROM audit_heads"}, "1"},
		"the head taken": {[]string{"DELETE FROM audit_heads"}, "SELECT MAX(seq) + 1 FROM audit"},
		"texts taken out": {[]string{"UPDATE audit SET object_name = '', before = '', after = '', reason " +
			"= '', salt = '', erased = TRUE WHERE seq = 2"}, "2"},
		"a rest changed": {[]string{"UPDATE audit SET actor_name = 'Mallory' WHERE seq = " + erased},
			"SELECT MIN(seq) FROM audit WHERE erased"},
		"a rest denied": {[]string{"UPDATE audit SET erased = FALSE WHERE seq = " + erased},
			"SELECT MIN(seq) FROM audit WHERE erased"},
		"erasure rewritten": {[]string{"UPDATE audit SET after = '' WHERE action = 'customer.erase'"},
			"SELECT seq FROM audit WHERE action = 'customer.erase'"},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(p *play) {
				p.whole()
				only := " AND account_id = '" + p.Account.ID + "'"
				line := p.lineOf(act.line, only)
				for _, sql := range act.sql {
					p.must(modelstest.Alter(t.Context(), p.s,
						strings.Replace(where(sql), "WHERE ", "WHERE TRUE"+only+" AND ", 1)))
				}
				_, err := p.s.VerifyAudit(t.Context(), p.Account.ID)
				if act.sql == nil {
					p.must(err)
				} else if !errors.Is(err, models.ErrBroken) || line != "" && !strings.HasSuffix(err.Error(),
					"at line "+line) {
					t.Errorf("got %v, want line %s", err, line)
				}
				if _, err := p.s.VerifyAudit(t.Context(), p.Other.ID); err != nil {
					t.Errorf("the other account's log: %v", err)
				}
			})
		})
	}
}

func where(sql string) string {
	if strings.Contains(sql, "WHERE ") {
		return sql
	}
	return sql + " WHERE TRUE"
}

// lineOf is the number of a line that SQL finds, or that is given.
func (p *play) lineOf(sql, only string) string {
	p.Helper()
	if !strings.HasPrefix(sql, "SELECT") {
		return sql
	}
	n, err := modelstest.Number(p.Context(), p.s, where(sql)+only)
	p.must(err)
	return fmt.Sprint(n)
}
