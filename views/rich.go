package views

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Slots are the marked-up parts of a sentence, by the name of their {placeholder}.
type Slots map[string]templ.Component

// Rich is a sentence of the catalogue with links, addresses or bold words in its {placeholders}.
func Rich(id string, slots Slots) templ.Component {
	return richText(func(ctx context.Context) string { return lookUp(ctx, id) }, slots)
}

// RichN is Rich for a sentence that depends on a count.
func RichN(id string, n int, slots Slots) templ.Component {
	return richText(func(ctx context.Context) string { return N(ctx, id, n) }, slots)
}

func richText(text func(context.Context) string, slots Slots) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		rest := text(ctx)
		for rest != "" {
			plain, name, after := nextSlot(rest, slots)
			if _, err := io.WriteString(w, templ.EscapeString(plain)); err != nil {
				return err
			}
			if name != "" {
				if err := slots[name].Render(ctx, w); err != nil {
					return err
				}
			}
			rest = after
		}
		return nil
	})
}

// nextSlot parts a text before and after its first placeholder that has a slot.
func nextSlot(text string, slots Slots) (plain, name, rest string) {
	for from := 0; ; {
		open := strings.IndexByte(text[from:], '{')
		if open < 0 {
			return text, "", ""
		}
		open += from
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			return text, "", ""
		}
		if name := text[open+1 : open+length]; slots[name] != nil {
			return text[:open], name, text[open+length+1:]
		}
		from = open + length
	}
}
