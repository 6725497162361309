package report

import (
	"errors"
	"net/url"
	"testing"

	"undelivered/models"
)

// A filter says which field is wrong, and keeps what it could read.
func TestFilterRefusesWrongFields(t *testing.T) {
	for query, field := range map[string]string{
		"from=2026-11-20&to=2026-11-01": "from", "from=2025-01-01&to=2026-06-01": "from",
		"from=2026-02-30": "from",
		"to=tomorrow":     "to", "status=gone": "status", "channel=fax": "channel", "state=lost": "state",
		"sort=name": "sort",
		"range=5d":  "range", "per=7": "per", "after=%21": "after",
	} {
		v, _ := url.ParseQuery(query + "&q=praman")
		f, err := ParseFilter(v)
		var bad models.Invalid
		if !errors.As(err, &bad) || bad[field].Key == "" {
			t.Errorf("%s: %v", query, err)
		}
		if f.Q != "praman" {
			t.Errorf("%s: the search was lost", query)
		}
	}
	if _, err := ParseFilter(url.Values{"from": {"2025-11-20"}, "to": {"2026-11-20"}}); err != nil {
		t.Errorf("366 days are allowed: %v", err)
	}
}

// A filter written as an address reads back as the same filter.
func TestFilterRoundTrip(t *testing.T) {
	v, _ := url.ParseQuery(
		"range=90d&status=bounced&status=invalid&channel=sms&reason=expired&domain=gmail.com&q=a+b&state=waiting&view=due&sort=customer&per=25",
	)
	f, err := ParseFilter(v)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseFilter(f.Values())
	if err != nil || again.Values().Encode() != f.Values().Encode() || len(again.Statuses) != 3 ||
		again.View != ViewDue {
		t.Errorf("%v: %v, not %v", err, again, f)
	}
}
