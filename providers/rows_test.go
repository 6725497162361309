package providers

import (
	"context"
	"testing"
)

// Samples of consoles have no effect: they are marked, or no event at all.
func TestSamples(t *testing.T) {
	for code, body := range map[string]string{
		"sendgrid": `[{"email":"example@test.com","timestamp":1790000000,"smtp-id":"<x>","event":"bounce","sg_event_id":"s1","sg_message_id":"m","reason":"500 unknown recipient","status":"5.0.0"}]`,
		"postmark": `{"RecordType":"Bounce","MessageID":"00000000-0000-0000-0000-000000000000","ID":42,"Type":"HardBounce","Email":"john@example.com","BouncedAt":"2026-10-14T09:26:53Z"}`,
		"mailgun":  `{"event":"failed","severity":"permanent","id":"x","timestamp":1790000000.1,"recipient":"alice@example.com","user-variables":{"my_var_1":"Mailgun Variable #1"}}`,
	} {
		p, _ := ByCode(code)
		r := post(code, []byte(body))
		stands[code].sign(t, &r)
		reading, err := p.Read(context.Background(), r)
		if err != nil || len(reading.Events) != 1 || !reading.Events[0].Sample {
			t.Errorf("%s: %+v, %v", code, reading, err)
		}
	}
}

// Every row is whole: a code of its own, a name, channels, fields with keys and labels, and the answers that
// make the provider try again.
func TestRows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range All() {
		if p.Code == "" || seen[p.Code] || p.Name == "" || len(p.Channels) == 0 || p.Settling == 0 {
			t.Errorf("%+v", p)
		}
		seen[p.Code] = true
		if p.Read != nil && (p.Unstored < 400 || p.Busy < 400) {
			t.Errorf("%s: unstored %d, busy %d", p.Code, p.Unstored, p.Busy)
		}
		if _, stands := stands[p.Code]; p.Read != nil && !stands {
			t.Errorf("%s does not sit the exam", p.Code)
		}
		for _, f := range p.Fields {
			if f.Key == "" || f.Label == "" || f.For == "" {
				t.Errorf("%s: %+v", p.Code, f)
			}
		}
	}
}
