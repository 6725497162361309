package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The work of a day, in the built program and a real browser: by keys alone, many at once, with script and
// without.
func TestBrowserWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := h.startDemo()
	browser := newBrowser(t)
	b := newTab(t, browser, told.URL)
	b.signIn("owner@marlow.example")

	t.Run("keys", func(t *testing.T) { keys(t, &tab{t, b.ctx, b.url}) })
	t.Run("live", func(t *testing.T) { live(t, &tab{t, b.ctx, b.url}) })
	t.Run("several", func(t *testing.T) { several(t, &tab{t, b.ctx, b.url}, false) })
	t.Run("staying", func(t *testing.T) { staying(t, &tab{t, b.ctx, b.url}) })
	t.Run("without script", func(t *testing.T) {
		plain := newTab(t, browser, told.URL)
		plain.withoutScript()
		several(t, plain, true)
		filters(t, plain)
	})
	t.Run("undo", func(t *testing.T) {
		undo(t, &tab{t, b.ctx, b.url}, "#toasts form button")
		plain := newTab(t, browser, told.URL)
		plain.withoutScript()
		undo(t, plain, "#n-cancel")
	})
	t.Run("without colour", func(t *testing.T) { withoutColour(t, &tab{t, b.ctx, b.url}) })
}

// wholeReport is everything on the report, on one page.
const wholeReport = "/undelivered?per=100"

// resendButton is on the page of a notification that can be sent again.
const resendButton = `form[action$="/resend"] .primary`

// boxOf is the box that selects a notification in the report.
func boxOf(path string) string {
	return fmt.Sprintf(`.report td.sel input[value="%s"]`, strings.TrimPrefix(path, "/notifications/"))
}

// thatHas are notifications of a list whose pages have what a selector names.
func (b *tab) thatHas(n int, list, selector string) []string {
	b.t.Helper()
	b.open(list)
	var found []string
	for _, path := range unique(ask[[]string](b, `[...document.querySelectorAll('.report tbody a.title')].map(a => a.pathname)`)) {
		b.open(path)
		if ask[bool](b, fmt.Sprintf(`!!document.querySelector(%q)`, selector)) {
			found = append(found, path)
		}
		if len(found) == n {
			return found
		}
	}
	b.open(list)
	b.t.Fatalf("%d notifications of %s have %s, and %d are needed; %s", len(found), list, selector, n,
		b.shows())
	return nil
}

// press presses a key, wherever the focus is.
func (b *tab) press(key string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(key))
}

// await asks the page until it is so.
func (b *tab) await(what, expression string) {
	b.t.Helper()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(patience); time.Now().Before(until); <-tick.C {
		if ask[bool](b, expression) {
			return
		}
	}
	b.t.Fatalf("waited in vain for %s; %s", what, b.shows())
}

// focused is where the focus stands: the path of a link, else the id.
const focused = `(document.activeElement.pathname && document.activeElement.matches('.title') ? document.activeElement.pathname : document.activeElement.id || document.activeElement.tagName)`

// keys goes from the list to a failure, corrects its address, sends it again, and goes on with the next row,
// without touching anything but keys.
func keys(t *testing.T, b *tab) {
	const list = "/undelivered?status=mailbox_error&status=soft_bounce&status=not_delivered&channel=email"
	sendable := b.thatHas(1, list, resendButton)[0]
	b.open(list)
	rows := ask[[]string](b, `[...document.querySelectorAll('.report tbody a.title')].map(a => a.pathname)`)
	at := slices.Index(rows, sendable)
	if at < 0 || at == len(rows)-1 {
		t.Fatalf("%s has no row after it in %v", sendable, rows)
	}
	for range at + 1 {
		b.press("j")
	}
	if got := ask[string](b, focused); got != rows[at] {
		t.Fatalf("j leads to %s, not %s of %v", got, rows[at], rows)
	}
	b.press("x")
	b.await("the bar of the selection",
		`!document.querySelector('.bulk').hidden && document.querySelector('.bulk').innerText.includes('1 selected')`)
	b.press(kb.Enter)
	b.await("the notification",
		fmt.Sprintf(`location.pathname === %q && document.readyState === 'complete'`, rows[at]))
	b.press("e")
	b.await("the address to correct",
		`document.activeElement.matches('input[name=email], input[name=phone]')`)
	_ = ask[bool](
		b,
		`document.activeElement.select(), true`,
	) // the key itself is typed too, by a browser that is led by hand
	b.do(chromedp.KeyEvent("by.keys@marlow-patients.example"))
	const onButton = `document.activeElement.value === 'save-resend'`
	for range 15 {
		if ask[bool](b, onButton) {
			break
		}
		b.press(kb.Tab)
	}
	if got := ask[string](b, `document.querySelector('input[name=email]').value`); got != "by.keys@marlow-patients.example" ||
		!ask[bool](b, onButton) {
		t.Fatalf("%q is typed, and the focus is on %s", got,
			ask[string](b, `document.activeElement.outerHTML.slice(0, 120)`))
	}
	b.press(kb.Enter)
	b.await("the message that it is on its way",
		`!!document.querySelector('.toast') && document.querySelector('.toast').innerText.includes('on its way')`)
	b.open(list)
	next := ask[[]string](b, `[...document.querySelectorAll('.report tbody a.title')].map(a => a.pathname)`)
	b.press("j")
	want := next[at] // what stands where the row was that was opened, if it has left
	if still := slices.Index(next, rows[at]); still >= 0 {
		want = next[still+1] // others may have come before it
	}
	if got := ask[string](b, focused); got != want {
		t.Errorf("j goes on at %s, not %s", got, want)
	}
}

