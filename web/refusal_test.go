package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/web"
	"undelivered/web/webtest"
)

// mayPress says whether a role has the right that a route asks for; an address of no route is not ours.
func mayPress(routes []web.Route, role models.Role) func(method, path string) bool {
	param := regexp.MustCompile(`:[^/]+`)
	return func(method, path string) bool {
		for _, r := range routes {
			pattern := "^" + param.ReplaceAllString(regexp.QuoteMeta(r.Path), `[^/]+`) + "$"
			if r.Method != method || !regexp.MustCompile(pattern).MatchString(path) {
				continue
			}
			if r.Right == "" {
				return r.Group != web.Support || role == models.Support
			}
			return models.Actor{Kind: models.Person, Role: role, AccountID: "a"}.May(r.Right)
		}
		return false
	}
}

// ways are all links of a page, and the addresses to which its forms and buttons send.
func ways(p *webtest.Page) (links, sends []string) {
	if p.Doc == nil {
		return nil, nil
	}
	p.Doc.Find("a[href], [hx-get]").Each(func(_ int, a *goquery.Selection) {
		for _, name := range []string{"href", "hx-get"} {
			if to, there := a.Attr(name); there && strings.HasPrefix(to, "/") &&
				!strings.HasPrefix(to, "/static/") {
				links = append(links, strings.Split(to, "#")[0])
			}
		}
	})
	p.Doc.Find("form").Each(func(_ int, form *goquery.Selection) {
		action, _ := form.Attr("action")
		if method, _ := form.Attr("method"); strings.EqualFold(method, "post") {
			sends = append(sends, action)
		} else if strings.HasPrefix(action, "/") {
			links = append(links, action)
		}
		form.Find("[formaction]").
			Each(func(_ int, b *goquery.Selection) { sends = append(sends, b.AttrOr("formaction", "")) })
	})
	return links, sends
}

// everything is an account in which something of each kind has happened.
func (s *site) everything() {
	s.t.Helper()
	s.fails(4)
	s.complained()
	bounced := modelstest.Event(models.Email, "pat@gmial.com", models.EventType(models.Dropped))
	bounced.SuppressionKind = "bounce"
	all, err := s.store.Connection.Connections(s.t.Context(), s.ada)
	if err != nil {
		s.t.Fatal(err)
	}
	modelstest.Keep(s.t, s.store, all[len(all)-1], bounced)
	if _, err := s.store.People.GrantSupport(s.t.Context(), s.ada, s.store.Now().Add(3600e9)); err != nil {
		s.t.Fatal(err)
	}
}

// Whoever walks through all pages finds no link that is refused, and no button that would be: each sees what
// they may do.
func TestNobodyIsLedToARefusal(t *testing.T) {
	s := open(t)
	s.everything()
	routes := web.Routes(s.h)
	for email, role := range map[string]models.Role{"ada@harbour.example": models.Owner,
		"max@harbour.example":  models.Manager,
		"vera@harbour.example": models.Viewer, "sam@undelivered.example": models.Support} {
		b, may := s.as(email), mayPress(routes, role)
		if role == models.Support {
			b.Post("/me/account", url.Values{"account": {s.ada.AccountID}})
		}
		seen, from := map[string]bool{"/": true}, map[string]string{}
		for queue := []string{"/"}; len(queue) > 0 && len(seen) < 400; queue = queue[1:] {
			p := b.Try(queue[0])
			if p.Status >= 400 && p.Status != 422 {
				t.Errorf("%s: %s leads to %s, which answers %d", role, from[queue[0]], queue[0], p.Status)
			}
			links, sends := ways(p)
			for _, to := range sends {
				if path := strings.Split(to, "?")[0]; path != "" && !may("POST", path) {
					t.Errorf("%s: %s has a button that sends to %s", role, queue[0], to)
				}
			}
			for _, to := range links {
				if path := strings.Split(to, "?")[0]; !seen[to] && !shownBefore(from, path, to) {
					seen[to], from[to] = true, queue[0]
					queue = append(queue, to)
				}
			}
		}
		if len(seen) < 20 {
			t.Errorf("%s has seen %d pages only", role, len(seen))
		}
	}
}

// shownBefore says whether enough pages of an address with other filters have been seen.
func shownBefore(from map[string]string, path, to string) bool {
	n := 0
	for seen := range from {
		if strings.HasPrefix(seen, path+"?") {
			n++
		}
	}
	return strings.Contains(to, "?") && n >= 3
}
