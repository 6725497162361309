package views

import (
	"context"
	"strconv"
)

// Count writes a number with its thousands apart: 6,742.
func Count(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Nth is a number as a place in a row: 2nd, 3rd, 4th.
func Nth(ctx context.Context, n int) string {
	if id := "nth." + Count(n); Has(id) {
		return T(ctx, id)
	}
	return T(ctx, "nth.any", "n", Count(n))
}

// CountUpTo writes a number that was counted up to a limit: "10,000+" beyond it. Limit 0: there was none.
func CountUpTo(n, limit int) string {
	if limit > 0 && n > limit {
		return Count(limit) + "+"
	}
	return Count(n)
}

// Percent writes a share: 1.9%, 100%, and 0.12% below one half.
func Percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	share := 100 * float64(part) / float64(whole)
	digits := 1
	if share == 100 || share == 0 {
		digits = 0
	} else if share < 0.5 {
		digits = 2
	}
	return strconv.FormatFloat(share, 'f', digits, 64) + "%"
}

// WholePercent writes a share without a fraction: 41%.
func WholePercent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.Itoa((200*part+whole)/(2*whole)) + "%"
}
