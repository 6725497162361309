package handlers

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"undelivered/models"
	"undelivered/models/people"
	"undelivered/providers/wire"
	"undelivered/views"
)

// SingleSignOn is the organisation's own sign-in (OpenID Connect). People are still added here: it only
// vouches.
type SingleSignOn struct {
	Issuer, ClientID, ClientSecret string

	mu       sync.Mutex
	provider *oidc.Provider // asked for at the first use: a start does not wait for somebody else's server
}

const (
	ssoLife  = 10 * time.Minute
	ssoLimit = 10 * time.Second
)

// client asks the organisation's sign-in. Its host is the operator's own, wherever it is; others that it
// names in turn are not.
func (s *SingleSignOn) client(way *wire.Outward) *http.Client {
	if issuer, err := url.Parse(s.Issuer); err == nil {
		way = way.With(issuer.Hostname())
	}
	return &http.Client{Timeout: ssoLimit, Transport: way.Transport()}
}

func (h *Handlers) ssoCookie() string {
	if h.Secure() {
		return "__Host-undelivered-sso"
	}
	return "undelivered-sso"
}

func (s *SingleSignOn) at(ctx context.Context, way *wire.Outward) (*oidc.Provider, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.provider != nil {
		return s.provider, nil
	}
	// The provider keeps its context for later fetches of keys.
	p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), s.client(way)), s.Issuer)
	if err != nil {
		return nil, fmt.Errorf("handlers: single sign-on: %w", err)
	}
	s.provider = p
	return p, nil
}

func (h *Handlers) ssoConfig(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: h.SSO.ClientID, ClientSecret: h.SSO.ClientSecret, Endpoint: p.Endpoint(),
		RedirectURL: h.BaseURL + views.SingleSignOnURL() + "/callback",
		Scopes:      []string{oidc.ScopeOpenID, "email"}}
}

// SingleSignOn leads to the organisation's sign-in. What must come back unchanged is kept in a cookie.
func (h *Handlers) SingleSignOn(c echo.Context) error {
	if h.SSO == nil {
		return models.ErrNotFound
	}
	p, err := h.SSO.at(c.Request().Context(), h.Way)
	if err != nil {
		return err
	}
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	h.setSSOCookie(c, strings.Join([]string{state, nonce, verifier, safeNext(c.QueryParam("next"))}, "|"),
		int(ssoLife/time.Second))
	return c.Redirect(http.StatusSeeOther,
		h.ssoConfig(p).AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)))
}

func (h *Handlers) setSSOCookie(c echo.Context, value string, age int) {
	c.SetCookie(&http.Cookie{Name: h.ssoCookie(), Value: value, Path: "/", MaxAge: age, HttpOnly: true,
		Secure: h.Secure(), SameSite: http.SameSiteLaxMode})
}

// SingleSignOnBack takes in who comes back from the organisation's sign-in.
func (h *Handlers) SingleSignOnBack(c echo.Context) error {
	if h.SSO == nil {
		return models.ErrNotFound
	}
	who, next, err := h.vouched(c)
	if err == nil {
		var u models.User
		var proven bool
		if u, proven, err = h.Store.People.SignInByName(c.Request().Context(), Actor(c), who); err == nil {
			h.setSSOCookie(c, "", -1)
			if err := h.open(c, u, false, proven); err != nil {
				return err
			}
			return h.leave(c, orHome(next))
		}
	}
	h.Log.Warn("single sign-on refused", "error", err, "request", requestID(c))
	page := h.signInPage(c)
	page.Error = "error.sso"
	return h.page(c, http.StatusUnprocessableEntity, views.SignIn(page))
}

// vouched is whom the organisation's sign-in has proven, after every check of the protocol.
func (h *Handlers) vouched(c echo.Context) (who people.Vouched, next string, err error) {
	cookie, err := c.Cookie(h.ssoCookie())
	if err != nil {
		return who, "", errors.New("no sign-in was begun in this browser")
	}
	kept := strings.SplitN(cookie.Value, "|", 4)
	if len(kept) != 4 || subtle.ConstantTimeCompare([]byte(kept[0]), []byte(c.QueryParam("state"))) != 1 {
		return who, "", errors.New("the state is not the one that was sent")
	}
	ctx := oidc.ClientContext(c.Request().Context(), h.SSO.client(h.Way))
	p, err := h.SSO.at(ctx, h.Way)
	if err != nil {
		return who, "", err
	}
	token, err := h.ssoConfig(p).Exchange(ctx, c.QueryParam("code"), oauth2.VerifierOption(kept[2]))
	if err != nil {
		return who, "", fmt.Errorf("handlers: single sign-on: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: h.SSO.ClientID}).Verify(ctx, raw)
	if err != nil {
		return who, "", fmt.Errorf("handlers: single sign-on: %w", err)
	}
	var claims struct {
		Email    string `json:"email"`
		Verified *bool  `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		return who, "", fmt.Errorf("handlers: single sign-on: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(kept[1])) != 1 {
		return who, "", errors.New("the nonce is not the one that was sent")
	}
	if claims.Verified == nil || !*claims.Verified {
		return who, "", errors.New("the organisation has not verified the email")
	}
	return people.Vouched{Issuer: id.Issuer, Subject: id.Subject, Email: claims.Email}, kept[3], nil
}
