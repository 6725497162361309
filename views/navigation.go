package views

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"undelivered/models/report"
)

type navItem struct {
	Name   string
	Label  string
	Icon   string
	URL    string
	Key    string
	N      int
	Counts string // what N counts, for those who hear the page
}

type navGroup struct {
	Label string
	Items []navItem
}

// home is where the brand leads.
func (b Base) home() string {
	if b.IsSupport() && b.Account.ID == "" {
		return RequestsURL("")
	}
	return DashboardURL()
}

func (b Base) requests() navItem {
	return navItem{
		Name:   "requests",
		Label:  "Clear requests",
		Icon:   "life-buoy",
		URL:    RequestsURL(""),
		Key:    "g q",
		N:      b.Requests,
		Counts: "nav.requests",
	}
}

// navigation is what the person may see: support's desk without an account, a business's pages with one.
func (b Base) navigation() []navGroup {
	if b.IsSupport() && b.Account.ID == "" {
		return []navGroup{b.deskNavigation()}
	}
	main := navGroup{"Main", []navItem{
		{Name: "dashboard", Label: "Dashboard", Icon: "layout-dashboard", URL: DashboardURL(), Key: "g d"},
		{
			Name:   "undelivered",
			Label:  "Undelivered",
			Icon:   "inbox",
			URL:    ReportURL(report.Filter{}),
			Key:    "g u",
			N:      b.Number,
			Counts: "nav.undelivered",
		},
	}}
	if b.MayWork() {
		main.Items = append(
			main.Items,
			navItem{
				Name:  "customers",
				Label: "Customers",
				Icon:  "users",
				URL:   CustomersURL("", "", ""),
				Key:   "g c",
			},
			navItem{
				Name:  "suppressions",
				Label: "Suppressions",
				Icon:  "ban",
				URL:   SuppressionsURL(SuppressionQuery{}),
				Key:   "g s",
			},
		)
	}
	if b.MayWork() && b.Wishes > 0 {
		main.Items = append(main.Items, navItem{
			Name:   "wishes",
			Label:  "Texts to read",
			Icon:   "message-square",
			URL:    WishesURL(),
			N:      b.Wishes,
			Counts: "texts to read",
		})
	}
	if b.MayApprove || b.IsSupport() {
		main.Items = append(main.Items, b.requests())
	}
	groups := []navGroup{main}
	if b.MayWork() {
		groups = append(groups, b.insightNavigation())
	}
	return groups
}

func (b Base) insightNavigation() navGroup {
	group := navGroup{"Insight and settings", []navItem{
		{Name: "analysis", Label: "Failure analysis", Icon: "chart-column", URL: AnalysisURL("", "")},
		{Name: "activity", Label: "Activity", Icon: "history", URL: ActivityURL(ActivityQuery{})},
	}}
	if b.IsOwner() {
		group.Items = append(group.Items,
			navItem{Name: "settings", Label: "Settings", Icon: "settings", URL: SettingsURL("connections")})
	}
	return group
}

func (b Base) deskNavigation() navGroup {
	return navGroup{"Main", []navItem{
		b.requests(),
		{Name: "accounts", Label: "Accounts", Icon: "building-2", URL: SupportAccountsURL()},
		{
			Name:  "all-suppressions",
			Label: "All suppressions",
			Icon:  "ban",
			URL:   SupportSuppressionsURL(SuppressionQuery{}),
		},
		{Name: "events", Label: "Events to look at", Icon: "list-filter", URL: SupportEventsURL()},
		{Name: "explain", Label: "Explain a text", Icon: "search", URL: SupportExplainURL()},
		{Name: "activity", Label: "Activity", Icon: "history", URL: SupportActivityURL()},
	}}
}

// titled is the text of the window's title.
func (b Base) titled(title string) string {
	who := b.Account.Name
	if who == "" {
		who = "Support"
	}
	return title + " – " + who + " – " + Product
}

func (b Base) htmlAttributes() templ.Attributes {
	a := templ.Attributes{}
	if b.Theme == "light" || b.Theme == "dark" {
		a["data-theme"] = b.Theme
	}
	if b.ShortcutsOff {
		a["data-shortcuts"] = "off"
	}
	return a
}

func htmlLang(ctx context.Context) string {
	if lang := langOf(ctx); lang != DefaultLang {
		return lang
	}
	return "en-GB"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// stripes is every second stripe of an airmail envelope's edge, from x on.
func stripes(x int) string {
	var path strings.Builder
	for ; x < 1440; x += 44 {
		path.WriteString("M" + strconv.Itoa(x) + " 0h11l-4 8h-11z")
	}
	return path.String()
}
