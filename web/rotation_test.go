package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/people"
	"undelivered/web"
)

// An owner renews the address of a connection: the page shows both and until when the old one is good, and a
// press ends it. A secret that is changed is taken beside the new one as well. Each act is in the log.
func TestRenewConnectionOnPage(t *testing.T) {
	s := open(t)
	s.connects(200)
	ada := s.as("ada@harbour.example")
	p := ada.Open("/settings/connections/new?provider=sparkpost").
		Submit("Connect", url.Values{"name": {"Post"}, "set.api_key": {"k"},
			"set.from": {"a@harbour.example"}})
	page := p.URL.Path
	before, password := p.Text("dd.addr"), p.Attr("[name='set.webhook_password']", "value")
	p = p.Follow("New address…").Says("and its password, are good for seven more days").
		Submit("Make a new address", nil)
	p.Says("What was good before is still taken").Says("Reports signed with the secret before")
	if old := p.Text("#old-address"); old != before || p.Text("dd.addr") == before {
		t.Errorf("the old address is shown as %q, was %q; the new one is %q", old, before, p.Text("dd.addr"))
	}
	if now := p.Attr("[name='set.webhook_password']", "value"); now == password || len(now) < 20 {
		t.Errorf("the password is %q still", now)
	}
	p.Submit("End the old ones now", nil).Silent("What was good before")
	p = ada.Open(page).Submit("Save", url.Values{"set.webhook_password": {"chosen by the owner"}})
	p.Says("Saved.").Says("Reports signed with the secret before").Silent("The address before")
	ada.Open("/activity").Says("Connection got a new address").Says("old address and secrets ended")
	if p := s.as("vera@harbour.example").Try(page + "/renew/confirm"); p.Status != http.StatusForbidden {
		t.Errorf("a viewer: %d", p.Status)
	}
}

// The secret of callbacks is renewed by the owner on the page, who sees the new one once, and by the
// business's own system.
func TestRenewCallbackSecret(t *testing.T) {
	s := open(t)
	_, key, err := s.store.People.AddAPIKey(t.Context(), s.ada, people.NewKey{Name: "Till"})
	if err != nil {
		t.Fatal(err)
	}
	ada := s.as("ada@harbour.example")
	ada.Open("/settings/keys").Silent("Callbacks to your own system")
	first := s.callbacks(key, `{"url":"https://system.example/hook"}`, http.StatusOK)
	p := ada.Open("/settings/keys").Says("https://system.example/hook").Says("one secret").
		Submit("Make a new secret", nil)
	second := p.Text("#new-secret")
	if second == first["secret"] || !strings.HasPrefix(second, "whsec_") {
		t.Fatalf("the new secret is %q", second)
	}
	p.Says("two secrets; the one before ends")
	ada.Open("/settings/keys").Silent(second).Submit("End the old secret now", nil).Says("one secret")
	third := s.callbacks(key, `{"renew_secret":true}`, http.StatusOK)
	if third["secret"] == second || third["old_secret_until"] == nil ||
		third["url"] != "https://system.example/hook" {
		t.Errorf("renewed: %v", third)
	}
	if ended := s.callbacks(key, `{"end_old_secret":true}`,
		http.StatusOK); ended["old_secret_until"] != nil ||
		ended["secret"] != nil {
		t.Errorf("ended: %v", ended)
	}
	s.callbacks(key, `{"renew_secret":true,"url":"https://other.example/"}`, http.StatusUnprocessableEntity)
	s.callbacks(key, `{"renew_secret":true,"end_old_secret":true}`, http.StatusUnprocessableEntity)
	ada.Open("/activity").Says("New secret for callbacks").Says("Old secret of callbacks ended")
	if _, _, err := s.store.Callback.SetCallbacks(t.Context(), s.byKey(),
		callback.CallbackAsk{}); err != nil {
		t.Fatal(err)
	}
	s.callbacks(key, `{"renew_secret":true}`, http.StatusNotFound)
}

func (s *site) byKey() models.Actor {
	return models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: s.ada.AccountID}
}

// callbacks posts to the callbacks of the API.
func (s *site) callbacks(key, body string, want int) map[string]any {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/callbacks", strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	web.New(s.h, web.Options{}).ServeHTTP(w, r)
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != want {
		s.t.Fatalf("%s: %d, want %d: %s", body, w.Code, want, w.Body)
	}
	return answer
}
