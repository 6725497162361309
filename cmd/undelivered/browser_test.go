package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"undelivered/cmd/undelivered/demo"
)

// chromium is the browser of the tests.
func chromium() (string, error) {
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New(
		"these tests also need a browser (Debian, Ubuntu: sudo apt-get install chromium), or CHROMIUM " +
			"names one; make test-quick needs none",
	)
}

// chrome is the one browser of all tests of this package.
var chrome = sync.OnceValues(func() (context.Context, error) {
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "undelivered-chromium-*")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.UserDataDir(dir), chromedp.Flag("disable-quic", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(ctx)
	atEnd(func() { cancel(); stop(); os.RemoveAll(dir) })
	return ctx, chromedp.Do(ctx)
})

// newBrowser is a browser without any history, as far as a site can tell: nothing is shared with other tests.
func newBrowser(t *testing.T) context.Context {
	t.Helper()
	all, err := chrome()
	if err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	ctx, cancel := chromedp.NewContext(all, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("a new window: %v", err)
	}
	return ctx
}

// tab is one tab of the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
	url string // of the site
}

// watchful notes what the content security policy stops, from the first byte of each page.
const watchful = `window.stopped = []; document.addEventListener('securitypolicyviolation', e => window.stopped.push(e.violatedDirective + ' ' + e.blockedURI))`

// newTab opens a tab; with WithNewBrowserContext it has cookies of its own.
func newTab(t *testing.T, browser context.Context, url string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, options...)
	t.Cleanup(cancel)
	b := &tab{t, ctx, url}
	// opens it: the tab lives as long as the context of its first step
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("a new tab: %v", err)
	}
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled,
			emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument,
			page.AddScriptToEvaluateOnNewDocumentParams{Source: watchful + sameClock()})
		return err
	}))
	return b
}

// sameClock turns the clock of a page's scripts to what the program's clock shows, which a test may have
// turned.
func sameClock() string {
	return fmt.Sprintf(`; (by => { if (Math.abs(by) < 60000) return; const Real = Date;
		window.Date = class extends Real { constructor(...at) { at.length ? super(...at) : super(Real.now() + by) } static now() { return Real.now() + by } } })(%d - Date.now())`, time.Now().UnixMilli())
}

// patience is how long one step may take on a busy machine.
const patience = time.Minute

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("in the browser: %v; %s", err, b.shows())
	}
}

// visible waits until the page shows what a selector names.
func (b *tab) visible(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(selector))); err != nil {
		b.t.Fatalf("waited in vain for %s: %v; %s", selector, err, b.shows())
	}
}

// shows is where the tab is and what it shows, to explain a failure.
func (b *tab) shows() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + ' shows ' + (document.querySelector('main') || document.body).innerText.slice(0, 800)`,
	))
	if err != nil {
		return "and the page does not answer: " + err.Error()
	}
	return said
}

func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("asking %.80s: %v; %s", expression, err, b.shows())
	}
	return v
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.url + path))
}

// size makes the tab as wide as a screen, in light or dark.
func (b *tab) size(width int64, scheme string) {
	b.t.Helper()
	b.do(
		chromedp.EmulateViewport(width, 900),
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			return err
		}),
	)
}

// withoutScript switches the page's own scripts off.
func (b *tab) withoutScript() {
	b.t.Helper()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
}

// submit presses a button and waits for the page that it leads to.
func (b *tab) submit(button string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil,
		chromedp.Click(chromedp.CSS(button)))); err != nil {
		b.t.Fatalf("waited in vain for the page that %s leads to: %v; %s", button, err, b.shows())
	}
}

// question presses a button that asks something, in a dialog or, without script, on a page of its own.
func (b *tab) question(button string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(button)))
	b.visible("#question")
}

func (b *tab) signIn(email string) {
	b.t.Helper()
	b.open("/sign-in")
	b.do(chromedp.SetValue(chromedp.CSS("main form input[name=email]"), email),
		chromedp.SetValue(chromedp.CSS("main form input[name=password]"), demo.Password))
	b.submit("main form button.primary")
}

// awaitText reads the page until it says something, loading it again when it does not refresh itself.
func (b *tab) awaitText(selector, want string, reload bool) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	got := ""
	for !strings.Contains(got, want) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			b.t.Fatalf("waited in vain for %s to say %q: it says %q; %s", selector, want, got, b.shows())
		}
		if reload {
			b.do(chromedp.Reload())
		}
		// it may be about to be replaced: ask again
		got, _ = chromedp.Run(ctx, chromedp.Text(chromedp.CSS(selector)))
	}
}

// startDemo starts the demo in the house and reads what it says of itself; at first it moves into what was
// filled once.
func (h *house) startDemo() demo.Summary {
	h.t.Helper()
	if _, err := os.Stat(filepath.Join(h.data, marker)); err != nil {
		from, err := filled()
		if err == nil {
			err = os.CopyFS(h.data, os.DirFS(from))
		}
		if err != nil {
			h.t.Fatalf("the demo can't be filled: %v", err)
		}
	}
	h.run = exec.Command(h.path, "demo", "--json")
	h.run.Env, h.run.Stderr = h.environment(), h.log
	out, err := h.run.StdoutPipe()
	if err == nil {
		err = h.run.Start()
	}
	if err != nil {
		h.t.Fatal(err)
	}
	var said demo.Summary
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &said)
	}
	if err != nil {
		h.t.Fatalf("the demo did not start: %s: %v", line, err)
	}
	return said
}

// sleep ends the program as its service manager does.
func (h *house) sleep() {
	h.t.Helper()
	err := h.run.Process.Signal(syscall.SIGTERM)
	if err == nil {
		err = h.run.Wait()
	}
	if err != nil {
		h.t.Fatalf("the program did not end well: %v", err)
	}
	h.run = nil
}
