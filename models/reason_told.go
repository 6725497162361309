package models

import "regexp"

// gap is a place in the dictionary's words for something that only a page knows, with the words for when nobody knows
// it: {domain|of that name}, {from|our sending address}.
var gap = regexp.MustCompile(`\{(\w+)\|([^}]*)\}`)

// Told is the reason with what a page knows put into its words: the customer's domain, our sending address.
func (r Reason) Told(known map[string]string) Reason {
	r.Text, r.Resolution = told(r.raw.text, known), told(r.raw.resolution, known)
	return r
}

// plain keeps the words with their gaps, and shows them without.
func (r *Reason) plain() {
	r.raw.text, r.raw.resolution = r.Text, r.Resolution
	*r = r.Told(nil)
}

func told(text string, known map[string]string) string {
	return gap.ReplaceAllStringFunc(text, func(one string) string {
		parts := gap.FindStringSubmatch(one)
		if value := known[parts[1]]; value != "" {
			return value
		}
		return parts[2]
	})
}
