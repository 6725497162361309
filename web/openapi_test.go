package web_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/people"
	"undelivered/static"
	"undelivered/web"
)

var write = flag.Bool("write", false, "write static/openapi.json from openapi.yaml")

func description(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(static.OpenAPISource)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// The description that is served is the one that is written.
func TestOpenAPIIsOneDescription(t *testing.T) {
	written, err := json.Marshal(description(t))
	if err != nil {
		t.Fatal(err)
	}
	if *write {
		if err := os.WriteFile("../static/openapi.json", append(written, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(bytes.TrimSpace(static.OpenAPI), written) {
		t.Error("static/openapi.json is not made from openapi.yaml: go test ./web -run OpenAPI -write")
	}
}

// Every route of the API is described.
func TestOpenAPIDescribesEveryRoute(t *testing.T) {
	doc := description(t)
	param := regexp.MustCompile(`:([^/]+)`)
	for _, r := range web.Routes(open(t).h) {
		if !strings.HasPrefix(r.Path, "/api/v1/") {
			continue
		}
		path := param.ReplaceAllString(r.Path, "{$1}")
		if item := doc.Paths.Value(path); item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is not described", r.Method, path)
		}
	}
}

// program asks the API with a key and holds each answer to the description.
type program struct {
	t      *testing.T
	s      *site
	key    string
	router routers.Router
}

func (s *site) program() program {
	s.t.Helper()
	_, token, err := s.store.People.AddKey(s.t.Context(), s.ada, people.KeyAPI, "Program", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	doc := description(s.t)
	router, err := legacy.NewRouter(doc)
	if err != nil {
		s.t.Fatal(err)
	}
	return program{s.t, s, token, router}
}

// ask sends a request and returns its status and body.
func (p program) ask(method, path string, body []byte) (int, []byte) {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+p.key)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	web.New(p.s.h, web.Options{Unlimited: true}).ServeHTTP(w, r)
	p.holds(r, w.Result())
	return w.Code, w.Body.Bytes()
}

func (p program) holds(r *http.Request, answer *http.Response) {
	p.t.Helper()
	route, params, err := p.router.FindRoute(r)
	if err != nil {
		p.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params,
			Route: route},
		Status: answer.StatusCode, Header: answer.Header,
	}
	if err := openapi3filter.ValidateResponse(p.t.Context(), input.SetBodyBytes(body)); err != nil {
		p.t.Errorf("%s %s (%d): %v", r.Method, r.URL, answer.StatusCode, err)
	}
}

// What the API answers to reading is what its description says, and the count is the number.
func TestOpenAPIHoldsForReading(t *testing.T) {
	s := open(t)
	s.fails(120)
	s.invoice()
	p := s.program()
	var rep struct {
		Items []struct{ ID, Status string }
		Total int
		Next  string
	}
	ids, path := map[string]bool{}, "/api/v1/undelivered?limit=50"
	for {
		rep.Items, rep.Next = nil, ""
		_, body := p.ask(http.MethodGet, path, nil)
		if err := json.Unmarshal(body, &rep); err != nil {
			t.Fatal(err)
		}
		for _, item := range rep.Items {
			ids[item.ID] = true
		}
		if rep.Next == "" {
			break
		}
		path = "/api/v1/undelivered?limit=50&after=" + rep.Next
	}
	var count struct {
		Count    int
		ByStatus map[string]int `json:"by_status"`
	}
	_, body := p.ask(http.MethodGet, "/api/v1/undelivered/count", nil)
	if err := json.Unmarshal(body, &count); err != nil || count.Count != 120 || len(ids) != 120 ||
		rep.Total != 120 {
		t.Errorf("count %d, %d rows, total %d: %v", count.Count, len(ids), rep.Total, err)
	}
	if count.ByStatus["mailbox_error"] != 40 {
		t.Errorf("by status %v", count.ByStatus)
	}
	for id := range ids {
		if status, _ := p.ask(http.MethodGet, "/api/v1/notifications/"+id, nil); status != 200 {
			t.Errorf("%s: %d", id, status)
		}
		break
	}
}

// invoice registers a notification that is due in an hour.
func (s *site) invoice() {
	s.t.Helper()
	due := time.Now().Add(time.Hour)
	_, err := s.store.Intake.Register(
		s.t.Context(),
		s.ada,
		[]intake.Registration{{Ref: "inv-1", Channel: models.Email, To: "priya@example.com",
			Title: "Invoice 1", DueAt: &due, Customer: intake.RegistrationCustomer{Ref: "c-1",
				Name: "Priya Raman"}}},
	)
	if err != nil {
		s.t.Fatal(err)
	}
}

// Each question of the API has its status, and none that the description does not know.
func TestAPIStatuses(t *testing.T) {
	s := open(t)
	s.invoice()
	p := s.program()
	for path, want := range map[string]int{
		"/api/v1/undelivered?status=bounced&q=person1&state=open":    200,
		"/api/v1/undelivered?status=lost":                            422,
		"/api/v1/undelivered?limit=501":                              422,
		"/api/v1/undelivered?from=2026-11-20&to=2026-11-01":          422,
		"/api/v1/undelivered/count?status=mailbox_error&channel=sms": 200,
		"/api/v1/events?limit=3":                                     200,
		"/api/v1/events?since=yesterday":                             422,
		"/api/v1/suppressions":                                       200,
		"/api/v1/customers/ref:c-1":                                  200,
		"/api/v1/customers/ref:nobody":                               404,
		"/api/v1/notifications/ref:inv-1":                            200,
		"/api/v1/notifications/ntf_0":                                404,
		"/api/v1/openapi.json":                                       200,
	} {
		if status, body := p.ask(http.MethodGet, path, nil); status != want {
			t.Errorf("%s: %d, not %d: %s", path, status, want, body)
		}
	}
}

// The events of the API come newest last, each once, also when they are asked for in small parts.
func TestAPIEventsInParts(t *testing.T) {
	s := open(t)
	s.fails(7)
	p := s.program()
	seen, path := map[string]bool{}, "/api/v1/events?limit=3"
	for {
		var answer struct {
			Items []struct{ ID, Type, Provider string }
			Next  string
		}
		_, body := p.ask(http.MethodGet, path, nil)
		if err := json.Unmarshal(body, &answer); err != nil {
			t.Fatal(err)
		}
		for _, e := range answer.Items {
			if seen[e.ID] || e.Provider != "simulator" {
				t.Errorf("event %+v", e)
			}
			seen[e.ID] = true
		}
		if answer.Next == "" {
			break
		}
		path = "/api/v1/events?limit=3&after=" + answer.Next
	}
	if len(seen) != 7 {
		t.Errorf("%d events of 7", len(seen))
	}
}
