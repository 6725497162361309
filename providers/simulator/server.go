package simulator

import (
	"encoding/json"
	"net/http"
	"sort"
	"strings"
	"time"
)

// Server is the simulator as a provider on the network: the requests that Send and the others speak.
// The signing secret is the login: Authorization: Bearer SECRET.
func Server(p *Player) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /messages", p.serveTake)
	mux.HandleFunc("GET /messages", p.serveTaken)
	mux.HandleFunc("GET /events", p.serveEvents)
	mux.HandleFunc("POST /texts", p.serveText)
	mux.HandleFunc("GET /suppressions", p.serveList)
	mux.HandleFunc("GET /suppressions/{address}", func(w http.ResponseWriter, r *http.Request) {
		p.onList(secretOf(r), r.PathValue("address")).write(w)
	})
	mux.HandleFunc("DELETE /suppressions/{address}", func(w http.ResponseWriter, r *http.Request) {
		p.offList(secretOf(r), r.PathValue("address")).write(w)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if secretOf(r) == "" {
			answer{status: http.StatusUnauthorized, body: refusal{401, "Missing key"}}.write(w)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func secretOf(r *http.Request) string {
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return secret
}

// bodyLimit is the largest message the simulator takes.
const bodyLimit = 4 << 20

func (p *Player) serveTake(w http.ResponseWriter, r *http.Request) {
	var m Message
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit)).Decode(&m); err != nil ||
		m.To == "" {
		answer{status: http.StatusBadRequest, body: refusal{400, "Unreadable message"}}.write(w)
		return
	}
	a := p.take(secretOf(r), r.Header.Get("Idempotency-Key"), m)
	if a.hangUp {
		panic(http.ErrAbortHandler) // the way to cut a line in net/http
	}
	a.write(w)
}

// serveTaken answers with the log of messages, of one attempt when asked so.
func (p *Player) serveTaken(w http.ResponseWriter, r *http.Request) {
	attempt := r.URL.Query().Get("attempt")
	taken := []Taken{}
	for _, t := range p.Taken(secretOf(r)) {
		if attempt == "" || t.Attempt == attempt {
			taken = append(taken, t)
		}
	}
	answer{status: http.StatusOK, body: taken}.write(w)
}

// Taken is the log of the messages taken for a connection, oldest first.
func (p *Player) Taken(secret string) []Taken {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Taken(nil), p.house(secret).taken...)
}

// serveEvents answers with the events of a period.
func (p *Player) serveEvents(w http.ResponseWriter, r *http.Request) {
	from, errFrom := time.Parse(time.RFC3339, r.URL.Query().Get("from"))
	to, errTo := time.Parse(time.RFC3339, r.URL.Query().Get("to"))
	if errFrom != nil || errTo != nil {
		answer{status: http.StatusBadRequest, body: refusal{400, "from and to are times"}}.write(w)
		return
	}
	p.mu.Lock()
	events := []told{}
	for _, t := range p.house(secretOf(r)).events {
		if !t.CreatedAt.Before(from) && !t.CreatedAt.After(to) {
			events = append(events, t)
		}
	}
	p.mu.Unlock()
	answer{status: http.StatusOK, body: events}.write(w)
}

// serveText plays a text of a customer.
func (p *Player) serveText(w http.ResponseWriter, r *http.Request) {
	var t struct {
		From     string `json:"from"`
		To       string `json:"to"`
		Text     string `json:"text"`
		Callback string `json:"callback_url"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, bodyLimit)).Decode(&t); err != nil ||
		t.From == "" {
		answer{status: http.StatusBadRequest, body: refusal{400, "Unreadable text"}}.write(w)
		return
	}
	p.Text(secretOf(r), t.Callback, t.From, t.To, t.Text)
	answer{status: http.StatusAccepted, body: map[string]bool{"queued": true}}.write(w)
}

func (p *Player) serveList(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	entries := []Entry{}
	for _, entry := range p.house(secretOf(r)).listed {
		entries = append(entries, entry)
	}
	p.mu.Unlock()
	sort.Slice(entries, func(a, b int) bool { return entries[a].Email < entries[b].Email })
	answer{status: http.StatusOK, body: entries}.write(w)
}
