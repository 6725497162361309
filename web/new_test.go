package web_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"undelivered/handlers"
	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/store"
	"undelivered/web"
	"undelivered/web/webtest"
)

// A new installation says on its sign-in page how the first person comes in, and no longer once somebody can.
// Lists that have nothing yet say so, and not that nothing was found.
func TestNewInstallationSaysHowToBegin(t *testing.T) {
	store := modelstest.SQLite(t, store.Options{})
	h := &handlers.Handlers{Store: store, BaseURL: "http://undelivered.test",
		Log: slog.New(slog.DiscardHandler)}
	s := &site{t: t, store: store, h: h, server: httptest.NewServer(web.New(h, web.Options{Unlimited: true}))}
	t.Cleanup(s.server.Close)
	webtest.New(t, s.server, knows(web.Routes(h))).Open("/sign-in").Says("Nobody can sign in yet").
		Says("undelivered account add")
	s.user(s.account("Alder Grove School"), "olive@alder.example", "Olive Grove", models.Owner)
	if s.browser().Open("/sign-in").Has(".notice") {
		t.Error("it is no longer new")
	}
	olive := s.as("olive@alder.example")
	olive.Open("/customers").Says("No customers yet")
	olive.Open("/customers?q=zelda").Says("No customer matches")
}
