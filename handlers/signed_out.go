package handlers

import (
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"undelivered/providers"
	"undelivered/views"
)

// secretFields are never written into a page again.
var secretFields = []string{"password", "again", "old", "secret", "token"}

// signedOut answers a form whose sign-in has run out. What was typed stands on the page, and can be sent from
// there after signing in again: the server keeps nothing that nobody has signed for.
func (h *Handlers) signedOut(c echo.Context) error {
	p := typedIn(c)
	if len(p.Fields) == 0 && !p.File {
		return echo.NewHTTPError(StatusPageExpired)
	}
	return h.page(c, StatusPageExpired, views.SignedOut(p))
}

// typedIn is what was typed into the form that a request sends.
func typedIn(c echo.Context) views.SignedOutPage {
	p := views.SignedOutPage{Action: c.Request().URL.RequestURI(), File: smallForm(c)}
	secret := secretsOf(c.Request().PostForm)
	for name, values := range c.Request().PostForm {
		if slices.Contains(secret, name) {
			p.Secret = true
			continue
		}
		for _, value := range values {
			p.Fields = append(p.Fields, views.TypedField{Name: name, Value: value})
		}
	}
	slices.SortFunc(p.Fields, func(a, b views.TypedField) int { return strings.Compare(a.Name, b.Name) })
	return p
}

// typedMost is how large a form may be of which somebody gets back what they typed, though nobody has signed
// for it.
const typedMost = 64 << 10

// smallForm reads a form of typed fields, and says whether it was a file instead: of that nothing is read.
func smallForm(c echo.Context) (file bool) {
	r := c.Request()
	if strings.HasPrefix(r.Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		return true
	}
	if r.ContentLength < 0 || r.ContentLength > typedMost || r.ParseForm() != nil {
		r.PostForm = nil
	}
	return false
}

// secretsOf are the fields of a form that hold passwords and keys.
func secretsOf(form url.Values) []string {
	secret := slices.Clone(secretFields)
	provider, known := providers.ByCode(form.Get("provider"))
	for name := range form {
		if strings.HasPrefix(name, "set.") && !known {
			secret = append(secret, name)
		}
	}
	for _, f := range provider.Fields {
		if f.Secret {
			secret = append(secret, "set."+f.Key)
		}
	}
	return secret
}
