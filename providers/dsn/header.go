package dsn

import (
	"bytes"
	"strings"
)

// fields are the fields of a header, or of a block of a report, by lower-case name, in their order.
type fields map[string][]string

// get is the first field of a name.
func (f fields) get(name string) string {
	if values := f[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// splitHeader reads header lines up to the first empty line, and what follows. It takes what servers write:
// bare line feeds, lines that are no fields, the "From " line of a mailbox.
func splitHeader(raw []byte) (fields, []byte) {
	f := fields{}
	last := ""
	for len(raw) > 0 {
		line, rest := nextLine(raw)
		raw = rest
		if len(line) == 0 {
			break
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" {
			values := f[last]
			values[len(values)-1] += " " + strings.TrimSpace(string(line))
			continue
		}
		name, value, found := strings.Cut(string(line), ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if !found || name == "" || strings.ContainsAny(name, " \t") {
			last = ""
			continue
		}
		last = name
		f[name] = append(f[name], strings.TrimSpace(value))
	}
	return f, raw
}

func nextLine(raw []byte) (line, rest []byte) {
	end := bytes.IndexByte(raw, '\n')
	if end < 0 {
		return bytes.TrimSuffix(raw, []byte("\r")), nil
	}
	return bytes.TrimSuffix(raw[:end], []byte("\r")), raw[end+1:]
}
