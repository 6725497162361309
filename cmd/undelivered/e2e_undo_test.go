package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// undo sends one again and takes it back: by the message's button, and without script by the page's own.
func undo(t *testing.T, b *tab, button string) {
	b.open("/undelivered?view=ready")
	path := ask[string](b, `[...document.querySelectorAll('.report tbody tr')].filter(r => !r.innerText.includes('Sending')).map(r => r.querySelector('a.title').pathname).pop()`)
	b.open(path)
	b.submit(`form[action$="/resend"] .primary`)
	b.do(chromedp.WaitVisible(chromedp.CSS("#n-cancel")))
	b.submit(button)
	if said := ask[string](b, `document.querySelector('#toasts').innerText`); said == "" {
		t.Error("nothing says that it was taken back")
	}
	if !ask[bool](b, `!document.querySelector('#n-cancel') && !!document.querySelector('form[action$="/resend"] .primary')`) {
		t.Errorf("%s is still on its way", path)
	}
}
