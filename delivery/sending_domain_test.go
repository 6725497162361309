package delivery

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// What a domain's records say is told as it is; a directory that does not answer is "cannot tell" and never
// "missing".
func TestDomain(t *testing.T) {
	records := map[string][]string{
		"good.example.":               {"other", "v=spf1 include:x -all"},
		"s1._domainkey.good.example.": {"k=rsa; p=MIGf"},
		"_dmarc.good.example.":        {"v=DMARC1; p=reject"},
		"weak.example.":               {"v=spf1 -all", "v=spf1 ~all"},
		"k1._domainkey.weak.example.": {"v=DKIM1; p="},
		"_dmarc.weak.example.":        {"v=DMARC1; p=none"},
	}
	ask := TXT(func(_ context.Context, name string) ([]string, error) {
		if texts, ok := records[name]; ok {
			return texts, nil
		}
		if name == "away.example." || name == "_dmarc.away.example." {
			return nil, errors.New("no answer")
		}
		return nil, &net.DNSError{IsNotFound: true}
	})
	for domain, want := range map[string][3]string{
		"good.example":     {Found, Found, Found},
		"sub.good.example": {Absent, CannotTell, Found}, // the policy of the domain above holds
		"weak.example":     {Twice, CannotTell, Weak},
		"none.example":     {Absent, CannotTell, Absent},
		"away.example":     {CannotTell, CannotTell, CannotTell},
	} {
		r := ask.CheckDomain(t.Context(), domain, time.Now())
		if got := [3]string{r.SPF.State, r.DKIM.State, r.DMARC.State}; got != want {
			t.Errorf("%s: %v, want %v", domain, got, want)
		}
	}
	for from, want := range map[string]string{"Harbour <a@Harbour.example>": "harbour.example",
		"a@b.example": "b.example", "+4420": "", "": ""} {
		if got := SenderDomain(from); got != want {
			t.Errorf("%q: %q", from, got)
		}
	}
}
