package customer

import (
	"errors"
	"io"
)

// What one row of a file may have at most. A row may span lines where a cell is quoted.
const (
	importColumns  = 500
	importRowBytes = 64 << 10
)

// errWide: a row has more cells, or more bytes, than any file of people has.
var errWide = errors.New("a row is too wide")

// narrow lets a file through while its rows are of a human width: what is wider is refused while it is read,
// before anything is made of its cells. Whatever stands between cells counts, quoted or not; a line break in
// quotes begins a row anew, and the bytes between two quotes are bounded by themselves.
type narrow struct {
	in     io.Reader
	cells  int
	bytes  int
	quoted bool
	last   byte
}

// Read reads on while the row is narrow.
func (n *narrow) Read(p []byte) (int, error) {
	read, err := n.in.Read(p)
	for i, b := range p[:read] {
		n.bytes++
		switch b {
		case '"': // one in the middle of a plain cell is a sign as any other
			n.quoted = !n.quoted && (n.bytes == 1 || n.last == ',' || n.last == ';' || n.last == '\t')
		case ',', ';', '\t':
			if !n.quoted {
				n.cells++
			}
		case '\n':
			if !n.quoted {
				n.cells, n.bytes = 0, 0
			}
		}
		n.last = b
		if n.cells >= importColumns || n.bytes > importRowBytes {
			return i, errWide
		}
	}
	return read, err
}
