package handlers

import "strings"

// browsers and systems as they name themselves, the more special ones first.
var (
	browsers = [][2]string{
		{"Edg/", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"Mac OS", "Mac"},
		{"Linux", "Linux"},
	}
)

// browserOf says in a few words which browser it was.
func browserOf(agent string) string {
	var words []string
	for _, table := range [][][2]string{browsers, systems} {
		for _, row := range table {
			if strings.Contains(agent, row[0]) {
				words = append(words, row[1])
				break
			}
		}
	}
	if len(words) == 0 {
		first, _, _ := strings.Cut(agent, " ")
		return first
	}
	return strings.Join(words, ", ")
}
