package web_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"testing"

	"undelivered/delivery"
	"undelivered/models/consent"
)

// Before anything is sent, a program learns whether it will arrive: what cannot be read, what is misspelt,
// what has no mail service, what came back and what was never written to.
func TestAPICheck(t *testing.T) {
	s := open(t)
	s.h.Directory = delivery.Directory{
		MX: func(_ context.Context, domain string) ([]*net.MX, error) {
			if domain == "nowhere.example." {
				return []*net.MX{{Host: "."}}, nil
			}
			return []*net.MX{{Host: "mx." + domain}}, nil
		},
		Host: func(context.Context, string) ([]string, error) { return []string{"192.0.2.1"}, nil },
	}
	c, entry := s.complained()
	p := s.program()
	for body, want := range map[string]consent.Prospect{
		`{"channel":"email","to":"no address"}`:            consent.ReachImpossible,
		`{"channel":"sms","to":"020 7946 0000 000 000"}`:   consent.ReachImpossible,
		`{"channel":"email","to":"new@gmial.com"}`:         consent.ReachDoubtful,
		`{"channel":"email","to":"new@nowhere.example"}`:   consent.ReachUnlikely,
		`{"channel":"email","to":"never@example.com"}`:     consent.ReachUnknown,
		`{"channel":"email","to":"` + entry.Address + `"}`: consent.ReachStopped,
	} {
		status, text := p.ask(http.MethodPost, "/api/v1/check", []byte(body))
		var got struct{ Prospect consent.Prospect }
		if err := json.Unmarshal(text, &got); err != nil || status != http.StatusOK || got.Prospect != want {
			t.Errorf("%s of %s: %d %s, not %s", body, c.Name, status, text, want)
		}
	}
	if status, text := p.ask(http.MethodPost, "/api/v1/check",
		[]byte(`{"channel":"fax","to":"1"}`)); status != 422 {
		t.Errorf("a fax: %d %s", status, text)
	}
}
