package delivery

import (
	"context"
	"strings"

	"undelivered/providers/wire"
)

// The states of a finding that is about the providers in use.
const (
	Unnamed = "unnamed" // the record is there, and says nothing of a provider in use
	// SPF that needs more look-ups than receivers make (RFC 7208, 4.6.4): they take it for broken
	TooMany = "too_many"
)

// mostLookups is how many look-ups of the directory an SPF record may need.
const mostLookups = 10

// spfWalk follows an SPF record through what it includes.
type spfWalk struct {
	ask     TXT
	lookups int
	seen    map[string]bool
	names   []string // all that is included, however deep
	sure    bool
}

// follow reads the names that a record includes, and those in their records.
func (w *spfWalk) follow(ctx context.Context, record string) {
	for _, term := range strings.Fields(strings.ToLower(record)) {
		mechanism, value, _ := strings.Cut(strings.TrimLeft(term, "+-~?"), ":")
		redirect, to, _ := strings.Cut(mechanism, "=")
		switch {
		case redirect == "redirect":
			value = to
		case mechanism == "include":
		case mechanism == "a" || mechanism == "mx" || mechanism == "ptr" || mechanism == "exists",
			strings.HasPrefix(mechanism, "a/") || strings.HasPrefix(mechanism, "mx/"):
			w.lookups++
			continue
		default:
			continue
		}
		w.lookups++
		value = strings.TrimSuffix(value, ".")
		if w.seen[value] || w.lookups > mostLookups || value == "" || strings.Contains(value, "%") {
			continue
		}
		w.seen[value] = true
		w.names = append(w.names, value)
		records, sure := w.ask.beginning(ctx, value, spfBegins)
		if w.sure = w.sure && sure; len(records) == 1 {
			w.follow(ctx, records[0])
		}
	}
}

// through holds what SPF and DKIM say to the providers in use.
func (ask TXT) through(ctx context.Context, r *DomainRecords, providers []wire.Provider) {
	if r.SPF.State == Found {
		w := spfWalk{ask: ask, seen: map[string]bool{}, sure: true}
		w.follow(ctx, r.SPF.Record)
		r.SPF.Lacks = lacking(providers, func(p wire.Provider) []string { return p.SPF },
			func(name string) bool { return w.includes(name) })
		switch {
		case w.lookups > mostLookups:
			r.SPF.State = TooMany
		case len(r.SPF.Lacks) > 0 && w.sure:
			r.SPF.State = Unnamed
		}
	}
	answered := map[string]bool{}
	r.DKIM.Lacks = lacking(
		providers,
		func(p wire.Provider) []string { return p.Selectors },
		func(selector string) bool {
			if _, asked := answered[selector]; !asked {
				answered[selector] = ask.hasKey(ctx, selector, r.Domain)
			}
			return answered[selector]
		},
	)
	if len(r.DKIM.Lacks) > 0 {
		r.DKIM.State = Unnamed
	}
}

// includes says whether a record names a provider's domain, or one below it.
func (w *spfWalk) includes(domain string) bool {
	for _, name := range w.names {
		if name == domain || strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return false
}

// lacking are the names of the providers of which none of the marks is there; a provider without marks says
// nothing.
func lacking(providers []wire.Provider, marks func(wire.Provider) []string,
	there func(string) bool) (names []string) {
	for _, p := range providers {
		found := len(marks(p)) == 0
		for _, mark := range marks(p) {
			found = found || there(mark)
		}
		if !found {
			names = append(names, p.Name)
		}
	}
	return names
}
