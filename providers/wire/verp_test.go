package wire

import (
	"strings"
	"testing"
)

// A bounce address names its attempt, survives a change of case, and cannot be made up or moved to another
// attempt.
func TestBounceAddress(t *testing.T) {
	s := Settings{"bounce_domain": "bounces.example", "bounce_secret": "s3cret"}
	address := BounceAddress(s, "att_01")
	if !strings.HasPrefix(address, "b+att_01.") || !strings.HasSuffix(address, "@bounces.example") {
		t.Fatal(address)
	}
	for _, same := range []string{address, "<" + address + ">", strings.ToUpper(address)} {
		if id, ok := BouncedAttempt(s, same); !ok || !strings.EqualFold(id, "att_01") {
			t.Errorf("%s: %q %v", same, id, ok)
		}
	}
	for _, wrong := range []string{"", "b+", "b+att_01", "b+att_01.@bounces.example",
		"b+att_01.aaaaaaaaaaaaaaaa@bounces.example",
		strings.Replace(address, "att_01", "att_02", 1), "a" + address, "mira@example.net"} {
		if id, ok := BouncedAttempt(s, wrong); ok {
			t.Errorf("%s: %q", wrong, id)
		}
	}
	if _, ok := BouncedAttempt(Settings{"bounce_secret": "other"}, address); ok {
		t.Error("another secret proves it")
	}
	if BounceAddress(Settings{"bounce_domain": "b.example"}, "att_01") != "" {
		t.Error("an address without a secret")
	}
}