// live watches a resend: the page refreshes itself until it is delivered and then stops; whoever stands on a
// button stays there, and when the button goes stays in its part; the refresh can be stopped.
func live(t *testing.T, b *tab) {
	rows := b.thatHas(2, wholeReport, resendButton)
	b.open(rows[0])
	b.press("r")
	b.await("the button to stop refreshing", `!!document.querySelector('#n-stop')`)
	b.do(chromedp.Focus(chromedp.CSS("#n-cancel")))
	_ = ask[bool](b, `document.querySelector('#n-state').dataset.seen = 'first', true`)
	b.await("the first refresh", `document.querySelector('#n-state').dataset.seen !== 'first'`)
	if at := ask[string](b, focused); at != "n-cancel" {
		t.Errorf("after a refresh the focus stands on %s", at)
	}
	b.await("the end of refreshing", `!document.querySelector('[data-live]')`)
	b.await("the focus to stay in its part", `document.activeElement !== document.body`)
	b.open(rows[1])
	b.press("r")
	b.await("the button to stop refreshing", `!!document.querySelector('#n-stop')`)
	b.do(chromedp.Focus(chromedp.CSS("#n-stop")))
	b.press(kb.Enter)
	b.await("it to have stopped",
		`!document.querySelector('[data-live]') && document.activeElement.id === 'n-state'`)
}

// several resends chosen ones after a question with exact numbers, each of which shows its items, and sees
// the result.
func several(t *testing.T, b *tab, reload bool) {
	chosen := b.thatHas(3, wholeReport, resendButton)
	b.open(wholeReport)
	for _, path := range chosen {
		b.do(chromedp.Click(chromedp.CSS(boxOf(path))))
	}
	b.question(".bulk .primary")
	links := ask[[]string](b,
		`[...document.querySelectorAll('#question a[href*="show="]')].map(a => a.textContent + ' ' + a.getAttribute('href'))`)
	if len(links) == 0 {
		t.Fatal("no number shows its items")
	}
	for _, link := range links {
		text, href, _ := strings.Cut(link, " /")
		b.open("/" + href)
		rows := ask[int](b, `document.querySelectorAll('#b-items tbody tr').length`)
		if want := map[bool]string{true: "Show this one",
			false: fmt.Sprint("Show these ", rows)}[rows == 1]; text != want {
			t.Errorf("%q shows %d", text, rows)
		}
	}
	b.submit("#question footer .primary")
	b.awaitText("#b-progress", "3 of 3 done", reload)
	b.submit(`#b-control a[href="/undelivered"]`)
}

// staying offers to stay signed in before the sign-in runs out, without taking the focus, and stays.
func staying(t *testing.T, b *tab) {
	b.open("/me")
	b.do(chromedp.Focus(chromedp.CSS("input[name=name]")))
	_ = ask[bool](b, `dispatchEvent(new CustomEvent('signed-in', {detail: 200})), true`)
	b.await("the offer", `!!document.querySelector('#toasts [data-stay-now]')`)
	if at := ask[string](b, `document.activeElement.name`); at != "name" {
		t.Errorf("the offer has taken the focus to %s", at)
	}
	b.do(chromedp.Click(chromedp.CSS("#toasts [data-stay-now]")))
	b.await("the offer to go", `!document.querySelector('#toasts [data-stay-now]')`)
	_ = ask[bool](b, `dispatchEvent(new CustomEvent('signed-in', {detail: 0.01})), true`)
	b.await("the word that it is over", `document.querySelector('#toasts').innerText.includes('signed out')`)
}

// filters narrow the report by a form without script, and keep its state in the address.
func filters(t *testing.T, b *tab) {
	b.open("/undelivered")
	b.do(chromedp.Click(chromedp.CSS("label.chip:has(#s-hard_bounce)")))
	b.submit("#filters noscript button")
	if search := ask[string](b, `location.search`); !strings.Contains(search, "status=hard_bounce") {
		t.Errorf("the address is %s", search)
	}
	if wrong := ask[int](b, `[...document.querySelectorAll('.report tbody tr')].filter(r => !r.innerText.includes('Hard bounce') && !r.innerText.includes('Sending again')).length`); wrong > 0 {
		t.Errorf("%d rows are no hard bounces", wrong)
	}
}

// withoutColour reads the statuses on their help page and on the report: each has a word and a picture of its
// own.
func withoutColour(t *testing.T, b *tab) {
	for path, least := range map[string]int{"/help/statuses": 9, "/undelivered?per=100": 5} {
		b.open(path)
		badges := ask[[][2]string](b,
			`[...document.querySelectorAll('main .badge')].map(e => [e.textContent.trim(), e.querySelector('use')?.getAttribute('href').split('#')[1] || ''])`)
		words, pictures := map[string]string{}, map[string]string{}
		for _, badge := range badges {
			word, picture := badge[0], badge[1]
			if word == "" || picture == "" {
				t.Errorf("%s: a badge of %q and %q", path, word, picture)
			}
			words[word] = picture
			pictures[picture] = word
		}
		if len(words) < least || len(pictures) < least {
			t.Errorf("%s: %d words and %d pictures: %v", path, len(words), len(pictures), words)
		}
	}
}
