package views

import (
	"strings"
	"testing"
	"time"
)

// The badge is red only where something is undelivered, says so when its number may be old, and is dark for
// who asks.
func TestWidgetBadge(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 4, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		card WidgetCard
		want string
	}{
		"number":    {WidgetCard{State: "ok", Count: 5}, "#a11f1b"},
		"zero":      {WidgetCard{State: "ok"}, "#1b6234"},
		"withdrawn": {WidgetCard{State: "withdrawn"}, "#504d46"},
		"stale": {WidgetCard{State: "stale", Count: 5, AsOf: now.Add(-24 * time.Minute), Now: now,
			Zone: time.UTC}, "5, as of 11:40 today"},
		"dark":      {WidgetCard{State: "ok", Count: 5, Theme: "dark"}, "#ff9d92"},
		"dark card": {WidgetCard{State: "ok", Theme: "dark"}, "#191c1f"},
		"light":     {WidgetCard{State: "ok", Theme: "auto"}, "#ffffff"},
	} {
		var drawn strings.Builder
		if err := WidgetBadge(c.card).Render(t.Context(), &drawn); err != nil ||
			!strings.Contains(drawn.String(), c.want) {
			t.Errorf("%s: %q is not in %s: %v", name, c.want, drawn.String(), err)
		}
	}
}
