package providers

import "testing"

// listings are examples after which the provider keeps the address on a list of its own, and which; empty: on
// none.
var listings = map[string]string{
	"sendgrid": "bounce", "postmark": "bounce", "mailgun": "bounce", "ses": "bounce", "resend": "bounce",
	"brevo": "bounce", "sparkpost": "bounce",
}

// What a provider now keeps on its list is noted from its events, by kind: hard bounces and complaints by
// every provider that lists them, and never what the receiver's policy or the content is to blame for.
func TestListings(t *testing.T) {
	seen := map[string]map[string]bool{}
	for _, x := range examples(t) {
		if _, lists := listings[x.Provider]; !lists || x.Direction != "webhook" {
			continue
		}
		reading, err := x.read(t)
		if err != nil {
			t.Fatal(x.File, err)
		}
		for _, e := range reading.Events {
			if seen[x.Provider] == nil {
				seen[x.Provider] = map[string]bool{}
			}
			key := string(e.Type) + " " + e.Reason
			seen[x.Provider][key+" "+e.SuppressionKind] = true
			if (e.Type == "blocked" || e.Type == "delivered") && e.SuppressionKind != "" &&
				x.Provider != "sendgrid" {
				t.Errorf("%s: %s is listed as %s", x.File, key, e.SuppressionKind)
			}
			if e.Type == "complaint" && e.SuppressionKind != "complaint" {
				t.Errorf("%s: a complaint is listed as %q", x.File, e.SuppressionKind)
			}
			if e.Type == "hard_bounce" && e.Reason == "user-unknown" &&
				e.SuppressionKind != listings[x.Provider] {
				t.Errorf("%s: %s is listed as %q, want %q", x.File, key, e.SuppressionKind,
					listings[x.Provider])
			}
		}
	}
	for code := range listings {
		if !seen[code]["hard_bounce user-unknown "+listings[code]] {
			t.Errorf("%s: no example of an address that does not exist: %v", code, seen[code])
		}
	}
}
