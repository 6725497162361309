package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"undelivered/models"
)

// house is what the simulator knows of one connection.
type house struct {
	listed  map[string]Entry
	cleared map[string]bool
	taken   []Taken
	repeats map[string]repeat
	events  []told
}

// run is what is being played from one Stop to the next.
type run struct {
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
}

func newRun() *run {
	ctx, stop := context.WithCancel(context.Background())
	return &run{ctx: ctx, stop: stop}
}

// repeat is the answer to a hand-over with an idempotency key.
type repeat struct {
	content string
	answer  answer
}

// told is one event of the log.
type told struct {
	ID string `json:"id"`
	Event
}

// keep is how many messages and events of a connection are remembered.
const keep = 10_000

// house gives what is known of a connection; the lock is held.
func (p *Player) house(secret string) *house {
	h, ok := p.houses[secret]
	if !ok {
		h = &house{listed: map[string]Entry{}, cleared: map[string]bool{}, repeats: map[string]repeat{}}
		p.houses[secret] = h
	}
	return h
}

// steps is the script of a message, changed by what the list says about its address.
func (h *house) steps(m Message) []Step {
	if m.Channel != models.Email {
		return Script(m)
	}
	if entry, ok := h.listed[fold(m.To)]; ok {
		e := dropped
		e.Reason, e.Suppressed = "dropped-"+entry.Kind, entry.Kind
		e.Detail = "the address is on the suppression list (" + entry.Kind + ")"
		return inTurn([]Event{e})
	}
	steps := Script(m)
	if steps[0].Event.Type == dropped.Type && h.cleared[fold(m.To)] {
		return inTurn([]Event{sent, delivered})
	}
	return steps
}

// wait waits, unless the run is stopped first.
func (r *run) wait(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// show is one message's events, to be played.
type show struct {
	secret, id string
	message    Message
	steps      []Step
	factor     float64
}

func (s show) stretch(d time.Duration) time.Duration { return time.Duration(float64(d) * s.factor) }

// recent forgets the older half of a list that has grown too long.
func recent[T any](list []T) []T {
	if len(list) < keep {
		return list
	}
	return append([]T(nil), list[keep/2:]...)
}

func digest(m Message) string {
	// A message is made of texts only, which can always be written.
	raw, _ := json.Marshal(m)
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]) + strconv.Itoa(len(raw))
}
