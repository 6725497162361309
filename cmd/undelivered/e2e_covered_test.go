package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"undelivered/handlers"
	"undelivered/web"
)

// unexamined are the pages that no browser looks at, and why.
var unexamined = map[string]string{
	"/healthz":                          "a word for load balancers",
	"/readyz":                           "a word for load balancers",
	"/api/v1/openapi.json":              "JSON",
	"/sign-in/oidc":                     "leads to somebody else's sign-in",
	"/sign-in/oidc/callback":            "leads back from it",
	"/w/:key":                           "stands in another site's frame; its own tests look at it",
	"/undelivered.csv":                  "a file",
	"/analysis.csv":                     "a file",
	"/suppressions.csv":                 "a file",
	"/activity.csv":                     "a file",
	"/notifications/:id/preview":        "a part of the notification's page",
	"/notifications/:id/resend/confirm": "asked only while the first may still arrive",
	"/customers/:id/export":             "a file",
}

// placeholder is what stands for a thing's id in the address of a page; anything fits it. To send by text and by email is
// one page.
var (
	placeholder = regexp.MustCompile(`:[a-z]+`)
	anything    = strings.NewReplacer("*", "[^/]+", "send-by-text", "send-by-(text|email)", "send-by-email", "send-by-(text|email)")
)

// covered compares what was examined with the table of routes: no page is forgotten, and no reason outlives its page.
func covered(t *testing.T, examined []string) {
	for _, r := range web.Routes(&handlers.Handlers{}) {
		if r.Method != http.MethodGet || r.Group == web.Hook || r.Group == web.API {
			continue
		}
		pattern := regexp.MustCompile("^" + anything.Replace(placeholder.ReplaceAllString(r.Path, "*")) + "$")
		seen := slices.ContainsFunc(examined, func(path string) bool {
			path, _, _ = strings.Cut(path, "?")
			return pattern.MatchString(path)
		})
		if why := unexamined[r.Path]; seen == (why != "") {
			t.Errorf("%s: examined: %v; the reason why not: %q", r.Path, seen, why)
		}
	}
}
