package web_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"undelivered/web"
)

// All that the description of the API promises exists.
func TestOpenAPIPromisesOnlyWhatExists(t *testing.T) {
	routes := web.Routes(open(t).h)
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			if !slices.ContainsFunc(routes, func(r web.Route) bool { return r.Method == method && with(r.Path, "{id}") == path }) {
				t.Errorf("%s %s is described, and there is no such route", method, path)
			}
		}
	}
}

// A program changes what it names and nothing else, hears what is wrong by field, and records an opt-out.
func TestAPIChangesCustomer(t *testing.T) {
	s := open(t)
	p := s.program()
	if status, body := p.ask(http.MethodPost, "/api/v1/notifications", []byte(`{"ref":"n","channel":"email","to":"jane@example.com",
		"title":"Reminder","customer":{"ref":"c","name":"Jane Doe","phone":"020 7946 0018"}}`)); status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	change := func(method, path, text string, want int) (c struct {
		Name, Email, Phone, Zone, Locale string
		Addresses                        []struct{ Channel, State string }
	}) {
		t.Helper()
		status, body := p.ask(method, path, []byte(text))
		if status != want {
			t.Errorf("%s: %d %s", text, status, body)
		}
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	got := change(http.MethodPatch, "/api/v1/customers/ref:c", `{"zone":"Asia/Tokyo","locale":"ja-JP"}`, http.StatusOK)
	if got.Zone != "Asia/Tokyo" || got.Locale != "ja-JP" || got.Email != "jane@example.com" || got.Phone != "+442079460018" || got.Name != "Jane Doe" {
		t.Errorf("%+v", got)
	}
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"zone":"Mars/Olympus"}`, http.StatusUnprocessableEntity)
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"locale":"?"}`, http.StatusUnprocessableEntity)
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"name":"Jane","version":1}`, http.StatusConflict)
	got = change(http.MethodPost, "/api/v1/customers/ref:c/opt-out", `{"channel":"email","note":"by letter"}`, http.StatusOK)
	for _, a := range got.Addresses {
		if (a.State == "opted_out") != (a.Channel == "email") {
			t.Errorf("%+v", got.Addresses)
		}
	}
	change(http.MethodPost, "/api/v1/customers/ref:c/opt-out", `{"channel":"fax"}`, http.StatusUnprocessableEntity)
	change(http.MethodPost, "/api/v1/customers/ref:nobody/opt-out", `{"channel":"email"}`, http.StatusNotFound)
}
