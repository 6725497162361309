package webtest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Text is the text of what a selector finds, its spaces made single.
func (p *Page) Text(selector string) string {
	if p.Doc == nil {
		return ""
	}
	return strings.Join(strings.Fields(p.Doc.Find(selector).Text()), " ")
}

// Has says whether the page has what a selector names.
func (p *Page) Has(selector string) bool { return p.Doc != nil && p.Doc.Find(selector).Length() > 0 }

// Attr is an attribute of the first element that a selector finds.
func (p *Page) Attr(selector, name string) string {
	if p.Doc == nil {
		return ""
	}
	return p.Doc.Find(selector).First().AttrOr(name, "")
}

// Says fails the test unless the page's text has the words.
func (p *Page) Says(words string) *Page {
	p.b.t.Helper()
	if !strings.Contains(p.Text("body"), words) {
		p.b.t.Fatalf("%s (%d) does not say %q but: %.1500s", p.URL.Path, p.Status, words, p.Text("main"))
	}
	return p
}

// Silent fails the test when the page's text has the words.
func (p *Page) Silent(words string) *Page {
	p.b.t.Helper()
	if strings.Contains(p.Text("body"), words) {
		p.b.t.Fatalf("%s says %q", p.URL.Path, words)
	}
	return p
}

// Follow clicks the first link with this text.
func (p *Page) Follow(text string) *Page {
	p.b.t.Helper()
	link := p.Doc.Find("a[href]").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return strings.Contains(strings.Join(strings.Fields(s.Text()), " "), text)
	})
	if link.Length() == 0 {
		p.b.t.Fatalf("%s has no link %q", p.URL.Path, text)
	}
	return p.b.Open(p.at(link.First().AttrOr("href", "")))
}

func (p *Page) at(ref string) string {
	u, err := p.URL.Parse(ref)
	if err != nil {
		p.b.t.Fatalf("%s: address %q: %v", p.URL.Path, ref, err)
	}
	u.Scheme, u.Host, u.Fragment = "", "", ""
	return u.String()
}

// Submit fills the form that has the button with this text and presses it. A value for a field that the form
// does not have fails the test.
func (p *Page) Submit(button string, fill url.Values) *Page {
	p.b.t.Helper()
	pressed := p.button(button)
	form := p.formOf(pressed)
	values := defaults(form)
	for name, list := range fill {
		if !p.hasField(form, name) {
			p.b.t.Fatalf("%s: the form of %q has no field %q", p.URL.Path, button, name)
		}
		values[name] = list
	}
	if name := pressed.AttrOr("name", ""); name != "" {
		values.Set(name, pressed.AttrOr("value", ""))
	}
	action := pressed.AttrOr("formaction", form.AttrOr("action", ""))
	if !strings.EqualFold(pressed.AttrOr("formmethod", form.AttrOr("method", "get")), "post") {
		u, err := url.Parse(p.at(action))
		if err != nil {
			p.b.t.Fatal(err)
		}
		u.RawQuery = values.Encode()
		return p.b.Send(p.b.Request(http.MethodGet, u.String(), nil))
	}
	return p.b.Send(p.b.Request(http.MethodPost, p.at(action), values))
}

func (p *Page) button(text string) *goquery.Selection {
	p.b.t.Helper()
	found := p.Doc.Find("button, input[type=submit]").FilterFunction(func(_ int, s *goquery.Selection) bool {
		label := strings.Join(strings.Fields(s.Text()), " ") + s.AttrOr("aria-label",
			"") + s.AttrOr("value", "")
		return strings.Contains(label, text) && s.AttrOr("type", "submit") == "submit"
	})
	if found.Length() == 0 {
		p.b.t.Fatalf("%s has no button %q", p.URL.Path, text)
	}
	return found.First()
}

func (p *Page) formOf(button *goquery.Selection) *goquery.Selection {
	p.b.t.Helper()
	form := button.Closest("form")
	if id := button.AttrOr("form", ""); id != "" {
		form = p.Doc.Find("#" + id)
	}
	if form.Length() == 0 {
		p.b.t.Fatalf("%s: a button outside any form", p.URL.Path)
	}
	return form
}

func (p *Page) fields(form *goquery.Selection) *goquery.Selection {
	own := form.Find("input[name], select[name], textarea[name], button[name]")
	if id := form.AttrOr("id", ""); id != "" {
		own = own.AddSelection(p.Doc.Find(`[name][form="` + id + `"]`))
	}
	return own
}

func (p *Page) hasField(form *goquery.Selection, name string) bool {
	return p.fields(form).
		FilterFunction(func(_ int, s *goquery.Selection) bool { return s.AttrOr("name", "") == name }).
		Length() >
		0
}

// defaults is what the form would send as it stands.
func defaults(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		_, checked := s.Attr("checked")
		_, off := s.Attr("disabled")
		kind := s.AttrOr("type", "text")
		switch {
		case off, (kind == "checkbox" || kind == "radio") && !checked, kind == "submit", kind == "file":
		case goquery.NodeName(s) == "select":
			chosen := s.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = s.Find("option").First()
			}
			if chosen.Length() > 0 {
				values.Add(name, chosen.First().AttrOr("value", chosen.First().Text()))
			}
		case goquery.NodeName(s) == "textarea":
			values.Add(name, s.Text())
		default:
			values.Add(name, s.AttrOr("value", map[bool]string{true: "on"}[kind == "checkbox"]))
		}
	})
	return values
}
