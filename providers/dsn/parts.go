package dsn

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // reads the charsets of the world
	"golang.org/x/net/html"
)

// Bounds of what is read of one mail.
const (
	maxSize  = 10 << 20
	maxParts = 100
	maxDepth = 10
)

// part is one leaf of a mail, decoded.
type part struct {
	kind   string // "text/plain"
	params map[string]string
	header fields
	body   []byte
}

// mail is a mail taken apart.
type mail struct {
	header fields
	kind   string
	params map[string]string
	parts  []part
}

// takeApart reads a mail with all its parts. A mail inside (the returned message) stays one part.
func takeApart(raw []byte) mail {
	if bytes.IndexByte(raw, '\n') < 0 { // the line ends of an old Macintosh
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	header, body := splitHeader(raw)
	m := mail{header: header}
	m.kind, m.params = contentType(header)
	m.walk(header, body, 0)
	return m
}

func contentType(header fields) (string, map[string]string) {
	kind, params, err := mime.ParseMediaType(header.get("content-type"))
	if err != nil && kind == "" {
		return "text/plain", map[string]string{}
	}
	if params == nil {
		params = map[string]string{}
	}
	return kind, params
}

func (m *mail) walk(header fields, body []byte, depth int) {
	if len(m.parts) >= maxParts || depth > maxDepth {
		return
	}
	kind, params := contentType(header)
	if strings.HasPrefix(kind, "multipart/") {
		inner := pieces(body, params["boundary"])
		for _, piece := range inner {
			h, b := splitHeader(piece)
			m.walk(h, b, depth+1)
		}
		if len(inner) > 0 {
			return
		}
		kind = "text/plain" // the boundary is nowhere: a text after all
	}
	m.parts = append(m.parts, part{kind: kind, params: params, header: header, body: decoded(header, body)})
}

// pieces cuts a multipart body at its boundary lines; an end that is missing is forgiven.
func pieces(body []byte, boundary string) [][]byte {
	if boundary == "" {
		return nil
	}
	mark := []byte("--" + boundary)
	var found [][]byte
	start := -1
	for at := 0; at < len(body) && len(found) <= maxParts; {
		line, rest := nextLine(body[at:])
		next := len(body) - len(rest)
		if bytes.HasPrefix(line, mark) {
			if start >= 0 {
				found = append(found, body[start:at])
			}
			if start = next; bytes.HasPrefix(line[len(mark):], []byte("--")) {
				return found
			}
		}
		at = next
	}
	if start >= 0 && start < len(body) {
		found = append(found, body[start:])
	}
	return found
}

// decoded undoes the transfer encoding and the charset; one that nobody knows is taken as Latin-1.
func decoded(header fields, body []byte) []byte {
	h := message.Header{}
	for _, name := range []string{"content-type", "content-transfer-encoding"} {
		if v := header.get(name); v != "" {
			h.Set(name, v)
		}
	}
	entity, _ := message.New(h, bytes.NewReader(body)) // an unknown encoding is read as it stands
	plain, err := io.ReadAll(io.LimitReader(entity.Body, maxSize))
	if err != nil && len(plain) == 0 {
		plain = body
	}
	if utf8.Valid(plain) {
		return plain
	}
	return latin1(plain)
}

func latin1(raw []byte) []byte {
	out := make([]byte, 0, len(raw)*2)
	for _, b := range raw {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}

// find is the first part of one of the kinds.
func (m *mail) find(kinds ...string) (part, bool) {
	for _, p := range m.parts {
		for _, kind := range kinds {
			if p.kind == kind {
				return p, true
			}
		}
	}
	return part{}, false
}

// text is what a person would read: the first plain part, or the first HTML part without its tags.
func (m *mail) text() string {
	if p, ok := m.find("text/plain"); ok && len(bytes.TrimSpace(p.body)) > 0 {
		return string(p.body)
	}
	if p, ok := m.find("text/html"); ok {
		return withoutTags(p.body)
	}
	return ""
}

// allText is the text of all parts for people: some mailers put the details into the second one.
func (m *mail) allText() string {
	var all []string
	for _, p := range m.parts {
		switch p.kind {
		case "text/plain":
			all = append(all, string(p.body))
		case "text/html":
			all = append(all, withoutTags(p.body))
		}
	}
	return strings.Join(all, "\n\n")
}

// withoutTags is the text of HTML, a line for each block.
func withoutTags(body []byte) string {
	var b strings.Builder
	hidden := false
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if !hidden {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if token.Data == "style" || token.Data == "script" || token.Data == "head" {
				hidden = token.Type == html.StartTagToken
			}
			if breaks[token.Data] {
				b.WriteByte('\n')
			}
		}
	}
}

var breaks = map[string]bool{
	"br":         true,
	"p":          true,
	"div":        true,
	"tr":         true,
	"li":         true,
	"table":      true,
	"pre":        true,
	"td":         true,
	"th":         true,
	"h1":         true,
	"h2":         true,
	"h3":         true,
	"blockquote": true,
}

// returnedHeader is returned, or what stands of it in the text.
func (m *mail) returnedHeader() fields {
	if f, ok := m.returned(); ok {
		return f
	}
	return afterReturned(m.text())
}

// returned are the headers of the message that came back, where the mail has them as a part.
func (m *mail) returned() (fields, bool) {
	p, ok := m.find("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global",
		"message/global-headers")
	if !ok {
		return nil, false
	}
	f, _ := splitHeader(bytes.TrimLeft(p.body, "\r\n \t"))
	return f, true
}
