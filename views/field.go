package views

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"undelivered/models"
)

// Field is one field of a form.
type Field struct {
	ID           string // empty: f- and the name
	Name         string
	Label        string
	Note         string // in grey beside the label: (optional)
	Hint         string
	Value        string
	Error        models.Problem
	Type         string // empty: text
	Autocomplete string // empty: off
	Options      []Option
	Groups       []OptionGroup // after Options
	Rows         int           // above zero: several lines
	Mono         bool
	Required     bool
	Key          string // the keyboard shortcut that leads here
	Min, Max     string
	InputMode    string
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string { return strconv.Itoa(f.Rows) }

// With is the field with the error that belongs to it.
func (f Field) With(errors Errors) Field {
	if problem, wrong := errors[f.Name]; wrong {
		f.Error = problem
	}
	return f
}

func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{"autocomplete": "off"}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("autocomplete", f.Autocomplete)
	set("data-key", f.Key)
	set("min", f.Min)
	set("max", f.Max)
	set("inputmode", f.InputMode)
	if len(f.Options) > 0 && f.Autocomplete == "" {
		delete(a, "autocomplete")
	}
	if f.Required {
		a["required"] = true
	}
	if f.Mono || f.Type == "email" {
		a["spellcheck"] = "false"
	}
	described := ""
	if f.Hint != "" {
		described = f.id() + "-h"
	}
	if f.Error.Key != "" {
		a["aria-invalid"] = "true"
		if described != "" {
			described += " "
		}
		described += f.id() + "-e"
	}
	set("aria-describedby", described)
	return a
}

type summaryLine struct {
	Problem models.Problem
	URL     string
}

// summaryLines are the errors in the order of the fields, then what belongs to no field of the page.
func summaryLines(errors Errors, fields []Field) []summaryLine {
	var lines []summaryLine
	shown := map[string]bool{}
	for _, f := range fields {
		if problem, wrong := errors[f.Name]; wrong && !shown[f.Name] {
			lines = append(lines, summaryLine{problem, "#" + f.id()})
			shown[f.Name] = true
		}
	}
	var rest []string
	for name := range errors {
		if !shown[name] {
			rest = append(rest, name)
		}
	}
	slices.Sort(rest)
	for _, name := range rest {
		lines = append(lines, summaryLine{errors[name], ""})
	}
	return lines
}
