package delivery

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/report"
	"undelivered/models/store"
	"undelivered/providers/wire"
)

// house is one database with two instances of the program on it.
type house struct {
	*testing.T
	cast      *modelstest.Cast
	instances [2]*Receiver
	posts     int
}

// inHouses plays an act on each database twice: what changes is changed on the instance that listens, and on
// the other.
func inHouses(t *testing.T, act func(h *house, listens *Receiver, changes *store.Store)) {
	t.Helper()
	for _, by := range []int{0, 1} {
		for name, where := range map[string]func() store.Options{
			"sqlite":   func() store.Options { return store.Options{File: modelstest.SQLiteFile(t)} },
			"postgres": func() store.Options { return store.Options{URL: modelstest.PostgresURL(t)} },
		} {
			if name == "postgres" && testing.Short() {
				continue
			}
			t.Run(fmt.Sprintf("%s changed by %d", name, by), func(t *testing.T) {
				h := newHouse(t, where())
				act(h, h.instances[0], h.instances[by].Store)
			})
		}
	}
}

func newHouse(t *testing.T, o store.Options) *house {
	t.Helper()
	h := &house{T: t}
	for i := range h.instances {
		o.Key = modelstest.Key()
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		h.instances[i] = &Receiver{Store: s, BaseURL: "https://app.example", Log: modelstest.Log(t)}
	}
	h.cast = modelstest.NewCast(t, h.instances[0].Store)
	return h
}

// connect adds a connection whose posts are proven by a key.
func (h *house) connect(key string) (models.Connection, string) {
	h.Helper()
	c, token, err := h.instances[0].Store.Connection.AddConnection(h.Context(),
		models.AtCommandLine(h.cast.Account.ID),
		models.Connection{Provider: "mailgun", Name: "Mail", Channels: "email"},
		map[string]string{"signing_key": key})
	if err != nil {
		h.Fatal(err)
	}
	return c, token
}

// post reports a bounce that nobody has reported before.
func (h *house) post(r *Receiver, token, key string) int {
	h.Helper()
	h.posts++
	body := mailgunBy(key, time.Now(), fmt.Sprint("t", h.posts),
		bounced(fmt.Sprint("e", h.posts), fmt.Sprintf("c%d@x.example", h.posts)))
	return r.Receive(h.Context(), HookRequest{
		Provider: "mailgun",
		Token:    token,
		Request: wire.Request{Method: http.MethodPost, URL: "/hooks/x/" + token,
			Query: url.Values{}, Header: http.Header{"Content-Type": {"application/json"}},
			Body: []byte(body)},
	}).Status
}

func (h *house) kept(c models.Connection) int {
	h.Helper()
	events, _, err := h.instances[0].Store.Report.EventFeed(h.Context(), h.cast.Ada,
		report.FeedQuery{Connection: c.ID})
	if err != nil {
		h.Fatal(err)
	}
	return len(events)
}

func (h *house) answers(want, got int, what string) {
	h.Helper()
	if got != want {
		h.Errorf("%s: answered %d, want %d", what, got, want)
	}
}

// A connection that was removed is refused by the very next request, on whichever instance it was removed,
// and nothing of the request is kept.
func TestKnownRemoved(t *testing.T) {
	inHouses(t, func(h *house, listens *Receiver, changes *store.Store) {
		c, token := h.connect("k3y")
		for range 2 {
			h.answers(http.StatusOK, h.post(listens, token, "k3y"), "before")
		}
		if err := changes.Connection.RemoveConnection(h.Context(), h.cast.Olga, c.ID); err != nil {
			h.Fatal(err)
		}
		for range 2 {
			h.answers(http.StatusUnauthorized, h.post(listens, token, "k3y"), "removed")
		}
		if n := h.kept(c); n != 2 {
			h.Errorf("%d events are kept, want the 2 before the removal", n)
		}
	})
}

// After its secret has changed, a connection takes the very next request that the new one proves and none
// that the old one proves, on whichever instance it was changed; a request that is refused is counted once.
func TestKnownSecretChanged(t *testing.T) {
	inHouses(t, func(h *house, listens *Receiver, changes *store.Store) {
		c, token := h.connect("old")
		h.answers(http.StatusOK, h.post(listens, token, "old"), "before")
		if err := changes.Connection.ChangeConnection(h.Context(), h.cast.Olga, c,
			map[string]string{"signing_key": "new"}); err != nil {
			h.Fatal(err)
		}
		h.answers(http.StatusUnauthorized, h.post(listens, token, "old"), "the old secret")
		h.answers(http.StatusOK, h.post(listens, token, "new"), "the new secret")
		h.answers(http.StatusUnauthorized, h.post(listens, token, "old"), "the old secret again")
		if n := h.kept(c); n != 2 {
			h.Errorf("%d events are kept, want 2", n)
		}
		all, err := changes.Connection.HealthInDetail(h.Context(), h.cast.Ada)
		if err != nil {
			h.Fatal(err)
		}
		for _, health := range all {
			if health.Connection.ID == c.ID && health.RefusedLately() != 2 {
				h.Errorf("%d refused requests are counted, want 2", health.RefusedLately())
			}
		}
	})
}

// A new secret is taken at once also when the old one was never followed by a refusal, and after the secret
// key of the installation was changed, which seals all settings anew, nothing is refused.
func TestKnownSealedAnew(t *testing.T) {
	inHouses(t, func(h *house, listens *Receiver, changes *store.Store) {
		c, token := h.connect("old")
		h.answers(http.StatusOK, h.post(listens, token, "old"), "before")
		if _, err := changes.Reseal(h.Context(), models.AtCommandLine("")); err != nil {
			h.Fatal(err)
		}
		h.answers(http.StatusOK, h.post(listens, token, "old"), "sealed anew")
		if err := changes.Connection.ChangeConnection(h.Context(), h.cast.Olga, c,
			map[string]string{"signing_key": "new"}); err != nil {
			h.Fatal(err)
		}
		h.answers(http.StatusOK, h.post(listens, token, "new"), "the new secret")
		if n := h.kept(c); n != 3 {
			h.Errorf("%d events are kept, want 3", n)
		}
	})
}
