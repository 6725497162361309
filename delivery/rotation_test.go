package delivery

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/connection"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// turned is one account whose clock can be turned, with a connection that proves posts by a key.
type turned struct {
	*testing.T
	s     *store.Store
	cast  *modelstest.Cast
	clock *modelstest.Clock
	r     *Receiver
	posts int
}

func eachTurned(t *testing.T, act func(h *turned)) {
	clock := modelstest.NewClock(time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC))
	modelstest.EachWith(t, store.Options{Now: clock.Now}, func(t *testing.T, s *store.Store) {
		act(&turned{T: t, s: s, cast: modelstest.NewCast(t, s), clock: clock,
			r: &Receiver{Store: s, BaseURL: "https://app.example", Log: modelstest.Log(t)}})
	})
}

func (h *turned) connect(provider string, settings map[string]string) (models.Connection, string) {
	h.Helper()
	c, token, err := h.s.Connection.AddConnection(h.Context(), h.cast.Olga,
		models.Connection{Provider: provider, Name: "Mail", Channels: "email"}, settings)
	if err != nil {
		h.Fatal(err)
	}
	return c, token
}

func (h *turned) now(id string) models.Connection {
	h.Helper()
	c, err := h.s.Connection.Connection(h.Context(), h.cast.Olga, id)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// answers posts a bounce that nobody has reported before, to the address with the token and proven by the
// key.
func (h *turned) answers(want int, token, key, what string) {
	h.Helper()
	h.posts++
	body := mailgunBy(key, h.clock.Now(), fmt.Sprint("t", h.posts),
		bounced(fmt.Sprint("e", h.posts), fmt.Sprintf("c%d@x.example", h.posts)))
	got := h.r.Receive(h.Context(), HookRequest{
		Provider: "mailgun",
		Token:    token,
		Request: wire.Request{Method: http.MethodPost, URL: "/hooks/x/" + token,
			Query: url.Values{}, Header: http.Header{"Content-Type": {"application/json"}},
			Body: []byte(body)},
	}).Status
	if got != want {
		h.Errorf("%s: answered %d, want %d", what, got, want)
	}
}

func (h *turned) good(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// An address that was renewed takes reports beside the new one until the moment that was told, to the second,
// and never after.
func TestAddressRenewed(t *testing.T) {
	eachTurned(t, func(h *turned) {
		c, first := h.connect("mailgun", map[string]string{"signing_key": "k"})
		h.answers(http.StatusOK, first, "k", "before")
		h.good(h.s.Connection.Renew(h.Context(), h.cast.Olga, c.ID, connection.Renewal{}))
		c = h.now(c.ID)
		second, err := h.s.Connection.ConnectionToken(c)
		h.good(err)
		old, err := h.s.Connection.OldToken(c)
		if err != nil || second == first || old != first {
			t.Fatalf("the old address is shown as %q, %v", old, err)
		}
		h.answers(http.StatusOK, first, "k", "the old address")
		h.answers(http.StatusOK, second, "k", "the new address")
		h.clock.Turn(models.AddressOverlap - time.Second)
		h.answers(http.StatusOK, first, "k", "the old address in its last second")
		h.clock.Turn(time.Second)
		h.answers(http.StatusUnauthorized, first, "k", "the old address after its time")
		h.answers(http.StatusOK, second, "k", "the new address")
		if _, err := h.s.Reseal(h.Context(), models.AtCommandLine("")); err != nil {
			t.Fatal(err)
		}
		h.good(h.s.DeleteExpired(h.Context()))
		if now := h.now(c.ID); now.OldTokenHash != nil || now.OldTokenSealed != "" {
			t.Error("the old address is kept after its time")
		}
	})
}

// Whoever ends the old address and secrets ends them for the very next request; a second renewal ends the
// first address.
func TestOldEndedAtOnce(t *testing.T) {
	eachTurned(t, func(h *turned) {
		c, first := h.connect("mailgun", map[string]string{"signing_key": "k"})
		h.good(h.s.Connection.Renew(h.Context(), h.cast.Olga, c.ID,
			connection.Renewal{Made: map[string]string{"signing_key": "k2"}}))
		second, err := h.s.Connection.ConnectionToken(h.now(c.ID))
		h.good(err)
		for _, token := range []string{first, second} {
			h.answers(http.StatusOK, token, "k", "the old key")
			h.answers(http.StatusOK, token, "k2", "the new key")
			h.answers(http.StatusUnauthorized, token, "k3", "no key of ours")
		}
		h.good(h.s.Connection.Renew(h.Context(), h.cast.Olga, c.ID, connection.Renewal{}))
		h.answers(http.StatusUnauthorized, first, "k2", "the first address after the second renewal")
		h.answers(http.StatusOK, second, "k2", "the second address")
		h.good(h.s.Connection.EndOld(h.Context(), h.cast.Olga, c.ID))
		h.answers(http.StatusUnauthorized, second, "k2", "the second address after the press")
		third, err := h.s.Connection.ConnectionToken(h.now(c.ID))
		h.good(err)
		h.answers(http.StatusUnauthorized, third, "k", "the old key after the press")
		h.answers(http.StatusOK, third, "k2", "the present ones")
		for _, who := range []models.Actor{h.cast.Ada, h.cast.Bob} {
			if h.s.Connection.Renew(h.Context(), who, c.ID, connection.Renewal{}) == nil ||
				h.s.Connection.EndOld(h.Context(), who, c.ID) == nil {
				t.Errorf("%s may renew", who.Name)
			}
		}
	})
}

// The secret before a change proves reports until the moment that was told, and a change of the name does not
// prolong it.
func TestSecretChangedWithOverlap(t *testing.T) {
	eachTurned(t, func(h *turned) {
		c, token := h.connect("mailgun", map[string]string{"signing_key": "old"})
		until := h.clock.Now().Add(models.SecretOverlap)
		c.OldSettingsUntil = &until
		h.good(h.s.Connection.ChangeConnection(h.Context(), h.cast.Olga, c,
			map[string]string{"signing_key": "new"}))
		h.answers(http.StatusOK, token, "old", "the old secret")
		h.answers(http.StatusOK, token, "new", "the new secret")
		c = h.now(c.ID)
		c.Name = "Post"
		h.good(h.s.Connection.ChangeConnection(h.Context(), h.cast.Olga, c,
			map[string]string{"signing_key": "new"}))
		h.answers(http.StatusOK, token, "old", "the old secret, after another name")
		h.clock.Turn(models.SecretOverlap)
		h.answers(http.StatusUnauthorized, token, "old", "the old secret after its time")
		h.answers(http.StatusOK, token, "new", "the new secret")
	})
}

// A stronger proof that is insisted on is asked of the secrets from before too.
func TestInsistedOnOldSecrets(t *testing.T) {
	eachTurned(t, func(h *turned) {
		c, _ := h.connect("plivo", map[string]string{"auth_token": "a"})
		h.good(h.s.Connection.Renew(h.Context(), h.cast.Olga, c.ID,
			connection.Renewal{Made: map[string]string{"auth_token": "b"}}))
		h.good(h.s.Connection.Insist(h.Context(), c, "signature_v3"))
		before, some := h.now(c.ID).ByOldSecrets(h.clock.Now())
		settings, err := h.s.Connection.ConnectionSettings(before)
		if !some || err != nil || settings["auth_token"] != "a" || settings["signature_v3"] != "yes" {
			t.Errorf("the settings before are %v, %v, %v", settings, some, err)
		}
	})
}

// Callbacks are signed with the new secret and the one before until the moment that was told, or until that
// one is ended.
func TestCallbackSecretRenewed(t *testing.T) {
	eachTurned(t, func(h *turned) {
		system := &listener{}
		server := httptest.NewServer(system)
		defer server.Close()
		key := models.Actor{Kind: models.APIKey, ID: "key_1", Name: "Till", AccountID: h.cast.Account.ID}
		_, first, err := h.s.Callback.SetCallbacks(h.Context(), key,
			callback.CallbackAsk{URL: server.URL, Inner: true})
		h.good(err)
		w := &Caller{Store: h.s, Log: slog.New(slog.DiscardHandler), Way: wire.Anywhere()}
		told := 0
		signedBy := func(want ...string) {
			t.Helper()
			system.heads, system.bodies, told = nil, nil, told+1
			modelstest.Keep(t, h.s, h.cast.Mail, models.Event{Type: models.EventType(models.HardBounce),
				Channel: models.Email, Reason: "user-unknown", Recipient: fmt.Sprintf("j%d@x.example", told),
				OccurredAt: h.clock.Now(), DedupeKey: fmt.Sprint("c", told), Raw: []byte("{}")})
			h.good(w.Work(h.Context(), nil))
			system.signedBy(t, want)
		}
		signedBy(first)
		e, second, err := h.s.Callback.RenewSecret(h.Context(), h.cast.Olga)
		if err != nil || second == first || !e.OldSecretUntil.Equal(h.clock.Now().Add(models.SecretOverlap)) {
			t.Fatalf("renewed: %v until %v", err, e.OldSecretUntil)
		}
		signedBy(second, first)
		if _, same, err := h.s.Callback.SetCallbacks(h.Context(), key,
			callback.CallbackAsk{URL: server.URL, Inner: true}); err != nil ||
			same != second {
			t.Errorf("set again, the secret is another: %v", err)
		}
		signedBy(second, first)
		h.clock.Turn(models.SecretOverlap)
		signedBy(second)
		_, third, err := h.s.Callback.RenewSecret(h.Context(), key)
		h.good(err)
		signedBy(third, second)
		h.good(h.s.Callback.EndOldSecret(h.Context(), h.cast.Olga))
		signedBy(third)
		for _, who := range []models.Actor{h.cast.Ada, h.cast.Bob} {
			if _, _, err := h.s.Callback.RenewSecret(h.Context(), who); !errors.Is(err,
				models.ErrForbidden) &&
				!errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s renews: %v", who.Name, err)
			}
		}
	})
}

// listener keeps what it is told.
type listener struct {
	heads  []http.Header
	bodies []string
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	l.heads, l.bodies = append(l.heads, r.Header), append(l.bodies, string(body))
	w.WriteHeader(http.StatusNoContent)
}

// signedBy looks whether everything was signed with these secrets, in their order.
func (l *listener) signedBy(t *testing.T, want []string) {
	t.Helper()
	if len(l.heads) == 0 {
		t.Fatal("nothing was told")
	}
	for i, head := range l.heads {
		var all []string
		for _, secret := range want {
			all = append(all, standard(secret, head, l.bodies[i]))
		}
		if got := head.Get("webhook-signature"); got != strings.Join(all, " ") {
			t.Errorf("signed %q, want %d signatures %q", got, len(want), all)
		}
	}
}

// standard is the signature that Standard Webhooks ask for.
func standard(secret string, head http.Header, body string) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(head.Get("webhook-id") + "." + head.Get("webhook-timestamp") + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
