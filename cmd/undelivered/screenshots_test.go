package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder for photographs of every page")

// Every page can be photographed, on a desk and on a telephone, in light and in dark.
func TestBrowserScreenshots(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := h.startDemo()
	b := newTab(t, newBrowser(t), told.URL)
	b.signIn("owner@marlow.example")
	b.photograph(append(b.pages(), besides...))
	if *screenshots != "" {
		desk := newTab(t, newBrowser(t), told.URL)
		desk.signIn("support@undelivered.example")
		desk.photograph(desk.pages()[2:])
	}
}

func (b *tab) photograph(pages []string) {
	b.t.Helper()
	if *screenshots == "" {
		pages = pages[:2]
	}
	for _, path := range pages {
		for name, width := range map[string]int64{"desktop": 1440, "mobile": 390} {
			for _, scheme := range []string{"light", "dark"} {
				b.size(width, scheme)
				b.open(path)
				picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
				if err != nil || len(picture) == 0 {
					b.t.Fatalf("%s: %d bytes, %v", path, len(picture), err)
				}
				b.keep(picture, path, name+"-"+scheme)
			}
		}
	}
}

func (b *tab) keep(picture []byte, path, look string) {
	b.t.Helper()
	if *screenshots == "" {
		return
	}
	name := strings.Trim(
		strings.NewReplacer("/", "-", "*", "one", "?", "-", "=", "-", "&", "-").Replace(kindOf(path)),
		"-",
	)
	if name == "" {
		name = "dashboard"
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+"-"+look+".png"), picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
