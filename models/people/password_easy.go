package people

import (
	_ "embed"
	"strings"
)

// commonWords are the words, names and runs of keys of which most passwords that people share are made.
//
//go:embed password_words.txt
var commonWords string

// plainer undoes what people put in the place of letters.
var plainer = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$",
	"s", "!", "i")

// runs are rows of keys and of the alphabet, in which a password may be a part, forwards or backwards.
var runs = []string{
	"abcdefghijklmnopqrstuvwxyz",
	"qwertyuiopasdfghjklzxcvbnm",
	"qwertzuiopasdfghjklyxcvbnm",
	"01234567890123456789012345678901234567890123456789",
	"1q2w3e4r5t6y7u8i9o0p",
	"q1w2e3r4t5y6u7i8o9p0",
	"qazwsxedcrfvtgbyhnujmikolp",
	"1qaz2wsx3edc4rfv5tgb6yhn",
	"zaq12wsxcde34rfv",
}

// easy says whether a password is one that many have: made of one or two common words or runs, of the same
// few letters again and again, or of the person's own name, with whatever digits and signs around and
// between.
func easy(lower, local string) bool {
	if repeats(lower) {
		return true
	}
	for _, form := range []string{lower, plainer.Replace(lower)} {
		if inRun(form) {
			return true
		}
		if few(letters(form), local) {
			return true
		}
	}
	return few(letters(plainer.Replace(strings.Trim(lower, "0123456789!@#$%&*?.-_ "))), local)
}

// repeats says whether a text is a short piece over and over: "acmeacmeacme", "abab…".
func repeats(s string) bool {
	for n := 1; n <= min(len(s)/2, 16); n++ {
		whole := strings.Repeat(s[:n], len(s)/n+1)
		if strings.HasPrefix(whole, s) && (len(s)/n >= 3 || n <= 4) {
			return true
		}
	}
	return false
}

func inRun(s string) bool {
	for _, run := range runs {
		if strings.Contains(run, s) || strings.Contains(backwards(run), s) {
			return true
		}
	}
	return false
}

// letters are the letters of a text without what stands between them.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r > 127 {
			return r
		}
		return -1
	}, s)
}

// few says whether the letters are none, or one or two common words, the same word again and again, or runs.
func few(s, local string) bool {
	words := strings.Fields(commonWords)
	if len(local) > 2 {
		words = append(words, letters(strings.ToLower(local)))
	}
	return s == "" || few2(s, words, 2) || repeatsOf(s, words)
}

func few2(s string, words []string, left int) bool {
	if s == "" || len(s) <= 2 || len(s) > 3 && inRun(s) {
		return true
	}
	if left == 0 {
		return false
	}
	for _, word := range words {
		if rest, begins := strings.CutPrefix(s, word); begins && few2(rest, words, left-1) {
			return true
		}
	}
	return false
}

func repeatsOf(s string, words []string) bool {
	for _, word := range words {
		if len(word) > 2 && strings.Trim(strings.ReplaceAll(s, word, ""), word) == "" &&
			strings.Contains(s, word) &&
			strings.ReplaceAll(s, word, "") == "" {
			return true
		}
	}
	return false
}

func backwards(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
