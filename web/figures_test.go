package web_test

import (
	"encoding/csv"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"undelivered/web/webtest"
)

// figure is a number of a page and the report that it leads to.
type figure struct {
	n    int
	link string
}

var someNumber = regexp.MustCompile(`\d[\d,]*`)

// figures are the numbers of all parts of a page that a selector finds, each with the link in or around it.
func figures(t *testing.T, p *webtest.Page, selector string) (all []figure) {
	t.Helper()
	p.Doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
		link := s.Filter("a").AddSelection(s.Find("a")).First().AttrOr("href", "")
		text := s.Clone()
		text.Find("th, .line > a, .rows a, li > a:first-child").Remove()
		sum := 0
		numbers := text.Find("td.num").First()
		if selector == ".as-table tbody tr" {
			numbers = text.Find("td.num")
		}
		if numbers.Length() == 0 {
			numbers = text
		}
		numbers.Each(func(_ int, s *goquery.Selection) {
			n, err := strconv.Atoi(strings.ReplaceAll(someNumber.FindString(s.Text()), ",", ""))
			if err != nil {
				t.Errorf("%s: no number in %q", selector, s.Text())
			}
			sum += n
		})
		all = append(all, figure{sum, link})
	})
	return all
}

// Each number of the dashboard and of the analysis is the number of rows of the report behind it.
func TestFiguresAreTheirReports(t *testing.T) {
	s := open(t)
	s.fails(60)
	b := s.as("ada@harbour.example")
	for page, parts := range map[string][]string{
		"/": {".hero-link", ".split-row", ".families > li > .line", ".families .badges a",
			".as-table tbody tr",
			"section[aria-labelledby=h-reasons] .rows > li", "section[aria-labelledby=h-domains] tbody tr"},
		"/analysis": {".analysis tbody tr"}, "/analysis?by=domain": {".analysis tbody tr"},
		"/analysis?by=provider": {".analysis tbody tr"},
		"/analysis?by=kind":     {".analysis tbody tr"}, "/analysis?by=day": {".analysis tbody tr"},
	} {
		p := b.Open(page)
		for _, part := range parts {
			found := figures(t, p, part)
			if len(found) == 0 {
				t.Errorf("%s: nothing at %s", page, part)
			}
			for _, f := range found {
				if n := rowsOf(t, b, f.link); n != f.n {
					t.Errorf("%s, %s: %d, but %s has %d", page, part, f.n, f.link, n)
				}
			}
		}
	}
}

// rowsOf is how many rows the report at an address has, by its file.
func rowsOf(t *testing.T, b *webtest.Browser, link string) int {
	t.Helper()
	path, query, _ := strings.Cut(link, "?")
	if path != "/undelivered" {
		t.Fatalf("%q is no report", link)
	}
	rows, err := csv.NewReader(strings.NewReader(b.Open("/undelivered.csv?" + query).Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}
