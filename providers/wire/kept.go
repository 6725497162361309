package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
)

// secretive are parts of the names of headers that are no part of what a provider says: proofs, and the way
// of the request through the network.
var secretive = []string{"authorization", "cookie", "signature", "forwarded", "real-ip", "connecting-ip"}

// Kept writes down what a request says, without its proofs, so that Again can read it another time: a first
// line with method and query, headers, an empty line, the body.
func (r Request) Kept() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s /?%s\r\n", r.Method, r.Query.Encode())
	said := r.Header.Clone()
	for name := range said {
		lower := strings.ToLower(name)
		if slices.ContainsFunc(secretive, func(part string) bool { return strings.Contains(lower, part) }) {
			said.Del(name)
		}
	}
	_ = said.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// Again is the request that Kept wrote down. Other bytes are the body of a post: one event of a batch.
func Again(raw []byte) Request {
	r := Request{Method: http.MethodPost, Query: url.Values{}, Header: http.Header{}, Body: raw}
	first, rest, found := bytes.Cut(raw, []byte("\r\n"))
	method, query, whole := strings.Cut(string(first), " /?")
	if !found || !whole || method != http.MethodPost && method != http.MethodGet {
		return r
	}
	head := bufio.NewReader(bytes.NewReader(rest))
	header, err := textproto.NewReader(head).ReadMIMEHeader()
	values, wrong := url.ParseQuery(query)
	_, body, parted := bytes.Cut(rest, []byte("\r\n\r\n"))
	if len(header) == 0 {
		body, parted = bytes.CutPrefix(rest, []byte("\r\n"))
	}
	if err != nil || wrong != nil || !parted {
		return r
	}
	r.Method, r.Query, r.Header, r.Body = method, values, http.Header(header), body
	return r
}
