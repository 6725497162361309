package main

import "testing"

// undo sends one again and takes it back: by the message's button, and without script by the page's own.
func undo(t *testing.T, b *tab, button string) {
	path := b.thatHas(1, wholeReport, resendButton)[0]
	b.open(path)
	b.submit(resendButton)
	b.visible("#n-cancel")
	b.submit(button)
	if said := ask[string](b, `document.querySelector('#toasts').innerText`); said == "" {
		t.Error("nothing says that it was taken back")
	}
	if !ask[bool](b, `!document.querySelector('#n-cancel') && !!document.querySelector('`+resendButton+`')`) {
		t.Errorf("%s is still on its way", path)
	}
}
