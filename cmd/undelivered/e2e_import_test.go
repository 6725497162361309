package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// roundTrip exports the report, corrects an address as a spreadsheet would, brings the file back, sees the
// change with its check, applies it, sends the corrected again, and sees it delivered. A recall is never
// over.
func roundTrip(t *testing.T, b *tab) {
	rows := b.export("/undelivered?status=hard_bounce&channel=email&kind=recall")
	id, address := slices.Index(rows[0], "id"), slices.Index(rows[0], "address")
	if id < 0 || address < 0 || len(rows) < 3 {
		t.Fatalf("the export is %v", rows)
	}
	was := rows[1][address]
	rows[1][address] = "corrected.by.file@marlow-patients.example"
	rows[2][address] = "not an address"
	for _, comma := range []rune{',', ';'} {
		b.upload(written(t, rows, comma))
		seen := ask[[]string](b,
			`[...document.querySelectorAll('main tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()).join(' | '))`)
		if len(seen) != 2 || !strings.Contains(seen[0], was+" | "+rows[1][address]) ||
			!strings.Contains(seen[1], "not an address") {
			t.Errorf("the preview of the file with %q shows %q", comma, seen)
		}
	}
	b.submit("main form .primary")
	b.submit(`main .notice a[href^="/undelivered/resend/confirm"]`)
	b.submit("#question footer .primary")
	b.awaitText("#b-progress", "1 of 1 done", true)
	b.open("/notifications/" + rows[1][id])
	b.awaitText("#n-state", "Delivered to "+rows[1][address], true)
}

// export saves the report as a file.
func (b *tab) export(rep string) [][]string {
	b.t.Helper()
	folder := b.t.TempDir()
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := chromedp.CallBrowser(
			ctx,
			browser.SetDownloadBehavior,
			browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName,
				BrowserContextID: chromedp.FromContext(
					b.ctx,
				).BrowserContextID, DownloadPath: folder, EventsEnabled: new(true)},
		)
		return err
	}))
	ended := make(chan string, 10)
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.ListenBrowser(ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok &&
			e.State != browser.DownloadProgressStateInProgress {
			ended <- e.GUID
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.open(rep)
	b.do(chromedp.Click(chromedp.CSS(`#report-actions a[href^="/undelivered.csv"]`)))
	select {
	case name := <-ended:
		file, err := os.ReadFile(filepath.Join(folder, name))
		rows, wrong := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
		if err != nil || wrong != nil {
			b.t.Fatal(err, wrong)
		}
		return rows
	case <-ctx.Done():
		b.t.Fatal("the export does not arrive")
	}
	return nil
}

// upload gives a file to the page of imports, and waits for its preview.
func (b *tab) upload(file []byte) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "corrected.csv")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.open("/import")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("main input[type=file]"), []string{path}))
	b.submit("main form .primary")
}

// written is a table as a spreadsheet saves it; with semicolons where the comma divides whole numbers from
// their parts, and there with a mark and the ends of lines of Windows.
func written(t *testing.T, rows [][]string, comma rune) []byte {
	t.Helper()
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	if w.Comma = comma; comma == ';' {
		file.WriteString("\ufeff")
		w.UseCRLF = true
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
