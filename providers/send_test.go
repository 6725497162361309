package providers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"undelivered/models"
	"undelivered/providers/wire"
	"undelivered/providers/wire/wiretest"
)

// Every sender over HTTP makes one request for one recipient, by POST, and our attempt travels with it, so
// that an event can prove a hand-over that we did not see ourselves.
func TestOneRecipient(t *testing.T) {
	n := 0
	for _, p := range All() {
		if p.Send == nil || p.Code == "smtp" || p.Code == "simulator" {
			continue
		}
		n++
		m := letter
		if p.Channels[0] == models.SMS {
			m = text
		}
		m.AttemptID, m.Repeatable, m.CallbackURL = "att_0123456789", "",
			"https://app.example/hooks/"+p.Code+"/token"
		far := wiretest.Says(t, http.StatusOK, "{}")
		p.Send(context.Background(), far.Client, sending, m)
		seen := far.Seen()
		if len(seen) != 1 || seen[0].Method != http.MethodPost {
			t.Errorf("%s: %d requests", p.Code, len(seen))
			continue
		}
		body, err := url.QueryUnescape(seen[0].Body)
		if err != nil {
			body = seen[0].Body
		}
		if strings.Count(body, strings.TrimPrefix(m.To, "+")) != 1 {
			t.Errorf("%s names the recipient otherwise than once: %s", p.Code, body)
		}
		if !strings.Contains(body, m.AttemptID) {
			t.Errorf("%s does not name the attempt: %s", p.Code, body)
		}
		for name := range seen[0].Header {
			if strings.Contains(strings.ToLower(name), "idempotency") {
				t.Errorf("%s sends %s without being given a key", p.Code, name)
			}
		}
	}
	if n < 14 {
		t.Errorf("%d senders, want 14 or more", n)
	}
}

// No sender repeats a hand-over when the line breaks, and each says that the outcome is open.
func TestBrokenLine(t *testing.T) {
	for _, p := range All() {
		if p.Send == nil || p.Code == "smtp" || p.Code == "simulator" {
			continue
		}
		m := letter
		if p.Channels[0] == models.SMS {
			m = text
		}
		far := wiretest.Play(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte(`{"id":"m1","messa`)) // and no more
		})
		if r := p.Send(context.Background(), far.Client, sending, m); r.Outcome != wire.Open ||
			len(far.Seen()) != 1 {
			t.Errorf("%s: %+v after %d requests", p.Code, r, len(far.Seen()))
		}
	}
}
