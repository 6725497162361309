package wire

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A body that holds more than it may is refused while it is read, long before its end, whatever it is made
// of.
func TestMeasured(t *testing.T) {
	for name, body := range map[string]string{
		"nulls": "[" + strings.Repeat("null,", 1<<20), "objects": "[" + strings.Repeat("{},", 1<<20),
		"lists": "[" + strings.Repeat("[],", 1<<20),
		"depth": strings.Repeat("[", 1<<20), "depth of objects": strings.Repeat(`{"a":`, 1<<20),
		"values": `{"a":[` + strings.Repeat("1,", 1<<20),
		"names":  "{" + strings.Repeat(`"a":1,`, 1<<20), "one text": `["` + strings.Repeat("x", 9<<20),
		"escapes": `["` + strings.Repeat(`\"`, 5<<20),
		"spaces":  "[1" + strings.Repeat(" ", 9<<20), "fields": "a=1" + strings.Repeat("&a=1", 1<<20),
		"many of many": "[" + strings.Repeat("["+strings.Repeat("1,", 15_000)+"1],", 20),
	} {
		in := strings.NewReader(body)
		_, err := io.Copy(io.Discard, Measured(in, Most{}))
		if !errors.Is(err, ErrTooMuch) || in.Len() == 0 && len(body) > 10<<20 {
			t.Errorf("%s: %v, %d bytes left", name, err, in.Len())
		}
	}
	for _, body := range []string{"", "{}", "[]", "[" + strings.Repeat("{},", 4998) + "{}]",
		`{"a":"[[[[{{{{,,,,\"\\"}`, "a=1&b=2", "not JSON, at all, " + strings.Repeat(",", 100_000)} {
		got, err := ReadBody(strings.NewReader(body), Most{})
		if err != nil || string(got) != body {
			t.Errorf("%.20s: %v", body, err)
		}
	}
}
