package people

import (
	"context"
	"slices"
	"strings"
	"time"

	"undelivered/models"
)

// KeyRights are what an API key may be given: to read, to work as a manager does, and to register what was
// sent.
var KeyRights = []models.Right{models.See, models.Work, models.Register}

// longestKey is how far ahead a key may end.
const longestKey = 3 * 366 * 24 * time.Hour

// NewKey is what is asked to make an API key.
type NewKey struct {
	Name   string
	Rights []models.Right // none: all of KeyRights
	EndsAt *time.Time     // nil: it has no end
}

// AddAPIKey makes an API key with the rights that it needs and an end, and returns it with its token, shown
// once.
func (s *Store) AddAPIKey(ctx context.Context, a models.Actor, n NewKey) (Key, string, error) {
	bad := models.Invalid{}
	for _, r := range n.Rights {
		if !slices.Contains(KeyRights, r) {
			bad["rights"] = models.Problem{Key: "error.choice"}
		}
	}
	if end := n.EndsAt; end != nil && (!end.After(s.db.Now()) || end.Sub(s.db.Now()) > longestKey) {
		bad["ends"] = models.Problem{Key: "error.key_end"}
	}
	if CleanName(n.Name) == "" {
		bad["name"] = models.Problem{Key: "error.name_missing"}
	}
	if err := bad.Err(); err != nil {
		return Key{}, "", err
	}
	return s.addKey(ctx, a, Key{Kind: KeyAPI, Name: n.Name, Rights: wordsOf(n.Rights), EndsAt: n.EndsAt}, nil)
}

func wordsOf(rights []models.Right) string {
	if len(rights) == 0 {
		rights = KeyRights
	}
	var words []string
	for _, r := range KeyRights {
		if slices.Contains(rights, r) {
			words = append(words, string(r))
		}
	}
	return strings.Join(words, " ")
}

// May are the rights of the key.
func (k Key) May() []models.Right {
	rights := []models.Right{}
	for _, word := range strings.Fields(k.Rights) {
		rights = append(rights, models.Right(word))
	}
	return rights
}
