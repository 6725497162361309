package models

// Reason is one entry of the reason dictionary.
type Reason struct {
	ID         string
	Channel    Channel
	Class      string
	Kind       string
	Suppress   string // no, yes, opt_out, repeat
	Retry      string // auto, later, after_fix, never
	Who        string // contact, receiver, sender, content, provider
	Title      string
	Text       string // the field "reason": what went wrong, in plain language
	Resolution string
	Technical  string
}

// Evidence is what is known about one failure, to be matched with the dictionary.
type Evidence struct {
	Channel   Channel
	Provider  string   // the dictionary's name of the provider; empty: none
	Codes     []string // the provider's codes, the most telling first
	Text      string   // the words of the server or the provider
	Enhanced  string   // "5.1.1"; empty: taken from Text
	SMTP      int      // three digits; 0: taken from Text
	Temporary bool     // the provider says so; the first digit of the reply says so otherwise
}
