package handlers

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// unseen are the elements of an email that make a browser ask another server, or lead elsewhere, before any
// policy has its say.
var unseen = []string{
	"iframe",
	"frame",
	"frameset",
	"object",
	"embed",
	"applet",
	"portal",
	"fencedframe",
	"link",
	"meta",
	"base",
	"script",
	"form",
}

// quietHTML is an email as it may be looked at: nothing in it reaches its sender, and a click leads nowhere.
func quietHTML(email string) string {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(email))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.String()
		}
		raw := string(z.Raw())
		token := z.Token()
		tag := kind == html.StartTagToken || kind == html.EndTagToken || kind == html.SelfClosingTagToken
		switch {
		case tag && slices.Contains(unseen, token.Data):
			continue
		case tag && (token.Data == "a" || token.Data == "area"):
			token.Attr = slices.DeleteFunc(
				token.Attr,
				func(a html.Attribute) bool {
					return a.Key == "href" || a.Key == "ping" ||
						a.Key == "xlink:href"
				},
			)
			raw = token.String()
		}
		out.WriteString(raw)
	}
}
