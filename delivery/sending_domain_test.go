package delivery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"undelivered/providers"
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

// SPF is followed through what it includes, as far as receivers do; a provider in use that it does not name,
// or whose key does not answer, is said by name.
func TestDomainOfProviders(t *testing.T) {
	records := map[string][]string{
		"named.example.":                   {"v=spf1 include:one.example ~all"},
		"one.example.":                     {"v=spf1 include:u1.wl.sendgrid.net include:one.example ~all"},
		"s2._domainkey.named.example.":     {"v=DKIM1; p=MIGf"},
		"other.example.":                   {"v=spf1 include:_spf.google.com redirect=two.example"},
		"two.example.":                     {"v=spf1 include:notsendgrid.net -all"},
		"google._domainkey.other.example.": {"v=DKIM1; p=MIGf"},
		"deep.example.":                    {"v=spf1 a mx include:l1.example -all"},
	}
	for i := range 12 {
		records[fmt.Sprintf("l%d.example.", i)] = []string{
			fmt.Sprintf("v=spf1 include:l%d.example -all", i+1),
		}
	}
	ask := TXT(func(_ context.Context, name string) ([]string, error) {
		if texts, ok := records[name]; ok {
			return texts, nil
		}
		return nil, &net.DNSError{IsNotFound: true}
	})
	sendgrid, _ := providers.ByCode("sendgrid")
	ses, _ := providers.ByCode("ses")
	for domain, want := range map[string][2]string{"named.example": {Found, Found},
		"other.example": {Unnamed, Unnamed}, "deep.example": {TooMany, Unnamed}} {
		r := ask.CheckDomain(t.Context(), domain, time.Now(), sendgrid, ses)
		if got := [2]string{r.SPF.State, r.DKIM.State}; got != want {
			t.Errorf("%s: %v, want %v", domain, got, want)
		}
		if r.SPF.State == Unnamed && (len(r.SPF.Lacks) != 1 || r.SPF.Lacks[0] != sendgrid.Name) {
			t.Errorf("%s lacks %v", domain, r.SPF.Lacks)
		}
	}
	if r := ask.CheckDomain(t.Context(), "other.example", time.Now(), ses); r.SPF.State != Found ||
		r.DKIM.State != Found {
		t.Errorf("without SendGrid: %+v", r)
	}
}
