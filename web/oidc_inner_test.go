package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"undelivered/handlers"
)

// The organisation's sign-in is where the operator says, inside too; a host inside that its description names
// in turn is not asked, and nobody is signed in.
func TestSingleSignOnNamesAnInnerHost(t *testing.T) {
	for _, what := range []string{"token_endpoint", "jwks_uri"} {
		t.Run(what, func(t *testing.T) {
			s := open(t)
			var asked atomic.Int64
			inner := httptest.NewServer(
				http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked.Add(1) }),
			)
			defer inner.Close()
			organisation := newIssuer(t)
			organisation.named = map[string]string{
				what: strings.Replace(inner.URL, "127.0.0.1", "localhost", 1) + "/latest/meta-data",
			}
			s.h.BaseURL = s.server.URL
			s.h.SSO = &handlers.SingleSignOn{Issuer: organisation.server.URL, ClientID: "us",
				ClientSecret: "secret"}
			b := s.browser()
			b.Try("/sign-in/oidc")
			if b.Cookie("undelivered") != "" || asked.Load() != 0 {
				t.Errorf("signed in: %v; the inner host was asked %d times", b.Cookie("undelivered") != "",
					asked.Load())
			}
		})
	}
}
