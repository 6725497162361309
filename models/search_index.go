package models

import (
	"context"
	"strings"

	"undelivered/migrations"
)

// searchFew is up to how many hits a list is read from the index of the search. Of more, a page is found sooner by
// reading the list in its order until it is full.
const searchFew = 4000

// inIndex are the hits of the index, for SQLite: PostgreSQL's planner knows its own.
const inIndex = "SELECT r.id FROM search_index JOIN search_rows r ON r.n = search_index.rowid WHERE search_index MATCH ? AND r.account_id = ?"

// few is what the index is asked for a search with few hits; empty: it is not asked.
func (s *Store) few(ctx context.Context, account, q string) (string, error) {
	phrase := indexPhrase(q)
	if phrase == "" || s.kind != migrations.SQLite {
		return "", nil
	}
	var n int
	err := s.reading(ctx).Raw("SELECT COUNT(*) FROM ("+inIndex+upTo(searchFew+1)+")", phrase, account).Scan(&n).Error
	if err != nil || n > searchFew {
		return "", found(err, "the index of the search")
	}
	return phrase, nil
}

// indexPhrase are the words of a search that the index knows: those of three characters and more.
func indexPhrase(q string) string {
	var phrases []string
	for _, word := range searchWords(q) {
		if len(word) >= 3 {
			phrases = append(phrases, `"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
		}
	}
	return strings.Join(phrases, " AND ")
}

// findable keeps what a customer is found by: name, reference and all addresses.
func (t *tx) findable(c Customer) error {
	parts := []string{c.Name, c.Ref}
	if c.ErasedAt != nil {
		parts = nil
	}
	var addresses []string
	err := t.Raw(`SELECT a.normal FROM addresses a JOIN customer_addresses ca ON ca.account_id = a.account_id AND ca.address_id = a.id
		WHERE ca.account_id = ? AND ca.customer_id = ? AND a.value <> '' ORDER BY ca.added_at, a.id`, c.AccountID, c.ID).Scan(&addresses).Error
	if err != nil {
		return found(err, "addresses of a customer")
	}
	return found(t.Exec("UPDATE customers SET search = ? WHERE account_id = ? AND id = ?",
		searchText(append(parts, addresses...)...), c.AccountID, c.ID).Error, "what a customer is found by")
}
