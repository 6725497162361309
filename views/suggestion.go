package views

import "strings"

// Suggestion is a likely correction of an address.
type Suggestion struct {
	ID     string
	OnFile string
	Value  string
}

// marks parts two addresses into what they share at both ends and what differs between.
func (s Suggestion) marks() (before, del, ins, after string) {
	a, b := []rune(s.OnFile), []rune(s.Value)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return string(
		a[:start],
	), string(a[start : len(a)-end]), string(b[start : len(b)-end]), string(a[len(a)-end:])
}

// differs is the part that the question names: the domain when it is the domain that differs.
func (s Suggestion) differs() string {
	at := lastAt(s.Value)
	if at > 0 && strings.HasPrefix(s.OnFile, s.Value[:at+1]) {
		return s.Value[at+1:]
	}
	return s.Value
}
