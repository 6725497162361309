package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What a customer pays for, in the built program and a real browser.
func TestBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := h.startDemo()
	browser := newBrowser(t)
	b := newTab(t, browser, told.URL)
	b.signIn("owner@marlow.example")

	t.Run("journey", func(t *testing.T) { journey(t, &tab{t, b.ctx, b.url}, false) })
	t.Run("without script", func(t *testing.T) {
		plain := newTab(t, browser, told.URL)
		plain.withoutScript()
		journey(t, plain, true)
	})
	t.Run("first visit", func(t *testing.T) { firstVisit(t, newBrowser(t), told.URL) })
	all := unique(append(b.pages(), besides...))
	t.Run("pages", func(t *testing.T) { examineAll(t, all, b, newTab(t, browser, told.URL)) })
	var examined []string
	t.Run("support", func(t *testing.T) {
		desk := newTab(t, browser, told.URL, chromedp.WithNewBrowserContext())
		desk.signIn("support@undelivered.example")
		examined = append(all, desk.pages()[2:]...)
		examineAll(t, examined[len(all):], desk, newTab(t, desk.ctx, told.URL))
	})
	t.Run("pages without script", func(t *testing.T) {
		plain := newTab(t, browser, told.URL)
		plain.withoutScript()
		for _, path := range all {
			plain.open(path)
			plain.visible("h1")
		}
	})
	t.Run("acts", func(t *testing.T) {
		examined = append(examined, acts(t, &tab{t, b.ctx, b.url})...)
	})
	// after all of the above
	t.Run("every page", func(t *testing.T) { covered(t, http.MethodGet, examined, unexamined) })
}

// besides are the pages that neither the navigation nor another page's text leads to.
var besides = []string{"/me", "/search?q=a", "/texts", "/help/statuses", "/help/shortcuts", "/help/gallery",
	"/help/privacy", "/help/accessibility", "/views/new", "/import",
	"/settings/connections/new?provider=mailgun", "/undelivered?state=waiting",
	"/undelivered?q=nobody-has-this", "/undelivered/clear/confirm?status=soft_bounce",
	"/undelivered/resend/confirm?status=soft_bounce", "/sign-in/reset?token=used", "/sign-in/link?token=used",
	"/nowhere"}

// refusedPages are those among them that do not answer 200.
var refusedPages = map[string]int{"/nowhere": http.StatusNotFound,
	"/sign-in/reset?token=used": http.StatusUnprocessableEntity,
	"/sign-in/link?token=used":  http.StatusUnprocessableEntity}

// unique keeps the first of each.
func unique(paths []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(paths,
		func(path string) bool { again := seen[path]; seen[path] = true; return again })
}

// firstVisit measures what the first look at the dashboard brings over the wire, and from where.
func firstVisit(t *testing.T, browser context.Context, url string) {
	b := newTab(t, browser, url)
	b.signIn("owner@marlow.example")
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.ClearBrowserCache, cdp.Empty{})
		return err
	}))
	b.open("/")
	b.await("the fonts", `document.fonts.status === 'loaded'`)
	wire := ask[map[string]int](b,
		`Object.fromEntries([...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(e => [e.name, e.transferSize]))`)
	total := 0
	for name, size := range wire {
		if !strings.HasPrefix(name, url+"/") {
			t.Errorf("the dashboard asks %s", name)
		}
		total += size
	}
	if total < 40_000 || total > 110_000 {
		t.Errorf("a first visit brings %d bytes: %v", total, wire)
	}
}

// journey finds a failure with a mistyped address, corrects it, sends again, and sees it delivered.
func journey(t *testing.T, b *tab, reload bool) {
	const fix = `form.fix button[value="save-resend"]`
	path := b.thatHas(1, "/undelivered?view=mistyped&kind=recall", fix)[0] // a recall is never over
	b.open(path)
	b.submit(fix)
	b.awaitText("#n-state", "Delivered to", reload)
	b.open("/undelivered")
	b.visible("main h1")
	left, err := chromedp.Run(b.ctx,
		chromedp.Nodes(chromedp.CSSAll(fmt.Sprintf(`main a[href^="%s"]`, path)), chromedp.AtLeast(0)))
	if err != nil || len(left) > 0 {
		t.Errorf("delivered, and still on the report: %v, %v", left, err)
	}
}

// readings is how many pages of a kind are read for links: of what many things have pages, only some lead to
// all that there is (a customer who is opted out, a notification that nobody knows to have been sent).
const readings = 12

// pages are the sign-in page, the pages of the navigation, and one page of each kind that their links lead
// to.
func (b *tab) pages() []string {
	b.t.Helper()
	all := []string{"/sign-in", "/"}
	b.open("/")
	for _, path := range b.links("/", "nav") {
		if !slices.Contains(all, path) && !strings.HasSuffix(path, ".csv") && path != "/healthz" {
			all = append(all, path)
		}
	}
	read, kinds := slices.Clone(all[1:]), map[string]int{}
	for i := 0; i < len(read); i++ { // it grows meanwhile: a page that only another one leads to is one too
		for _, link := range b.links(read[i], "main") {
			kind := kindOf(link)
			if kind == "" || slices.Contains(read, link) || kinds[kind] >= readings {
				continue
			}
			if kinds[kind]++; kinds[kind] == 1 && !slices.Contains(all, link) {
				all = append(all, link)
			}
			read = append(read, link)
		}
	}
	return all
}

