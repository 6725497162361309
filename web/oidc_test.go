package web_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"undelivered/handlers"
)

// issuer plays an organisation's sign-in that vouches for whoever the test names.
type issuer struct {
	t      *testing.T
	server *httptest.Server
	key    *rsa.PrivateKey
	claims map[string]any // over the right ones
	nonce  string
	named  map[string]string // over what its description names
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		description := map[string]any{"issuer": i.server.URL,
			"authorization_endpoint":                i.server.URL + "/auth",
			"token_endpoint":                        i.server.URL + "/token",
			"jwks_uri":                              i.server.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"}}
		for name, address := range i.named {
			description[name] = address
		}
		i.say(w, description)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.say(w, map[string]any{
			"keys": []any{map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
				"n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}},
		})
	})
	mux.HandleFunc("/auth", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		i.nonce = q.Get("nonce")
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c&state="+url.QueryEscape(q.Get("state")),
			http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code_verifier") == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		i.say(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": i.token()})
	})
	i.server = httptest.NewServer(mux)
	t.Cleanup(i.server.Close)
	return i
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func (i *issuer) say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		i.t.Error(err)
	}
}

func (i *issuer) token() string {
	claims := map[string]any{"iss": i.server.URL, "aud": "us", "sub": "1",
		"exp": time.Now().Add(time.Minute).Unix(), "iat": time.Now().Unix(),
		"nonce": i.nonce, "email": "ada@harbour.example", "email_verified": true}
	for name, value := range i.claims {
		claims[name] = value
	}
	body, err := json.Marshal(claims)
	if err != nil {
		i.t.Error(err)
	}
	signed := b64([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, sum[:])
	if err != nil {
		i.t.Error(err)
	}
	return signed + "." + b64(signature)
}

// Whoever the organisation vouches for is signed in, when they are known here; every altered claim is
// refused.
func TestSingleSignOn(t *testing.T) {
	for name, c := range map[string]struct {
		claims map[string]any
		in     bool
	}{
		"vouched for":    {nil, true},
		"unknown here":   {map[string]any{"email": "new@harbour.example"}, false},
		"not verified":   {map[string]any{"email_verified": false}, false},
		"other audience": {map[string]any{"aud": "them"}, false},
		"other issuer":   {map[string]any{"iss": "https://evil.example"}, false},
		"too old":        {map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}, false},
		"other nonce":    {map[string]any{"nonce": "x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			organisation := newIssuer(t)
			organisation.claims = c.claims
			s.h.BaseURL = s.server.URL
			s.h.SSO = &handlers.SingleSignOn{Issuer: organisation.server.URL, ClientID: "us",
				ClientSecret: "secret"}
			b := s.browser()
			b.Try("/sign-in/oidc")
			if in := b.Cookie("undelivered") != ""; in != c.in {
				t.Fatalf("signed in: %v", in)
			}
		})
	}
}

// Coming back without having left, or with somebody else's state, signs nobody in.
func TestSingleSignOnState(t *testing.T) {
	s := open(t)
	organisation := newIssuer(t)
	s.h.BaseURL = s.server.URL
	s.h.SSO = &handlers.SingleSignOn{Issuer: organisation.server.URL, ClientID: "us", ClientSecret: "secret"}
	b := s.browser()
	b.Try("/sign-in/oidc/callback?code=c&state=x").Says("did not work")
	b.Try("/sign-in/oidc/callback?code=c&state=").Says("did not work")
	if b.Cookie("undelivered") != "" {
		t.Fatal("signed in")
	}
}
