package views

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"undelivered/models"
)

// DefaultLang is the language of a person or an account that has chosen none.
const DefaultLang = "en"

//go:embed words/*.toml
var wordFiles embed.FS

// words is the catalogue: plain texts resolved into maps, and go-i18n for what depends on a count.
// Words of tables have keys (status.hard_bounce); sentences of a page are their own key, in English.
type words struct {
	plain   map[string]map[string]string // language → id → text
	plurals map[string]*i18n.Localizer
}

var catalogue = loadWords(wordFiles)

func loadWords(files fs.FS) words {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	w := words{plain: map[string]map[string]string{}, plurals: map[string]*i18n.Localizer{}}
	names, err := fs.Glob(files, "words/*.toml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		file, err := bundle.LoadMessageFileFS(files, name)
		if err != nil {
			panic(fmt.Errorf("views: %s: %w", name, err)) // the file is part of the program
		}
		w.add(file, bundle)
	}
	return w
}

func (w words) add(file *i18n.MessageFile, bundle *i18n.Bundle) {
	lang := file.Tag.String()
	if w.plain[lang] == nil {
		w.plain[lang] = map[string]string{}
		w.plurals[lang] = i18n.NewLocalizer(bundle, lang)
	}
	for _, m := range file.Messages {
		w.plain[lang][m.ID] = m.Other
	}
}

type langKey struct{}

// WithLang says in which language the pages rendered with ctx speak.
func WithLang(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// Langs are the languages of the catalogue.
func Langs() []string {
	var langs []string
	for lang := range catalogue.plain {
		langs = append(langs, lang)
	}
	return langs
}

func langOf(ctx context.Context) string {
	if lang, ok := ctx.Value(langKey{}).(string); ok && catalogue.plain[lang] != nil {
		return lang
	}
	return DefaultLang
}

// T is a text in the language of ctx; pairs are names and values of its {placeholders}.
// A text that the language lacks is said in English, an id that nobody has is said as it is.
func T(ctx context.Context, id string, pairs ...any) string {
	return fill(lookUp(ctx, id), pairs)
}

// Say is the sentence of a problem with its values.
func Say(ctx context.Context, p models.Problem) string {
	var pairs []any
	for name, value := range p.Values {
		if day, err := time.Parse(time.DateOnly, value); err == nil {
			value = T(ctx, "{day} {month} {year}", "day", Count(day.Day()), "month",
				T(ctx, day.Format("January")), "year", day.Format("2006"))
		}
		pairs = append(pairs, name, value)
	}
	return T(ctx, p.Key, pairs...)
}

func lookUp(ctx context.Context, id string) string {
	if text, ok := catalogue.plain[langOf(ctx)][id]; ok {
		return text
	}
	if text, ok := catalogue.plain[DefaultLang][id]; ok {
		return text
	}
	return id
}

// Has says whether the catalogue knows the id.
func Has(id string) bool {
	_, ok := catalogue.plain[DefaultLang][id]
	return ok
}

// N is a text that depends on a count, which it may name as {n}.
func N(ctx context.Context, id string, n int, pairs ...any) string {
	text, err := catalogue.plurals[langOf(ctx)].Localize(&i18n.LocalizeConfig{MessageID: id, PluralCount: n})
	if err != nil {
		text = lookUp(ctx, id)
	}
	return fill(text, append([]any{"n", Count(n)}, pairs...))
}

// fill puts values into the {placeholders} of a text.
func fill(text string, pairs []any) string {
	if len(pairs) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var old []string
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return strings.NewReplacer(old...).Replace(text)
}
