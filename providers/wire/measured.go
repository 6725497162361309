package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Most is what a body may hold at most. It is measured while the body is read, before anything is made of it:
// a small body can ask for much memory.
type Most struct {
	Items  int // elements of the list, or 1 for a lone object
	Values int // values in one item, and fields of a form
	Total  int // values in all items
	Depth  int // lists and objects within each other
	Bytes  int // of one item
}

// What a body may hold. Providers send some hundred events at a time, and the API takes a thousand items.
func (m Most) orDefault() Most {
	if m == (Most{}) {
		return Most{Items: 5000, Values: 20_000, Total: 200_000, Depth: 64, Bytes: 8 << 20}
	}
	return m
}

// ErrTooMuch says that a body holds more than it may.
var ErrTooMuch = errors.New("too much in one body")

// ErrTooLarge says that an item of a body has more bytes than it may.
var ErrTooLarge = fmt.Errorf("%w: too large", ErrTooMuch)

// Measured reads a body and fails with ErrTooMuch as soon as it holds more than it may.
func Measured(body io.Reader, most Most) io.Reader {
	return &measured{in: body, most: most.orDefault()}
}

type measured struct {
	in   io.Reader
	most Most

	first          byte // '[', '{', or another: a form
	depth          int
	items          int
	values, total  int
	bytes          int
	quoted, masked bool
	failed         error
}

// Read passes bytes on as long as they are within the measure.
func (m *measured) Read(p []byte) (int, error) {
	if m.failed != nil {
		return 0, m.failed
	}
	n, err := m.in.Read(p)
	for i, b := range p[:n] {
		if m.failed = m.count(b); m.failed != nil {
			return i, m.failed
		}
	}
	return n, err
}

func (m *measured) count(b byte) error {
	if m.first == 0 {
		if b == ' ' || b == '\n' || b == '\r' || b == '\t' {
			return nil
		}
		m.first = b
	}
	m.bytes++
	if m.first != '[' && m.first != '{' {
		return m.field(b)
	}
	if m.inText(b) {
		return m.check()
	}
	switch b {
	case '[', '{':
		m.depth++
		m.value()
	case ']', '}':
		m.depth--
	case ',':
		if m.depth == 1 && m.first == '[' {
			m.items, m.values, m.bytes = m.items+1, 0, 0
		}
		m.value()
	}
	return m.check()
}

// inText says whether a byte belongs to a text, in which no sign means anything.
func (m *measured) inText(b byte) bool {
	switch {
	case m.masked:
		m.masked = false
	case m.quoted && b == '\\':
		m.masked = true
	case b == '"':
		m.quoted = !m.quoted
	default:
		return m.quoted
	}
	return true
}

func (m *measured) value() { m.values, m.total = m.values+1, m.total+1 }

// field counts the fields of a form.
func (m *measured) field(b byte) error {
	if b == '&' {
		m.value()
	}
	return m.check()
}

func (m *measured) check() error {
	switch {
	case m.items >= m.most.Items && m.most.Items > 0:
		return fmt.Errorf("%w: at most %d items", ErrTooMuch, m.most.Items)
	case m.values > m.most.Values, m.total > m.most.Total:
		return fmt.Errorf("%w: at most %d values in an item, and %d in all", ErrTooMuch, m.most.Values,
			m.most.Total)
	case m.depth > m.most.Depth:
		return fmt.Errorf("%w: at most %d levels", ErrTooMuch, m.most.Depth)
	case m.bytes > m.most.Bytes:
		return fmt.Errorf("%w: at most %d bytes in an item", ErrTooLarge, m.most.Bytes)
	}
	return nil
}

// piece is how much is read at a time: what was read is copied once, into a slice of its exact size.
const piece = 256 << 10

// ReadBody reads a measured body into memory of its own size.
func ReadBody(body io.Reader, most Most) ([]byte, error) {
	in := Measured(body, most)
	var pieces [][]byte
	for {
		p := make([]byte, piece)
		n, err := io.ReadFull(in, p)
		if n > 0 {
			pieces = append(pieces, p[:n])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if len(pieces) == 1 {
		return bytes.Clone(pieces[0]), nil
	}
	return bytes.Join(pieces, nil), nil
}
