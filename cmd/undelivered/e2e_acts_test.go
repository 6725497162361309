package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// acts examines the pages that only an act leads to, and returns their addresses.
func acts(t *testing.T, b *tab) []string {
	b.open("/settings/people")
	b.fill("form.panel", map[string]string{"name": "Nora Fell", "email": "nora@marlow.example"})
	b.shownOnce("#link")
	invited := ask[string](b,
		`(u => u.pathname + u.search)(new URL(document.querySelector('#link').textContent))`)
	b.open("/settings/keys")
	b.fill("form.panel", map[string]string{"name": "Front desk"})
	b.shownOnce("#new-key")
	paths := []string{invited, b.leads("/support/requests", "/support/requests/", `/agree/[\w-]+`),
		b.leads("/undelivered?per=100", "/notifications/", `/notifications/\w+/send-by-\w+/confirm`),
		b.leads("/undelivered?per=100", "/notifications/",
			`/notifications/\w+/resend/confirm`), b.importing()}
	for _, path := range paths {
		b.examine(path)
	}
	return append(paths, b.jobs()...)
}

// fill types into a form and sends it.
func (b *tab) fill(form string, fields map[string]string) {
	b.t.Helper()
	for name, value := range fields {
		b.do(chromedp.SetValue(chromedp.CSS(fmt.Sprintf("main %s input[name=%s]", form, name)), value))
	}
	b.submit("main " + form + " .panel-foot .primary")
}

// shownOnce looks at a page that can't be opened again.
func (b *tab) shownOnce(what string) {
	b.t.Helper()
	b.visible(what)
	b.look("the page with " + what)
}

// leads is the first link of a kind on the pages that a list leads to.
func (b *tab) leads(list, pages, link string) string {
	b.t.Helper()
	b.open(list)
	path := ask[string](b,
		fmt.Sprintf(`(async () => { for (const a of document.querySelectorAll('main a[href^="%s"]')) {
		const found = (await (await fetch(a.href)).text()).match(/%s/); if (found) return found[0] } return '' })()`, pages, strings.ReplaceAll(link, "/", `\/`)))
	if path == "" {
		b.t.Fatalf("nothing on %s leads to %s; %s", list, link, b.shows())
	}
	return path
}

// importing is the preview of a file with one correction.
func (b *tab) importing() string {
	b.t.Helper()
	b.open("/undelivered?channel=email")
	id := ask[string](b, `document.querySelector('.report tbody input[name=id]').value`)
	file, err := json.Marshal("id,address\n" + id + ",corrected@marlow-patients.example\n")
	if err != nil {
		b.t.Fatal(err)
	}
	b.open("/import")
	_ = ask[bool](
		b,
		`(() => { const d = new DataTransfer(); d.items.add(new File([`+string(
			file,
		)+`], 'corrected.csv', {type: 'text/csv'}));
		document.querySelector('main input[type=file]').files = d.files; return true })()`,
	)
	b.submit("main form .primary")
	return ask[string](b, `location.pathname`)
}

// jobs are pages of many at once: one that runs and one that is paused, which are both taken back, and one
// that is done.
func (b *tab) jobs() []string {
	b.t.Helper()
	const many = "/undelivered/resend/confirm?all=1&status=hard_bounce&status=soft_bounce&status=mailbox_error"
	b.open(many)
	b.standing(func() {
		b.submit("#question footer .primary")
		if !ask[bool](b, `!!document.querySelector('[data-live]')`) {
			b.t.Error("a set that is worked on does not refresh itself")
		}
		b.look("the page of a set that is worked on")
	})
	b.takeBack()
	b.open(many)
	paused := ask[string](b, `(async () => { const form = document.querySelector('#question');
		const at = await fetch(form.action, {method: 'POST', body: new URLSearchParams(new FormData(form))});
		await fetch(at.url + '/pause', {method: 'POST', body: new URLSearchParams({request_id: 'pausing'})});
		return new URL(at.url).pathname })()`)
	b.examine(paused)
	b.visible("#b-resume")
	b.takeBack()
	clearable := b.thatHas(1, "/undelivered", `a[href$="/clear/confirm"]`)[0]
	b.open("/undelivered")
	b.do(chromedp.Click(chromedp.CSS(boxOf(clearable))))
	b.question(`.bulk [formaction="/undelivered/clear/confirm"]`)
	b.do(chromedp.SetValue(chromedp.CSS("#question [name=outcome]"), "phoned"))
	b.submit("#question footer .primary")
	b.awaitText("#b-progress", "1 of 1 done", true)
	done := ask[string](b, `location.pathname`)
	b.examine(done)
	return []string{paused, done}
}

// takeBack takes the set of the page back.
func (b *tab) takeBack() {
	b.t.Helper()
	b.visible("#b-undo")
	b.submit("#b-undo")
	b.awaitText("#b-progress", "Taken back", true)
}

// standing lets no part of a page refresh itself meanwhile, so that it can be looked at as it was.
func (b *tab) standing(do func()) {
	b.t.Helper()
	b.block(&network.BlockPattern{URLPattern: "*://*:*/*?*poll=*", Block: true})
	do()
	b.block()
}

func (b *tab) block(patterns ...*network.BlockPattern) {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetBlockedURLs,
			network.SetBlockedURLsParams{URLPatterns: patterns})
		return err
	}))
}
