package delivery_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"undelivered/delivery"
	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// called is a business's own system: it checks each signature, and keeps the types it was told.
type called struct {
	t      *testing.T
	secret string
	answer int
	types  []string
	bodies string
}

func (c *called) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	key, bad := base64.StdEncoding.DecodeString(strings.TrimPrefix(c.secret, "whsec_"))
	if err != nil || bad != nil {
		c.t.Errorf("body %v, secret %v", err, bad)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(
		[]byte(r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)),
	)
	if got := r.Header.Get("webhook-signature"); got != "v1,"+base64.StdEncoding.EncodeToString(
		mac.Sum(nil),
	) {
		c.t.Errorf("the signature is %q", got)
	}
	var told struct{ Type string }
	if err := json.Unmarshal(body, &told); err != nil {
		c.t.Error(err)
	}
	c.types, c.bodies = append(c.types, told.Type), c.bodies+string(body)
	if c.answer == http.StatusFound {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(c.answer)
}

// Each change is told once, signed, with no name and no address in it; what was not taken is told later, and
// a redirect is not followed.
func TestCallbacksAreTold(t *testing.T) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		system := &called{t: t, answer: http.StatusFound}
		server := httptest.NewServer(system)
		defer server.Close()
		key := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: cast.Account.ID}
		_, secret, err := s.Callback.SetCallbacks(t.Context(), key,
			callback.CallbackAsk{URL: server.URL, Inner: true})
		if err != nil {
			t.Fatal(err)
		}
		system.secret = secret
		modelstest.Keep(t, s, cast.Mail, models.Event{Type: models.EventType(models.HardBounce),
			Channel: models.Email, Reason: "user-unknown", Recipient: "jane@x.example",
			OccurredAt: clock.Now(), DedupeKey: "e1", Raw: []byte("{}")})
		w := &delivery.Caller{Store: s, Log: slog.New(slog.DiscardHandler), Way: wire.Anywhere()}
		round := func(want ...string) {
			t.Helper()
			if err := w.Work(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if slices.Sort(system.types); !slices.Equal(system.types, want) {
				t.Fatalf("told %v, not %v", system.types, want)
			}
			system.types = nil
		}
		if err := w.Work(t.Context(), nil); err != nil || len(system.types) != 1 {
			t.Fatalf("told %v while the system answers 302, %v", system.types, err)
		}
		system.types, system.answer = nil, http.StatusNoContent
		clock.Turn(time.Minute)
		round("address.opted_out", "notification.undelivered")
		clock.Turn(48 * time.Hour)
		round()
		if strings.Contains(system.bodies, "jane") {
			t.Errorf("an address was told: %s", system.bodies)
		}
		if _, _, err := s.Callback.SetCallbacks(t.Context(), key, callback.CallbackAsk{}); err != nil {
			t.Fatal(err)
		}
	})
}

// Nothing inside is called: not by its number, and not by a name that leads there. Persons cannot set
// callbacks.
func TestCallbacksStayOutside(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast := modelstest.NewCast(t, s)
		key := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: cast.Account.ID}
		for _, address := range []string{"http://system.example/", "https://127.0.0.1/", "https://10.1.2.3/",
			"https://169.254.169.254/latest", "https://[::1]/",
			"https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://100.64.1.1/",
			"https://localhost/", "https://user:word@system.example/", "system.example"} {
			if _, _, err := s.Callback.SetCallbacks(t.Context(), key,
				callback.CallbackAsk{URL: address}); err == nil {
				t.Errorf("%s may be called", address)
			}
		}
		system := &called{t: t, answer: http.StatusNoContent}
		server := httptest.NewServer(system)
		defer server.Close()
		if _, _, err := s.Callback.SetCallbacks(t.Context(), key,
			callback.CallbackAsk{URL: strings.Replace(server.URL, "127.0.0.1", "localhost", 1),
				Inner: true}); err != nil {
			t.Fatal(err)
		}
		modelstest.Keep(t, s, cast.Mail,
			modelstest.Event(models.Email, "jane@x.example", models.EventType(models.HardBounce)))
		w := &delivery.Caller{Store: s, Log: slog.New(slog.DiscardHandler)}
		if err := w.Work(t.Context(), nil); err != nil || len(system.types) != 0 {
			t.Errorf("an inner system was told %v, %v", system.types, err)
		}
	})
}
