package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// lastAt is where the @ of an email address stands; 0 when it has none.
func lastAt(value string) int { return max(strings.LastIndexByte(value, '@'), 0) }

func noticeRole(tone string) string {
	if tone == "red" {
		return "alert"
	}
	return "status"
}

func currentPage(current bool) templ.Attributes {
	if current {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func currentTrue(current bool) templ.Attributes {
	if current {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}

func key(k string) templ.Attributes {
	if k == "" {
		return nil
	}
	return templ.Attributes{"data-key": k}
}

func barWidth(part, whole int) string {
	if whole <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, 100*float64(part)/float64(whole)), 'f', 1, 64)
}

// swap lets htmx put the rows of another page in the place of these.
func (p Pager) swap(url string) templ.Attributes {
	if p.Target == "" {
		return nil
	}
	return templ.Attributes{
		"hx-get":      url,
		"hx-target":   "#" + p.Target,
		"hx-swap":     "outerHTML show:window:top",
		"hx-push-url": "true",
	}
}
