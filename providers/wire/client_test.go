package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"undelivered/providers/wire"
)

// line is a provider at the other end of a plain line: act does with each request what it likes, and says
// whether the line stays.
type line struct {
	address string
	mu      sync.Mutex
	seen    []string // bodies of the requests that came whole
}

func listen(t *testing.T, act func(n int, conn net.Conn, r *http.Request) (stays bool)) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // it is the end of the test
	l := &line{address: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.serve(conn, act)
		}
	}()
	return l
}

func (l *line) serve(conn net.Conn, act func(int, net.Conn, *http.Request) bool) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		n := l.note("")
		if !act(n, conn, r) {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		l.whole(n, string(body))
	}
}

func (l *line) note(body string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = append(l.seen, body)
	return len(l.seen)
}

func (l *line) whole(n int, body string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[n-1] = body
}

func (l *line) requests() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.seen)
}

func (l *line) client() *wire.Client {
	return wire.NewClient().Rerouted(func(u *url.URL) { u.Scheme, u.Host = "http", l.address })
}

// message is a hand-over, with the header that some libraries take as leave to repeat.
func message(size int) wire.Call {
	return wire.Call{Method: http.MethodPost, URL: "https://api.example/send", Body: make([]byte, size),
		Header: http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {"att_1"},
			"X-Idempotency-Key": {"att_1"}}}
}

func answers(conn net.Conn, text string) bool {
	_, err := io.WriteString(conn, text)
	return err == nil
}

const taken = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

// A hand-over that breaks off is made once, wherever the line is cut, and its outcome is open: the provider
// may have it.
func TestCutLines(t *testing.T) {
	for name, act := range map[string]func(int, net.Conn, *http.Request) bool{
		"before the body is read": func(int, net.Conn, *http.Request) bool { return false },
		"in the middle of the body": func(_ int, _ net.Conn, r *http.Request) bool {
			_,
				_ = io.CopyN(io.Discard, r.Body, 1000)
			return false
		},
		"after the body": func(_ int, _ net.Conn, r *http.Request) bool {
			_,
				_ = io.Copy(io.Discard, r.Body)
			return false
		},
		"in the middle of a header":  cutAfter("HTTP/1.1 200 OK\r\nContent-"),
		"in the middle of an answer": cutAfter("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"id\":"),
	} {
		t.Run(name, func(t *testing.T) {
			far := listen(t, act)
			a := far.client().Do(context.Background(), message(1<<20))
			if r := wire.Class(a); r.Outcome != wire.Open || r.Err == nil {
				t.Errorf("%+v", r)
			}
			if n := far.requests(); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

func cutAfter(text string) func(int, net.Conn, *http.Request) bool {
	return func(_ int, conn net.Conn, r *http.Request) bool {
		_, _ = io.Copy(io.Discard, r.Body) // what comes of it is the test's matter
		return answers(conn, text) && false
	}
}

// A line that is kept and breaks with the second hand-over does not make the client hand over again by
// itself.
func TestKeptLineBreaks(t *testing.T) {
	far := listen(t, func(n int, conn net.Conn, r *http.Request) bool {
		_, _ = io.Copy(io.Discard, r.Body) // as above
		return n == 1 && answers(conn, taken)
	})
	client := far.client()
	if a := client.Do(context.Background(), message(10)); a.Err != nil || a.Status != http.StatusOK {
		t.Fatalf("%+v", a)
	}
	a := client.Do(context.Background(), message(10))
	if r := wire.Class(a); r.Outcome != wire.Open || far.requests() != 2 {
		t.Errorf("%+v after %d requests, want 2", r, far.requests())
	}
}

// A redirect is no leave to hand over somewhere else, whatever its kind.
func TestRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		far := listen(t, func(_ int, conn net.Conn, r *http.Request) bool {
			_, _ = io.Copy(io.Discard, r.Body) // as above
			return answers(conn, fmt.Sprintf(
				"HTTP/1.1 %d Moved\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
				status,
			))
		})
		a := far.client().Do(context.Background(), message(10))
		if r := wire.Class(a); r.Outcome != wire.Refused || far.requests() != 1 {
			t.Errorf("%d: %+v after %d requests", status, r, far.requests())
		}
	}
}

// What cannot be reached has been handed nothing.
func TestNobodyThere(t *testing.T) {
	for name, address := range map[string]string{"refused": "http://127.0.0.1:1/",
		"no such name": "http://nobody.invalid/", "no TLS": ""} {
		client := wire.NewClient()
		if name == "no TLS" {
			far := listen(t, func(int, net.Conn, *http.Request) bool { return false })
			address = "https://" + far.address + "/"
		}
		call := message(10)
		call.URL = address
		if r := wire.Class(client.Do(context.Background(), call)); r.Outcome != wire.Later || r.Err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// What was fetched once is not fetched again; what failed is.
func TestRemember(t *testing.T) {
	client, asked := wire.NewClient(), 0
	fetch := func() (any, error) {
		if asked++; asked == 1 {
			return nil, io.ErrUnexpectedEOF
		}
		return "certificate", nil
	}
	for i, want := range []any{nil, "certificate", "certificate"} {
		if got, _ := client.Remember("a", fetch); got != want {
			t.Errorf("time %d: %v, want %v", i+1, got, want)
		}
	}
	if asked != 2 {
		t.Errorf("fetched %d times, want 2", asked)
	}
}
