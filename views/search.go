package views

import (
	"context"

	"github.com/a-h/templ"

	"undelivered/models"
)

// SearchPage is what was looked for, and what is called so. GET /search: q.
type SearchPage struct {
	Base
	Q      string
	Groups []HitGroup
}

// HitGroup is what was found of one kind.
type HitGroup struct {
	Label string
	Hits  []Hit
}

// Hit is one thing that was found.
type Hit struct{ Title, More, URL string }

func (p SearchPage) hits() (n int) {
	for _, group := range p.Groups {
		n += len(group.Hits)
	}
	return n
}

func (p SearchPage) says(ctx context.Context) string {
	if p.Q == "" {
		return ""
	}
	return N(ctx, "search.found", p.hits())
}

// follows brings what is found while somebody types.
func (p SearchPage) follows() templ.Attributes {
	return templ.Attributes{
		"hx-get":     SearchURL(""),
		"hx-trigger": "input changed delay:200ms",
		"hx-target":  "#found",
		"hx-select":  "#found",
		"hx-swap":    "outerHTML",
	}
}

// Pages are the pages that the person may see and that are called so, as the navigation names them.
func Pages(ctx context.Context, b Base, q string) (all []Hit) {
	for _, group := range b.navigation() {
		for _, item := range group.Items {
			all = appendCalled(all, q, T(ctx, item.Label), item.URL)
		}
	}
	if b.IsOwner() {
		for _, tab := range settingsTabs(ctx, "") {
			all = appendCalled(all, q, T(ctx, "Settings")+": "+tab.Label, tab.URL)
		}
	}
	all = appendCalled(all, q, T(ctx, "Your settings"), MeURL())
	all = appendCalled(all, q, T(ctx, "What the statuses mean"), StatusesHelpURL())
	return appendCalled(all, q, T(ctx, "Keyboard shortcuts"), ShortcutsURL())
}

func appendCalled(all []Hit, q, title, url string) []Hit {
	if models.Called(title, q) {
		return append(all, Hit{Title: title, URL: url})
	}
	return all
}
