package db

import (
	"strings"

	"undelivered/models"
)

// Matching is a condition that a column holds all words of a search.
func (c *Conditions) Matching(column, q string) {
	for _, word := range models.SearchWords(q) {
		c.Add(column+` LIKE ? ESCAPE '\'`, "%"+likeEscaper.Replace(word)+"%")
	}
}

type Conditions struct {
	SQL    []string
	Values []any
}

func (c *Conditions) Add(sql string, values ...any) {
	c.SQL, c.Values = append(c.SQL, sql), append(c.Values, values...)
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
