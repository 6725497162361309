package views

import "context"

// ExplainPage is where support pastes a mail or a provider's post. POST /support/explain: text, provider.
type ExplainPage struct {
	Base
	Text      string
	Provider  string
	Providers []Option
	Errors    Errors
	Told      *ExplainTold // nil: nothing has been asked
}

// ExplainTold is what the program makes of it.
type ExplainTold struct {
	Kind     string // mail, post, reply
	Provider string
	Alert    string
	Events   []ExplainEvent
}

// ExplainEvent is what it makes of one event in it.
type ExplainEvent struct {
	Type, Title, Recipient, Message string
	Sure, Evidence, OptsOut         string
	Steps                           []string
}

func (p ExplainPage) fields(ctx context.Context) []Field {
	return []Field{
		Field{
			Name:  "text",
			Label: T(ctx, "The mail or the post, as it came"),
			Hint:  T(ctx, "With its header lines, where it is a mail."),
			Value: p.Text,
			Rows:  12,
			Mono:  true,
		}.With(p.Errors),
		Field{
			Name:    "provider",
			Label:   T(ctx, "What it is"),
			Value:   p.Provider,
			Options: p.Providers,
		}.With(p.Errors),
	}
}
