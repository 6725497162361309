package vonage

import (
	"net/http"
	"os"
	"testing"

	"undelivered/providers/wire"
)

// A text of which some parts were taken is open, whatever became of the others: to repeat it would send those
// twice.
func TestParts(t *testing.T) {
	for _, file := range []string{"part-throttled.json", "part-refused.json"} {
		body, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		r := receipt(wire.Response{Status: http.StatusOK, Body: body, HandedOver: true})
		if r.Outcome != wire.Open || !r.PartLost || r.Diagnostic == "" {
			t.Errorf("%s: %+v", file, r)
		}
	}
}

// Where no part was taken the whole text is judged by the worst part, and where all were it is taken.
func TestPartsAlike(t *testing.T) {
	for body, want := range map[string]wire.Outcome{
		`{"messages":[{"status":"1"},{"status":"1"}]}`:                                   wire.Later,
		`{"messages":[{"status":"1"},{"status":"9"}]}`:                                   wire.Refused,
		`{"messages":[{"status":"0","message-id":"a"},{"status":"0","message-id":"b"}]}`: wire.Taken,
		`{"messages":[{"status":0},{"status":"5"}]}`:                                     wire.Open,
	} {
		if r := receipt(wire.Response{Status: http.StatusOK, Body: []byte(body),
			HandedOver: true}); r.Outcome != want {
			t.Errorf("%s: %+v", body, r)
		}
	}
}
