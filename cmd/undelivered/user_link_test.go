package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Somebody who has lost the password, in a house that sends no mail, gets in with the link that the command
// prints: once, and nobody else's address gets one.
func TestUserLink(t *testing.T) {
	h := newHouse(t)
	var account, person struct{ ID, Link string }
	h.command(&account, "account", "add", "Harbour Dental", "--zone", "Europe/London", "--json")
	h.command(&person, "user", "add", "ada@harbour.example", "--account", account.ID, "--json")
	h.command(&person, "user", "link", "ada@harbour.example", "--json")
	if status, printed := commandLine(t, h.data, "", "", "user", "link", "bob@harbour.example"); status == 0 {
		t.Errorf("a link for nobody: %s", printed)
	}
	h.start("serve")
	page, err := http.Get(person.Link)
	if err != nil || page.StatusCode != http.StatusOK || !strings.Contains(person.Link, h.addr) {
		t.Fatalf("%s: %v %v", person.Link, page, err)
	}
	page.Body.Close()
	form := url.Values{"password": {"a new and long one"}, "again": {"a new and long one"}}
	for _, want := range []string{"/", ""} {
		answer := h.post(person.Link, form)
		if got := answer.Header.Get("Location"); got != want {
			t.Errorf("led to %q, not %q: %s", got, want, answer.Status)
		}
	}
}

// post sends a form as a browser does, and follows nothing.
func (h *house) post(address string, form url.Values) *http.Response {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, address,
		strings.NewReader(form.Encode()))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}
