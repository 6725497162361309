package delivery

import (
	"context"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"undelivered/providers/wire"
)

// domainLimit is how long the directory may take to answer about a sending domain.
const domainLimit = 5 * time.Second

// DomainRecords are what a sending domain says in the directory, by which receivers tell its mail from a
// forgery.
type DomainRecords struct {
	Domain    string
	SPF       Finding
	DKIM      Finding
	DMARC     Finding
	CheckedAt time.Time
}

// Finding is what was found of one kind of record.
type Finding struct {
	State  string // found, weak, missing, twice, too_many, unnamed, cannot_tell
	Record string
	Lacks  []string // unnamed: the providers in use of which it says nothing
}

// The states of a finding.
const (
	Found       = "found"
	Weak        = "weak" // DMARC that asks for nothing
	Absent      = "missing"
	Twice       = "twice" // two SPF records are none (RFC 7208, 4.5)
	CannotTell  = "cannot_tell"
	spfBegins   = "v=spf1"
	dmarcBegins = "v=DMARC1"
)

// selectors are the names under which the usual mail services keep their keys. A domain may use others, which
// cannot be found from outside.
var selectors = []string{
	"s1",
	"s2",
	"k1",
	"k2",
	"k3",
	"mailjet",
	"resend",
	"brevo1",
	"mail",
	"pm",
	"20230601",
	"selector1",
	"selector2",
	"google",
	"default",
	"dkim",
	"mta",
	"smtp",
	"mx",
	"scph0124",
}

// TXT asks the directory for the texts of a name.
type TXT func(ctx context.Context, name string) ([]string, error)

// LookupTXT asks the machine's resolver.
func LookupTXT(ctx context.Context, name string) ([]string, error) {
	return net.DefaultResolver.LookupTXT(ctx, name)
}

// CheckDomain looks for SPF, DKIM and DMARC of a sending domain, and whether they speak of the providers that
// it is sent through.
func (ask TXT) CheckDomain(ctx context.Context, domain string, now time.Time,
	providers ...wire.Provider) DomainRecords {
	ctx, cancel := context.WithTimeout(ctx, domainLimit)
	defer cancel()
	r := DomainRecords{Domain: domain, CheckedAt: now}
	var all sync.WaitGroup
	all.Go(func() { r.SPF = ask.spf(ctx, domain) })
	all.Go(func() { r.DKIM = ask.dkim(ctx, domain) })
	all.Go(func() { r.DMARC = ask.dmarc(ctx, domain) })
	all.Wait()
	ask.through(ctx, &r, providers)
	return r
}

func (ask TXT) spf(ctx context.Context, domain string) Finding {
	records, sure := ask.beginning(ctx, domain, spfBegins)
	switch {
	case !sure:
		return Finding{State: CannotTell}
	case len(records) == 0:
		return Finding{State: Absent}
	case len(records) > 1:
		return Finding{State: Twice, Record: strings.Join(records, "\n")}
	}
	return Finding{State: Found, Record: records[0]}
}

// dmarc looks at the domain and then at the domains above it (RFC 7489, 6.6.3, without a list of public
// suffixes).
func (ask TXT) dmarc(ctx context.Context, domain string) Finding {
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		records, sure := ask.beginning(ctx, "_dmarc."+name, dmarcBegins)
		switch {
		case !sure:
			return Finding{State: CannotTell}
		case len(records) == 1 && strings.Contains(strings.ReplaceAll(records[0], " ", ""), ";p=none"):
			return Finding{State: Weak, Record: records[0]}
		case len(records) == 1:
			return Finding{State: Found, Record: records[0]}
		}
	}
	return Finding{State: Absent}
}

func (ask TXT) dkim(ctx context.Context, domain string) Finding {
	found := make([]string, len(selectors))
	var all sync.WaitGroup
	for i, selector := range selectors {
		all.Go(func() {
			if ask.hasKey(ctx, selector, domain) {
				found[i] = selector + "._domainkey." + domain
			}
		})
	}
	all.Wait()
	if i := slices.IndexFunc(found, func(name string) bool { return name != "" }); i >= 0 {
		return Finding{State: Found, Record: found[i]}
	}
	return Finding{State: CannotTell}
}

// hasKey says whether there is a key under a selector. A name that is not there says nothing: others may be.
func (ask TXT) hasKey(ctx context.Context, selector, domain string) bool {
	texts, _ := ask(ctx, selector+"._domainkey."+domain+".")
	for _, text := range texts {
		if _, key, ok := strings.Cut(strings.ReplaceAll(text, " ", ""), "p="); ok && key != "" {
			return true
		}
	}
	return false
}

func (ask TXT) beginning(ctx context.Context, name, begins string) (records []string, sure bool) {
	texts, err := ask(ctx, name+".")
	if err != nil && !absent(err) {
		return nil, false
	}
	for _, text := range texts {
		if strings.HasPrefix(text, begins) {
			records = append(records, text)
		}
	}
	return records, true
}

// SenderDomain is the domain of a connection's From setting; empty when it is no email address.
func SenderDomain(from string) string {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return ""
	}
	return strings.ToLower(address.Address[strings.LastIndex(address.Address, "@")+1:])
}
