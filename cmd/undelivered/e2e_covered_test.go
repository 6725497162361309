package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"undelivered/handlers"
	"undelivered/web"
)

// unexamined are the pages that no browser looks at, and why.
var unexamined = map[string]string{
	"/healthz":                   "a word for load balancers",
	"/readyz":                    "a word for load balancers",
	"/api/v1/openapi.json":       "JSON",
	"/sign-in/oidc":              "leads to somebody else's sign-in",
	"/sign-in/oidc/callback":     "leads back from it",
	"/w/:key":                    "stands in another site's frame; its own tests look at it",
	"/undelivered.csv":           "a file",
	"/analysis.csv":              "a file",
	"/suppressions.csv":          "a file",
	"/activity.csv":              "a file",
	"/notifications/:id/preview": "a part of the notification's page",
	"/customers/:id/export":      "a file",
	"/me/invitation":             "its link comes by an invitation",
	"/live":                      "numbers for pages that are open",
}

// placeholder is what stands for a thing's id in the address of a page; anything fits it. To send by text and
// by email is one page.
var (
	placeholder = regexp.MustCompile(`:[a-z]+`)
	anything    = strings.NewReplacer("*", "[^/]+", "send-by-text", "send-by-(text|email)", "send-by-email",
		"send-by-(text|email)")
)

// unpressed are the acts whose button nobody presses without script, and why.
var unpressed = map[string]string{
	"/sign-in/link":               "needs the link of a mail, and the demo sends none",
	"/me/invitation":              "needs the link of an invitation to somebody who signs in already",
	"/settings/callbacks/renew":   "only an API key sets callbacks, and the demo has none",
	"/settings/callbacks/end-old": "only an API key sets callbacks, and the demo has none",
	"/me/stay": "only script warns before a sign-in runs out; without it what was typed " +
		"is kept",
}

// covered compares what was examined or pressed with the table of routes: nothing is forgotten, and no reason
// outlives its cause.
func covered(t *testing.T, method string, done []string, excused map[string]string) {
	left := maps.Clone(excused)
	for _, r := range web.Routes(&handlers.Handlers{}) {
		if r.Method != method || r.Group == web.Hook || r.Group == web.API {
			continue
		}
		seen := slices.ContainsFunc(done, func(path string) bool {
			path, _, _ = strings.Cut(path, "?")
			return shape(r.Path).MatchString(path)
		})
		if why := excused[r.Path]; seen == (why != "") {
			t.Errorf("%s %s: seen: %v; the reason why not: %q", method, r.Path, seen, why)
		}
		delete(left, r.Path)
	}
	for path, why := range left {
		t.Errorf("%s %s is no route; %q", method, path, why)
	}
}

// shape is what the addresses of a route look like.
func shape(route string) *regexp.Regexp {
	return regexp.MustCompile("^" + anything.Replace(placeholder.ReplaceAllString(route, "*")) + "$")
}
