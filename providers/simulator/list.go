package simulator

import (
	"net/http"
	"strings"
	"time"
)

// Entry is one entry of the simulator's do-not-send list.
type Entry struct {
	Email     string    `json:"email"`
	Kind      string    `json:"origin"`
	Reason    string    `json:"reason,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// list puts the address of an event on the list, unless it is there already.
func (h *house) list(e Event) {
	if _, ok := h.listed[fold(e.To)]; !ok {
		h.listed[fold(e.To)] = Entry{
			Email:     e.To,
			Kind:      e.Suppressed,
			Reason:    e.Detail,
			CreatedAt: e.CreatedAt,
		}
	}
}

var notListed = answer{status: http.StatusNotFound, body: refusal{404, "Suppression not found"}}

// onList answers with one entry of the list.
func (p *Player) onList(secret, address string) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	entry, ok := p.house(secret).listed[fold(address)]
	if !ok {
		return notListed
	}
	return answer{status: http.StatusOK, body: entry}
}

// offList takes an address off the list; complaints only its support can take off.
func (p *Player) offList(secret, address string) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.house(secret)
	entry, ok := h.listed[fold(address)]
	if !ok {
		return notListed
	}
	if entry.Kind == "complaint" {
		return answer{status: http.StatusForbidden, body: refusal{403, onlySupport}}
	}
	delete(h.listed, fold(address))
	h.cleared[fold(address)] = true
	return answer{status: http.StatusOK, body: map[string]any{"email": entry.Email, "deleted": true}}
}

const onlySupport = "only support can remove this"

// ListEntry puts an address on the list of a connection, for the demo's past.
func (p *Player) ListEntry(secret string, entry Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.house(secret).listed[fold(entry.Email)] = entry
}

func fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
