package main

import (
	"net/url"
	"testing"
)

// Each state that an entry of a provider's list can be in, and the page on which a customer agrees, meet axe
// in light and dark, on a desk and on a telephone, and fit a narrow screen.
func TestBrowserSeesEveryStateOfASuppression(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := h.startDemo()
	b := newTab(t, newBrowser(t), told.URL)
	b.signIn("manager@marlow.example")
	states := b.suppressions()
	if len(states) < 6 {
		t.Errorf("the demo shows only these states: %v", states)
	}
	for state, path := range states {
		t.Run(state, func(t *testing.T) { (&tab{t, b.ctx, b.url}).examine(path) })
	}
	t.Run("agreeing", func(t *testing.T) {
		b := &tab{t, b.ctx, b.url}
		b.open(states["Waiting for the customer"])
		link, err := url.Parse(ask[string](b, `document.querySelector('pre.raw').textContent.trim()`))
		if err != nil {
			t.Fatal(err)
		}
		b.examine(link.Path)
	})
}

// suppressions are the pages of one entry in each state that the list shows.
func (b *tab) suppressions() map[string]string {
	b.t.Helper()
	b.open("/suppressions")
	return ask[map[string]string](b,
		`Object.fromEntries([...document.querySelectorAll('main tbody td:last-child')].map(cell =>
		[(cell.querySelector('.badge') || cell.querySelector('a').firstChild).textContent.trim(), cell.querySelector('a').getAttribute('href')]))`)
}
