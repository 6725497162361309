package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"undelivered/models/people"
	"undelivered/web"
)

// All that the description of the API promises exists.
func TestOpenAPIPromisesOnlyWhatExists(t *testing.T) {
	routes := web.Routes(open(t).h)
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			if !slices.ContainsFunc(routes,
				func(r web.Route) bool { return r.Method == method && with(r.Path, "{id}") == path }) {
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
		"title":"Reminder","customer":{"ref":"c","name":"Jane Doe","phone":"07700 900018"}}`)); status != http.StatusCreated {
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
	got := change(http.MethodPatch, "/api/v1/customers/ref:c", `{"zone":"Asia/Tokyo","locale":"ja-JP"}`,
		http.StatusOK)
	if got.Zone != "Asia/Tokyo" || got.Locale != "ja-JP" || got.Email != "jane@example.com" ||
		got.Phone != "+447700900018" ||
		got.Name != "Jane Doe" {
		t.Errorf("%+v", got)
	}
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"zone":"Mars/Olympus"}`,
		http.StatusUnprocessableEntity)
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"locale":"?"}`, http.StatusUnprocessableEntity)
	change(http.MethodPatch, "/api/v1/customers/ref:c", `{"name":"Jane","version":1}`, http.StatusConflict)
	got = change(http.MethodPost, "/api/v1/customers/ref:c/opt-out", `{"channel":"email","note":"by letter"}`,
		http.StatusOK)
	for _, a := range got.Addresses {
		if (a.State == "opted_out") != (a.Channel == "email") {
			t.Errorf("%+v", got.Addresses)
		}
	}
	change(http.MethodPost, "/api/v1/customers/ref:c/opt-out", `{"channel":"fax"}`,
		http.StatusUnprocessableEntity)
	change(http.MethodPost, "/api/v1/customers/ref:nobody/opt-out", `{"channel":"email"}`,
		http.StatusNotFound)
}

// A program whose resend is refused hears why in words, and by codes that it can compare.
func TestAPIRefusalSaysWhy(t *testing.T) {
	s := open(t)
	p := s.program()
	for path, text := range map[string]string{
		"/api/v1/notifications": `{"ref":"n","channel":"email","to":"jane@example.com","title":"Reminder","customer":{"ref":"c","name":"Jane Doe"}}`,
		"/api/v1/events":        `{"id":"e","notification_ref":"n","to":"jane@example.com","type":"hard_bounce"}`,
	} {
		if status, body := p.ask(http.MethodPost, path, []byte(text)); status >= 300 {
			t.Fatalf("%d %s", status, body)
		}
	}
	if err := s.store.Intake.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	status, body := p.ask(http.MethodPost, "/api/v1/notifications/ref:n/resend", nil)
	var said struct {
		Type, Detail string
		Values       map[string]string
	}
	if err := json.Unmarshal(body, &said); err != nil {
		t.Fatal(err)
	}
	if status != http.StatusConflict || said.Type != "urn:undelivered:refused:opted_out" ||
		said.Values["cause"] != "hard_bounce" ||
		said.Detail != "jane@example.com is opted out: hard bounce." {
		t.Errorf("%d %s", status, body)
	}
}

// Bodies are bounded, each as the API says, and two objects in a row are no JSON.
func TestAPIBodyLimits(t *testing.T) {
	p := open(t).program()
	one := func(text int) string {
		return `{"channel":"email","to":"jane@example.com","title":"Reminder","text":"` + strings.Repeat("a",
			text) + `"}`
	}
	for name, ask := range map[string]struct {
		path, body string
		want       int
	}{
		"an array of large ones": {"/api/v1/notifications", "[" + one(900<<10) + "," + one(900<<10) + "]",
			http.StatusCreated},
		"one that is too large": {"/api/v1/notifications", "[" + one(10) + "," + one(1<<20) + "]",
			http.StatusRequestEntityTooLarge},
		"two objects in a row": {"/api/v1/notifications", one(10) + "," + one(10), http.StatusBadRequest},
		"a large act": {"/api/v1/notifications/x/clear",
			`{"note":"` + strings.Repeat("a", 1<<20) + `"}`, http.StatusRequestEntityTooLarge},
		"a notification after all": {"/api/v1/notifications", one(10), http.StatusCreated},
	} {
		if status, body := p.ask(http.MethodPost, ask.path, []byte(ask.body)); status != ask.want {
			t.Errorf("%s: %d, want %d: %.200s", name, status, ask.want, body)
		}
	}
}

// A browser or a proxy that has the number already gets no body, however it names what it has.
func TestWidgetIsNotSentTwice(t *testing.T) {
	s := open(t)
	_, token, err := s.store.People.AddKey(t.Context(), s.ada, people.KeyWidget, "Desk", nil)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(tag string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/w/"+token+".json", nil)
		r.Header.Set("If-None-Match", tag)
		w := httptest.NewRecorder()
		web.New(s.h, web.Options{Unlimited: true}).ServeHTTP(w, r)
		return w
	}
	first := ask(`"other"`)
	tag := first.Header().Get("ETag")
	if first.Code != http.StatusOK || tag == "" ||
		first.Header().Get("Cache-Control") != "private, max-age=60" {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	for _, known := range []string{tag, `"x", ` + tag, strings.TrimPrefix(tag, "W/"), "*"} {
		if w := ask(known); w.Code != http.StatusNotModified || w.Body.Len() > 0 ||
			w.Header().Get("ETag") != tag {
			t.Errorf("%s: %d with %d bytes", known, w.Code, w.Body.Len())
		}
	}
}
