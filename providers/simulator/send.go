package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"undelivered/models"
	"undelivered/providers/wire"
)

// send hands one message to the simulator.
func send(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) wire.Receipt {
	from := m.From
	if from == "" {
		from = s["from"]
	}
	call, err := wire.JSON(http.MethodPost, "/messages", Message{Channel: m.Channel, To: m.To, From: from,
		Subject: m.Subject, Text: m.Text, HTML: m.HTML, Attempt: m.AttemptID, Callback: m.CallbackURL})
	if err != nil {
		return wire.Receipt{Outcome: wire.Refused, Err: err, Reason: "not-sent-bad-request"}
	}
	if m.Repeatable != "" {
		call.Header.Set("Idempotency-Key", m.Repeatable)
	}
	return receipt(ask(ctx, c, s, call), m.Channel)
}

// receipt reads the answer to a hand-over.
func receipt(a wire.Response, ch models.Channel) wire.Receipt {
	r := wire.Class(a)
	if r.Outcome == wire.Taken {
		var body struct{ ID string }
		if err := json.Unmarshal(a.Body, &body); err != nil || body.ID == "" {
			r.Outcome, r.Err = wire.Open, errors.New("the answer has no message id")
		}
		r.ProviderMessageID = body.ID
		return r
	}
	var no refusal
	if a.Err == nil && json.Unmarshal(a.Body, &no) == nil {
		r.ProviderCode, r.Diagnostic = strconv.Itoa(no.Code), no.Message
		r.Reason = reasonOf(ch, no)
	}
	return r
}

// ask makes one request: to the endpoint of the settings, or to the player in this process.
func ask(ctx context.Context, c *wire.Client, s wire.Settings, call wire.Call) wire.Response {
	if call.Header == nil {
		call.Header = http.Header{}
	}
	call.Header.Set("Authorization", "Bearer "+s["signing_secret"])
	if endpoint := strings.TrimSuffix(s["endpoint"], "/"); endpoint != "" {
		call.URL = endpoint + call.URL
		return c.Do(ctx, call)
	}
	return inside(ctx, call)
}

// inside answers a request without a network.
func inside(ctx context.Context, call wire.Call) (a wire.Response) {
	req, err := http.NewRequestWithContext(ctx, call.Method, "http://simulator.invalid"+call.URL,
		bytes.NewReader(call.Body))
	if err != nil {
		return wire.Response{Err: fmt.Errorf("building the request: %w", err)}
	}
	req.Header = call.Header
	w := &written{header: http.Header{}}
	defer func() {
		if recover() == http.ErrAbortHandler {
			a = wire.Response{HandedOver: true, Err: errors.New("the simulator hung up")}
		}
	}()
	Server(InProcess).ServeHTTP(w, req)
	return wire.Response{Status: w.status, Header: w.header, Body: w.body.Bytes(), HandedOver: true}
}

// written is an answer in memory.
type written struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *written) Header() http.Header         { return w.header }
func (w *written) WriteHeader(status int)      { w.status = status }
func (w *written) Write(b []byte) (int, error) { return w.body.Write(b) }

// answered asks and reads the body of a 200.
func answered(ctx context.Context, c *wire.Client, s wire.Settings, address string, into any) error {
	a := ask(ctx, c, s, wire.Call{Method: http.MethodGet, URL: address})
	if a.Err != nil {
		return fmt.Errorf("asking the simulator: %w", a.Err)
	}
	if a.Status != http.StatusOK {
		return fmt.Errorf("asking the simulator: status %d", a.Status)
	}
	if err := json.Unmarshal(a.Body, into); err != nil {
		return fmt.Errorf("reading the simulator's answer: %w", err)
	}
	return nil
}

// test proves the settings.
func test(ctx context.Context, c *wire.Client, s wire.Settings) error {
	var taken []Taken
	return answered(ctx, c, s, "/messages?attempt=none", &taken)
}

// lookUp asks the log about one attempt. The log is complete while the simulator runs.
func lookUp(ctx context.Context, c *wire.Client, s wire.Settings, m wire.Message) (wire.Found, error) {
	var taken []Taken
	if err := answered(ctx, c, s, "/messages?attempt="+url.QueryEscape(m.AttemptID), &taken); err != nil {
		return wire.Found{}, err
	}
	if len(taken) == 0 {
		return wire.Found{Complete: true}, nil
	}
	return wire.Found{Known: true, Complete: true, ProviderMessageID: taken[0].ID}, nil
}

// missed reads the events of a period from the log.
func missed(ctx context.Context, c *wire.Client, s wire.Settings,
	from, to time.Time) ([]models.Event, error) {
	var items []json.RawMessage
	query := url.Values{"from": {from.UTC().Format(time.RFC3339)}, "to": {to.UTC().Format(time.RFC3339Nano)}}
	if err := answered(ctx, c, s, "/events?"+query.Encode(), &items); err != nil {
		return nil, err
	}
	var events []models.Event
	for _, raw := range items {
		var t told
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, fmt.Errorf("reading the simulator's log: %w", err)
		}
		if t.Type != inbound {
			events = append(events, unified(t.ID, t.Event, raw))
		}
	}
	return events, nil
}
