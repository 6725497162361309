package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// Somebody who closes the page before the answer comes is no fault, and the log says nothing of one.
func TestGoneClientIsNoFault(t *testing.T) {
	var said bytes.Buffer
	log := slog.New(slog.NewTextHandler(&said, nil))
	s := openWith(t, store.Options{Log: log})
	s.h.Log = log
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{"/agree/some-token", "/w/some-key", "/api/v1/undelivered"} {
		r := httptest.NewRequestWithContext(gone, http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer some-key")
		w := httptest.NewRecorder()
		s.server.Config.Handler.ServeHTTP(w, r)
		if w.Code != 499 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if said.Len() > 0 {
		t.Errorf("the log says\n%s", &said)
	}
}

// A statement that fails is in the log, and the values that it was given are not: they are customers'
// addresses.
func TestLogHasNoValues(t *testing.T) {
	var said bytes.Buffer
	s := openWith(t, store.Options{Log: slog.New(slog.NewTextHandler(&said, nil))})
	err := modelstest.Alter(t.Context(), s.store, "INSERT INTO no_table (email) VALUES (?)",
		"ada@harbour.example")
	if err == nil || !bytes.Contains(said.Bytes(), []byte("SQL executed")) ||
		bytes.Contains(said.Bytes(), []byte("ada@")) {
		t.Errorf("%v\n%s", err, &said)
	}
}
