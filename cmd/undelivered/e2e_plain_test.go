package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"undelivered/cmd/undelivered/demo"
)

// act is one button that a person presses in a browser without script.
type act struct {
	route string // that its form is sent to
	who   string // the email of the person; a word after it tells two computers of one person apart
	// a page, and the kinds of links that lead on from it; none: the page that the act before led to
	way    []string
	button string // which of several buttons
	await  string // what the page says before the button is there; it is loaded again until then
	fields map[string]string
	says   string // on the page that answers
}

// Every act works without script: each button is reached by links, pressed, and answered by a page that says
// what was done; and the browser has then sent a form to every route that takes one.
func TestBrowserActsWithoutScript(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := h.startDemo()
	h.sleep()
	h.misses(told.Accounts[0].ID)
	told = h.startDemo()
	h.troubles(told.Accounts[0])
	crowd := &crowd{t: t, browser: newBrowser(t), url: told.URL, tabs: map[string]*tab{}}
	t.Run("unknown", func(t *testing.T) {
		b := newTab(t, crowd.browser, told.URL, chromedp.WithNewBrowserContext())
		b.signIn(manager)
		b.seeUnknown()
	})
	t.Run("import", func(t *testing.T) { roundTrip(t, crowd.person(t, manager)) })
	for _, a := range plainActs {
		t.Run(strings.TrimPrefix(a.route, "/"), func(t *testing.T) { crowd.person(t, a.who).act(a) })
	}
	t.Run("every act", func(t *testing.T) { covered(t, http.MethodPost, crowd.sent, unpressed) })
}

// crowd are people, each at a computer of their own, and what their browsers send.
type crowd struct {
	t       *testing.T
	browser context.Context
	url     string
	tabs    map[string]*tab

	mu   sync.Mutex
	sent []string
}

// person is somebody who is signed in; an empty name is nobody.
func (c *crowd) person(t *testing.T, who string) *tab {
	t.Helper()
	if c.tabs[who] == nil {
		b := newTab(c.t, c.browser, c.url, chromedp.WithNewBrowserContext())
		b.withoutScript()
		b.size(1440, "light")
		if err := chromedp.Listen(b.ctx, c.note); err != nil {
			t.Fatal(err)
		}
		if email, _, _ := strings.Cut(who, " "); email != "" {
			b.signIn(email)
		}
		c.tabs[who] = b
	}
	return &tab{t, c.tabs[who].ctx, c.url}
}

// note keeps the address of each form that is sent.
func (c *crowd) note(event any) {
	request, ok := event.(*network.EventRequestWillBeSent)
	if !ok || request.Request.Method != http.MethodPost {
		return
	}
	if at, err := url.Parse(request.Request.URL); err == nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sent = append(c.sent, at.Path)
	}
}

// act goes to where the button is, fills its form, presses it, and reads the answer.
func (b *tab) act(a act) {
	b.t.Helper()
	if len(a.way) > 0 && a.way[0] != "" {
		b.open(a.way[0])
	}
	if a.await != "" {
		b.awaitText("main", a.await, true)
	}
	if !b.reach(a.way[min(1, len(a.way)):], a) {
		b.t.Fatalf("no button on the way %q leads to %s; at last at %s", a.way, a.route,
			ask[string](b, `location.href`))
	}
	if wrong := ask[string](b, fmt.Sprintf(fillIn, asJSON(b.t, a.fields))); wrong != "" {
		b.t.Fatalf("%s has no field for %s", a.route, wrong)
	}
	b.submit("[data-pressed]")
	b.proveAgain()
	said := ask[string](b,
		`[...document.querySelectorAll('#toasts, #errors, #h-progress, main [role=status], main .notice, h1')].map(e => e.innerText).join(' | ')`)
	if got := b.status(); got >= http.StatusBadRequest || !ask[bool](b, `!!document.querySelector('h1')`) {
		b.t.Errorf("%s answers %d: %s", a.route, got, said)
	}
	if !strings.Contains(said, a.says) || a.says == "" {
		b.t.Errorf("%s answers %q, and not %q", a.route, said, a.says)
	}
}

// proveAgain gives the password when a page asks for it before a grave act: the sign-in may have been a while
// ago.
func (b *tab) proveAgain() {
	b.t.Helper()
	if ask[bool](b, `!!document.querySelector('input[name=again_password]')`) {
		b.do(chromedp.SetValue(chromedp.CSS("input[name=again_password]"), demo.Password))
		b.submit("main form.panel .primary")
	}
}

// reach follows one link of each kind, in every way there is, until the button is found.
func (b *tab) reach(links []string, a act) bool {
	b.t.Helper()
	if len(links) == 0 {
		return ask[bool](b, fmt.Sprintf(findButton, shape(a.route).String(), a.button))
	}
	for _, href := range ask[[]string](b, fmt.Sprintf(leadsOn, links[0])) {
		b.open(href)
		if b.reach(links[1:], a) {
			return true
		}
	}
	return false
}

const (
	// leadsOn are the addresses of links, also of those that are shown to be copied.
	leadsOn = `[...new Set([...document.querySelectorAll(%q)].filter(e => e.href || e.textContent.trim().startsWith('http')).map(e => new URL(e.getAttribute('href') || e.textContent.trim(), location)).map(u => u.pathname + u.search))]`
	// findButton marks the button that sends its form to an address that fits, and opens what it is hidden
	// in.
	findButton = `(() => { const fits = new RegExp(%q), which = %q;
		const found = [...document.querySelectorAll('button')].find(e =>
			e.form && (e.getAttribute('formmethod') || e.form.method) === 'post' &&
			e.type === 'submit' &&
			(!which || e.matches(which)) &&
			fits.test(new URL(e.getAttribute('formaction') || e.form.getAttribute('action'), location).pathname));
		if (!found) return false;
		found.dataset.pressed = '';
		for (let e = found.closest('details'); e; e = e.parentElement.closest('details')) e.open = true;
		return true })()`
	// fillIn fills the fields of the button's form, and names one that is not there; of a list * is the last
	// choice.
	fillIn = `(() => { const form = document.querySelector('[data-pressed]').form;
		for (const [name, value] of Object.entries(%s || {})) {
			const e = form.elements[name];
			if (!e) return name;
			if (e.type === 'checkbox') e.checked = value === 'on';
			else e.value = value === '*' ? [...e.options].pop().value : value;
		} return '' })()`
)
