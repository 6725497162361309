package models

import (
	"os"
	"slices"
	"testing"
)

// The page of the evidence says what the dictionary says. UPDATE_REASONS=1 writes it anew.
func TestReasonsPage(t *testing.T) {
	const page = "../REASONS.md"
	if os.Getenv("UPDATE_REASONS") != "" {
		if err := os.WriteFile(page, []byte(ReasonsPage()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	has, err := os.ReadFile(page)
	if err != nil || string(has) != ReasonsPage() {
		t.Errorf("REASONS.md is not what the dictionary says (write it with UPDATE_REASONS=1): %v", err)
	}
}

// Each example of the page is recognised by the pattern beside it, or by one of the same entry; where an
// earlier entry has words that stand in it too, that one is among what speaks.
func TestReasonPageExamples(t *testing.T) {
	book := reasonBook()
	rows, shadowed := 0, 0
	for _, entry := range book.entries {
		if entry.Channel != Email {
			continue
		}
		for _, row := range evidenceRows(book, entry) {
			rows++
			clues := Weigh(Evidence{Channel: Email, Text: row.example}).Clues
			same := func(c Clue) bool { return c.Reason == entry.ID }
			if !slices.ContainsFunc(clues, func(c Clue) bool { return c.Kind == row.kind }) {
				t.Errorf("%s: %q is not recognised in %q: %+v", entry.ID, row.pattern, row.example, clues)
			} else if !slices.ContainsFunc(clues, same) {
				shadowed++
				t.Logf("%s: %q speaks for %s", entry.ID, row.example, clues[0].Reason)
			}
		}
	}
	if rows < 500 || shadowed > rows/20 {
		t.Errorf("%d examples, %d of them speak for another entry", rows, shadowed)
	}
}

// Neighbours of what the field sent: each reply gets its reason, and opts out only where the address is
// certainly wrong.
func TestReasonNeighbours(t *testing.T) {
	for reply, want := range map[string]string{
		"550 5.7.1 <a@b.example>: Recipient address rejected: Denied by local rules":         "policy",
		"550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual table": "user-unknown",
		"host mx.virusfree.example said: 550 5.1.1 no such user":                             "user-unknown",
		"550 user unknown, see https://blocklist.example/help":                               "user-unknown",
		"550 5.1.1 User unknown (in reply to end of DATA command)":                           "address-doubtful",
		"554 5.7.1 blocked using zen.spamhaus.org":                                           "ip-blocklist",
		"550 5.1.0 something":                           "address-doubtful",
		"550 用户不存在":                                     "user-unknown",
		"552 邮箱已满":                                      "mailbox-full",
		"550 Benutzer unbekannt":                        "user-unknown",
		"550 Utilisateur inconnu":                       "user-unknown",
		"550 Usuario desconocido":                       "user-unknown",
		"550 Usuário não existe":                        "user-unknown",
		"550 Utente sconosciuto":                        "user-unknown",
		"550 Gebruiker onbekend":                        "user-unknown",
		"550 Nieznany użytkownik":                       "user-unknown",
		"550 Пользователь не найден":                    "user-unknown",
		"550 宛先不明":                                      "user-unknown",
		"552 メールボックスがいっぱいです":                            "mailbox-full",
		"550 존재하지 않는 사용자":                               "user-unknown",
		"552 Postfach ist voll":                         "mailbox-full",
		"452 Casella piena":                             "mailbox-full",
		"550 The account of this user has been blocked": "mailbox-inactive",
		"550 The account or domain may not exist, they may be blacklisted": "other-permanent",
		"501 5.5.2 Invalid HELO name":                                      "protocol-error",
	} {
		if got := MatchReason(Evidence{Channel: Email, Text: reply, Returned: true}); got.ID != want {
			t.Errorf("%s: %s, want %s", reply, got.ID, want)
		}
	}
}
