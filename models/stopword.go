package models

import "strings"

// TextWish is what a text of a customer asks for.
type TextWish string

// The wishes; empty for any other text.
const (
	WishStop  TextWish = "stop"
	WishStart TextWish = "start"
	WishHelp  TextWish = "help"
)

// textWishes are the words that ask, standing alone in a text: the union of what the providers understand, so that a
// wish is known before the next sending fails.
var textWishes = map[string]TextWish{
	"STOP": WishStop, "STOPALL": WishStop, "STOP ALL": WishStop, "UNSUBSCRIBE": WishStop, "CANCEL": WishStop,
	"END": WishStop, "QUIT": WishStop, "REVOKE": WishStop, "OPTOUT": WishStop, "OPT-OUT": WishStop, "OPT OUT": WishStop,
	"REMOVE": WishStop, "ARRET": WishStop, "ARRÊT": WishStop, "TD": WishStop,
	"START": WishStart, "UNSTOP": WishStart, "YES": WishStart,
	"HELP": WishHelp, "INFO": WishHelp,
}

// WishOf reads the wish of a text: what the provider understood, else the text itself, trimmed and in capitals,
// without the full stop or exclamation mark that people add.
func WishOf(keyword, text string) TextWish {
	if wish, ok := textWishes[strings.ToUpper(strings.TrimSpace(keyword))]; ok {
		return wish
	}
	alone := strings.Join(strings.Fields(strings.ToUpper(text)), " ")
	return textWishes[strings.Trim(alone, ` .!"'`)]
}
