package db

import (
	"context"
	"strings"

	"undelivered/migrations"
	"undelivered/models"
)

// searchFew is up to how many hits a list is read from the index of the search. Of more, a page is found
// sooner by reading the list in its order until it is full.
const searchFew = 4000

// InIndex are the hits of the index, for SQLite: PostgreSQL's planner knows its own.
const InIndex = "SELECT r.id FROM search_index JOIN search_rows r ON r.n = search_index.rowid WHERE " +
	"search_index MATCH ? AND r.account_id = ?"

// Few is what the index is asked for a search with few hits; empty: it is not asked.
func (s *DB) Few(ctx context.Context, account, q string) (string, error) {
	phrase := indexPhrase(q)
	if phrase == "" || s.Kind != migrations.SQLite {
		return "", nil
	}
	var n int
	err := s.Reading(ctx).Raw("SELECT COUNT(*) FROM ("+InIndex+UpTo(searchFew+1)+")", phrase, account).
		Scan(&n).Error
	if err != nil || n > searchFew {
		return "", Wrap(err, "the index of the search")
	}
	return phrase, nil
}

// indexPhrase are the words of a search that the index knows: those of three characters and more.
func indexPhrase(q string) string {
	var phrases []string
	for _, word := range models.SearchWords(q) {
		if len(word) >= 3 {
			phrases = append(phrases, `"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
		}
	}
	return strings.Join(phrases, " AND ")
}
