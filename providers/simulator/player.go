package simulator

import (
	"bytes"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"undelivered/models"
)

// Message is one message as the simulator takes it.
type Message struct {
	Channel  models.Channel `json:"channel"`
	To       string         `json:"to"`
	From     string         `json:"from,omitempty"`
	Subject  string         `json:"subject,omitempty"`
	Text     string         `json:"text,omitempty"`
	HTML     string         `json:"html,omitempty"`
	Attempt  string         `json:"attempt,omitempty"`
	Callback string         `json:"callback_url,omitempty"`
}

// Taken is a message in the simulator's log.
type Taken struct {
	ID string `json:"id"`
	At string `json:"at"`
	Message
}

// Player plays the events of the messages it has taken to the webhooks of their connections, in the
// background. A connection is known by its signing secret. All is kept in memory only.
type Player struct {
	client *http.Client

	mu     sync.Mutex
	factor float64
	run    *run
	houses map[string]*house
}

// NewPlayer makes a player. The factor stretches its delays: 1 as in life, 0 at once.
func NewPlayer(factor float64) *Player {
	return &Player{
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 8},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		factor: factor, run: newRun(), houses: map[string]*house{},
	}
}

// Stop ends all that is still to be played, and waits for it to end. What is taken afterwards is played
// again.
func (p *Player) Stop() {
	p.mu.Lock()
	ended := p.run
	p.run = newRun()
	p.mu.Unlock()
	ended.stop()
	ended.work.Wait()
	p.client.CloseIdleConnections()
}

// Pace changes the factor for what is taken from now on.
func (p *Player) Pace(factor float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.factor = factor
}

// take takes one message, or refuses it. A repeated key gives the first answer again, and no second message.
func (p *Player) take(secret, key string, m Message) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.house(secret)
	content := digest(m)
	if before, ok := h.repeats[key]; ok && key != "" {
		if before.content != content {
			return answer{
				status: http.StatusConflict,
				body:   refusal{409, "The key was used with other content"},
			}
		}
		return before.answer
	}
	if a, no := refused(m); no {
		return a
	}
	id := "sim_" + rand.Text()
	a := answer{status: http.StatusOK, body: map[string]string{"id": id}}
	h.taken = append(recent(h.taken),
		Taken{ID: id, At: time.Now().UTC().Format(time.RFC3339Nano), Message: m})
	if key != "" {
		h.repeats[key] = repeat{content: content, answer: a}
	}
	a.hangUp = localPart(m.To) == "hangup"
	p.run.work.Add(1)
	go p.play(p.run, show{secret, id, m, h.steps(m), p.factor})
	return a
}

// play tells the webhook of the message's events, one after the other, each when its time has come.
func (p *Player) play(r *run, s show) {
	defer r.work.Done()
	accepted := time.Now().UTC()
	for _, step := range s.steps {
		if !r.wait(s.stretch(step.After) - time.Since(accepted)) {
			return
		}
		e := step.Event
		e.MessageID, e.Attempt, e.Channel, e.To = s.id, s.message.Attempt, s.message.Channel, s.message.To
		n := time.Duration(step.Number)
		e.CreatedAt = accepted.Add(s.stretch(n*time.Second) + n*time.Millisecond)
		p.tell(r, s.secret, s.message.Callback, told{eventID(s.id, step.Number), e})
	}
}

// tell keeps one event and posts it until it is taken or the tries are used up.
func (p *Player) tell(r *run, secret, callback string, t told) {
	p.mu.Lock()
	h := p.house(secret)
	h.events = append(recent(h.events), t)
	if t.Suppressed != "" && t.Type != models.Resubscribed {
		h.list(t.Event)
	}
	p.mu.Unlock()
	if callback == "" {
		return
	}
	for try := range tries {
		if p.post(r, secret, callback, t) || !r.wait(firstPause<<try) {
			return
		}
	}
	slog.Warn("simulator: an event was not taken", "event", t.ID)
}

// The simulator offers an event eight times within half a minute.
const (
	tries      = 8
	firstPause = 250 * time.Millisecond
)

// post offers one event once.
func (p *Player) post(r *run, secret, callback string, t told) bool {
	posting, err := Sign(secret, t.ID, t.Event, time.Now())
	if err != nil {
		return false
	}
	req, err := http.NewRequestWithContext(r.ctx, http.MethodPost, callback, bytes.NewReader(posting.Body))
	if err != nil {
		return false
	}
	req.Header = posting.Header
	res, err := p.client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode >= 200 && res.StatusCode < 300
}

// Text plays a text that a customer sent, to the webhook of a connection.
func (p *Player) Text(secret, callback, from, to, text string) {
	e := Event{
		Type:      inbound,
		Channel:   models.SMS,
		From:      from,
		To:        to,
		Text:      text,
		CreatedAt: time.Now().UTC(),
	}
	p.mu.Lock()
	r := p.run
	r.work.Add(1)
	p.mu.Unlock()
	go func() {
		defer r.work.Done()
		p.tell(r, secret, callback, told{"sim_" + rand.Text(), e})
	}()
}