// links are the addresses that a part of a page leads to; the page is read, not shown.
func (b *tab) links(path, part string) []string {
	b.t.Helper()
	return ask[[]string](
		b,
		fmt.Sprintf(
			`fetch(%q).then(answer => answer.text()).then(text => new DOMParser().parseFromString(text, 'text/html'))
		.then(page => [...page.querySelectorAll('%s a[href^="/"]')].map(a => a.getAttribute('href').split('?')[0]))`,
			path,
			part,
		),
	)
}

// status is how the site answered the request for the page.
func (b *tab) status() int {
	b.t.Helper()
	return ask[int](b, `performance.getEntriesByType('navigation')[0].responseStatus`)
}

// kindOf names the page that a link leads to, whatever thing it is about; empty: it is no page.
func kindOf(link string) string {
	if strings.HasSuffix(link, ".csv") || strings.HasSuffix(link, "/export") ||
		strings.HasPrefix(link, "/api/") {
		return ""
	}
	parts := strings.Split(link, "/")
	for i, part := range parts {
		if strings.Contains(part, "_") || strings.Contains(part, ".") {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// violation is one finding of axe.
type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML string `json:"html"`
	}
}

// screen is how wide a page is shown, and whether in light or in dark.
type screen struct {
	width  int64
	scheme string
}

var screens = []screen{{1440, "light"}, {1440, "dark"}, {390, "light"}, {390, "dark"}}

// examineAll looks at all pages, in as many tabs at once.
func examineAll(t *testing.T, paths []string, tabs ...*tab) {
	free := make(chan *tab, len(tabs))
	for _, b := range tabs {
		free <- b
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			b := <-free
			defer func() { free <- b }()
			(&tab{t, b.ctx, b.url}).examine(path)
		})
	}
}

// examine looks at a page on a desk and on a telephone, in light and in dark.
func (b *tab) examine(path string) {
	b.t.Helper()
	b.open(path)
	b.do(chromedp.WaitReady(chromedp.CSS("main")))
	if got := b.status(); got != cmp.Or(refusedPages[path], http.StatusOK) {
		b.t.Fatalf("%s answers %d", path, got)
	}
	b.look(path)
}

// look is examine for the page that stands there.
func (b *tab) look(name string) {
	b.t.Helper()
	for _, s := range screens {
		b.size(s.width, s.scheme)
		_ = ask[bool](b, settled)
		b.judge(name, s)
	}
	b.fits(name)
}

// settled ends what fades from one scheme to the other; what turns for ever turns on.
const settled = `document.getAnimations().filter(a => a.effect.getComputedTiming().endTime < Infinity).forEach(a => a.finish()), true`

// judge asks axe about the page as it stands, and looks for what the policy stopped.
func (b *tab) judge(name string, s screen) {
	b.t.Helper()
	b.bringAxe()
	rules := `{}`
	// the same page in other colours: whatever is not about colours has been asked in light
	if s.scheme == "dark" {
		rules = `{runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}`
	}
	for _, v := range ask[[]violation](b, `axe.run(document, {resultTypes: ['violations'], ...`+rules+`}).then(r => r.violations)`) {
		b.t.Errorf("%s at %d, %s: %s: %s", name, s.width, s.scheme, v.Help, v.Nodes[0].HTML)
	}
	if touching := ask[string](b, touches); touching != "" {
		b.t.Errorf("%s at %d: a panel touches the one above it: %s", name, s.width, touching)
	}
	if stopped := ask[[]string](b, `window.stopped`); len(stopped) > 0 {
		b.t.Errorf("%s: the policy stopped %v", name, stopped)
	}
}

// bringAxe brings axe into the page, once.
func (b *tab) bringAxe() {
	b.t.Helper()
	if ask[bool](b, `!!window.axe`) {
		return
	}
	axe, err := os.ReadFile("../../web/testdata/axe.min.js")
	if err != nil {
		b.t.Fatal(err)
	}
	_ = ask[bool](b, string(axe)+";true")
}

// fits says whether the page as it stands fits the narrowest screen.
func (b *tab) fits(name string) {
	b.t.Helper()
	b.size(320, "light")
	if wide := ask[int](b, `document.documentElement.scrollWidth`); wide > 320 {
		b.t.Errorf("%s is %d wide on a screen of 320: %s", name, wide, ask[string](b, widest))
	}
}

// touches names a panel that stands right below another one.
const touches = `(() => { for (const e of document.querySelectorAll('.panel + .panel')) { const a = e.previousElementSibling.getBoundingClientRect(), r = e.getBoundingClientRect();
	if (a.height > 0 && r.left < a.right && r.top - a.bottom < 12) return e.outerHTML.slice(0, 160) } return '' })()`

// widest names what sticks out.
const widest = `(() => { for (const e of document.querySelectorAll('main *, header *')) { const r = e.getBoundingClientRect();
	if (r.right > 321 && getComputedStyle(e).position !== 'fixed') return e.outerHTML.slice(0, 160) } return '' })()`
