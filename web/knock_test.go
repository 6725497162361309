package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/providers"
	"undelivered/providers/wire"
	"undelivered/web"
)

// A provider that knocks more often than it may gets the answer that makes it come again, each its own; and a
// body is refused above what the provider's row says.
func TestHookLimitsOfProviders(t *testing.T) {
	s := open(t)
	s.h.Receiver = &delivery.Receiver{Store: s.store, Client: &wire.Client{}, BaseURL: s.h.BaseURL,
		Log: s.h.Log}
	for _, p := range providers.All() {
		if p.Read == nil {
			continue
		}
		site := web.New(s.h, web.Options{})
		knock := func(size int) int {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/"+p.Code+"/nobody",
				strings.NewReader(strings.Repeat(" ", size)))
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			return w.Code
		}
		if p.BodyLimit > 0 {
			if status := knock(int(p.BodyLimit) + 1); status != http.StatusRequestEntityTooLarge {
				t.Errorf("%s: a body above its limit: %d", p.Code, status)
			}
		}
		status := knock(1)
		for range 20_000 { // the allowance grows while a slow machine knocks
			if status = knock(1); status != http.StatusUnauthorized {
				break
			}
		}
		if status != p.Busy {
			t.Errorf("%s: above the rate it gets %d, want %d", p.Code, status, p.Busy)
		}
	}
}

// What is proven is not refused for how often it comes.
func TestHookProvenIsNotRefused(t *testing.T) {
	s := open(t)
	s.h.Receiver = &delivery.Receiver{Store: s.store, Client: &wire.Client{}, BaseURL: s.h.BaseURL,
		Log: s.h.Log}
	_, token, err := s.store.Connection.AddConnection(t.Context(), s.account("Practice"),
		models.Connection{Provider: "brevo", Name: "Brevo", Channels: "email"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	site := web.New(s.h, web.Options{})
	for i := range 1500 {
		body := fmt.Sprintf(`{"event":"opened","email":"c%d@x.example","message-id":"<m%d@x>","ts_event":%d}`,
			i, i, time.Now().Unix())
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/brevo/"+token,
			strings.NewReader(body))
		w := httptest.NewRecorder()
		if site.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatalf("post %d got %d", i, w.Code)
		}
	}
}
