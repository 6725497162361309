package webtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// examine holds a page to what is true of every page: one h1, ids that are unique, labels that lead
// somewhere, nothing inline that the policy would stop, and links only to routes that exist.
func (p *Page) examine(part bool) {
	p.b.t.Helper()
	if !part {
		if n := p.Doc.Find("h1").Length(); n != 1 {
			p.wrong("has %d h1", n)
		}
		if p.Text("title") == "" || p.Attr("html", "lang") == "" {
			p.wrong("has no title or no language")
		}
	}
	p.examineIDs()
	p.Doc.Find("style, script:not([src]), [style]").Each(func(_ int, s *goquery.Selection) {
		p.wrong("has something inline: <%s>", goquery.NodeName(s))
	})
	p.Doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Get(0).Attr {
			if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") ||
				strings.HasPrefix(a.Val, "javascript:") {
				p.wrong("has inline script: %s=%q", a.Key, a.Val)
			}
		}
	})
	p.examineLinks()
}

func (p *Page) examineIDs() {
	p.b.t.Helper()
	ids := map[string]bool{}
	p.Doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if ids[id] {
			p.wrong("has the id %q twice", id)
		}
		ids[id] = true
	})
	p.Doc.Find("label[for]").Each(func(_ int, s *goquery.Selection) {
		if !ids[s.AttrOr("for", "")] {
			p.wrong("has a label for %q, which is not there", s.AttrOr("for", ""))
		}
	})
}

func (p *Page) examineLinks() {
	p.b.t.Helper()
	p.Doc.Find("a[href], form[action], button[formaction], iframe[src], [hx-get], [hx-post]").
		Each(func(_ int, s *goquery.Selection) {
			for name, method := range map[string]string{"href": http.MethodGet, "action": formMethod(s),
				"formaction": buttonMethod(s),
				"src":        http.MethodGet, "hx-get": http.MethodGet, "hx-post": http.MethodPost} {
				ref, ok := s.Attr(name)
				if ok {
					p.examineLink(method, ref)
				}
			}
		})
}

func formMethod(s *goquery.Selection) string {
	return strings.ToUpper(s.AttrOr("method", "get"))
}

// buttonMethod is the method of a button with an action of its own.
func buttonMethod(s *goquery.Selection) string {
	return strings.ToUpper(s.AttrOr("formmethod", s.Closest("form").AttrOr("method", "get")))
}

func (p *Page) examineLink(method, ref string) {
	p.b.t.Helper()
	u, err := url.Parse(ref)
	if err != nil {
		p.wrong("has an address that is none: %q", ref)
		return
	}
	if u.Scheme != "" || u.Host != "" || u.Path == "" || strings.HasPrefix(u.Path, "/static/") {
		return
	}
	if p.b.known != nil && !p.b.known(method, u.Path) {
		p.wrong("leads to %s %s, which does not exist", method, u.Path)
	}
}

func (p *Page) wrong(format string, values ...any) {
	p.b.t.Helper()
	p.b.t.Errorf("%s (%d) "+format, append([]any{p.URL.Path, p.Status}, values...)...)
}
