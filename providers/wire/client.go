package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of one request to a provider.
const (
	connectLimit = 10 * time.Second
	totalLimit   = 30 * time.Second
	answerLimit  = 8 << 20
	// userAgent: Resend refuses requests without one.
	userAgent = "Undelivered/1.0"
)

// Client speaks HTTP to providers. It never follows a redirect and never repeats a request by itself,
// because a hidden repetition is a second message to a customer (RULES.md, Results of a hand-over).
type Client struct {
	http    *http.Client
	way     *Outward
	reroute func(*url.URL)
	kept    sync.Map
}

// NewClient returns a client that goes anywhere: for the demo and for tests.
func NewClient() *Client { return NewClientBy(Anywhere()) }

// NewClientBy returns the client of production, which goes where it may.
func NewClientBy(way *Outward) *Client {
	// net/http repeats a request by itself on a kept connection that turns out to be closed, where it has not
	// begun to write it: then nothing was handed over. What has been begun it repeats only with the help of
	// GetBody, which is never set, so that a body is never sent twice.
	return &Client{way: way, http: &http.Client{
		Transport:     way.Transport(),
		Timeout:       totalLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Way is where the client may go; what is no HTTP dials by it.
func (c *Client) Way() *Outward {
	if c == nil {
		return Internet(nil)
	}
	return c.way
}

// Rerouted returns a client that passes every address through change first: for tests and the simulator.
func (c *Client) Rerouted(change func(*url.URL)) *Client {
	return &Client{http: c.http, way: c.way, reroute: change}
}

// Remember returns what fetch gave the first time for a name: for what never changes at its address.
func (c *Client) Remember(name string, fetch func() (any, error)) (any, error) {
	if known, ok := c.kept.Load(name); ok {
		return known, nil
	}
	got, err := fetch()
	if err == nil {
		c.kept.Store(name, got)
	}
	return got, err
}

// Call is one request to a provider.
type Call struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// Response is what came of a call. Err is set when no complete answer arrived.
type Response struct {
	Status     int
	Header     http.Header
	Body       []byte
	HandedOver bool // at least one byte of the body may have been written
	Err        error
}

// Do makes one call, once.
func (c *Client) Do(ctx context.Context, call Call) Response {
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
	req, err := c.request(httptrace.WithClientTrace(ctx, trace), call)
	if err != nil {
		return Response{Err: err}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return Response{HandedOver: wrote.Load(), Err: redact(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	if err != nil {
		err = fmt.Errorf("reading the answer: %w", err)
	}
	return Response{Status: res.StatusCode, Header: res.Header, Body: body, HandedOver: true, Err: err}
}

func (c *Client) request(ctx context.Context, call Call) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, call.Method, call.URL, bytes.NewReader(call.Body))
	if err != nil {
		return nil, fmt.Errorf("building the request: %w", err)
	}
	req.GetBody = nil
	for name, values := range call.Header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", userAgent)
	if c.reroute != nil {
		c.reroute(req.URL)
		req.Host = req.URL.Host
	}
	return req, nil
}

// redact drops the address from an error of net/http: its query may hold a key or a customer's address.
func redact(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return fmt.Errorf("%s: %w", strings.ToLower(wrapped.Op), wrapped.Err)
	}
	return err
}

// JSON is a call with a JSON body.
func JSON(method, address string, body any) (Call, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return Call{}, fmt.Errorf("building the request: %w", err)
	}
	return Call{Method: method, URL: address, Body: raw,
		Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}}, nil
}

// Form is a call with a form body.
func Form(address string, values url.Values) Call {
	return Call{Method: http.MethodPost, URL: address, Body: []byte(values.Encode()),
		Header: http.Header{
			"Content-Type": {"application/x-www-form-urlencoded"},
			"Accept":       {"application/json"},
		}}
}
