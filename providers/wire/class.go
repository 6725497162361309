package wire

import (
	"net/http"
	"strconv"
	"time"
)

// Class classes an answer to a hand-over by its HTTP side alone (RULES.md, Results of a hand-over). The
// caller still has to find the message id of a 2xx: without one the outcome is open.
func Class(a Response) Receipt {
	r := Receipt{HTTPStatus: a.Status, Err: a.Err, RetryAfter: retryAfter(a.Header, time.Now())}
	switch {
	case a.Err != nil && !a.HandedOver:
		r.Outcome = Later
	case a.Err != nil:
		r.Outcome = Open
	default:
		r.Outcome = classOf(a.Status, r.RetryAfter > 0)
	}
	r.StopConnection = a.Err == nil &&
		(a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden)
	return r
}

func classOf(status int, retryAfter bool) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Taken
	case status == http.StatusRequestTimeout || status == http.StatusConflict:
		return Open
	case status == http.StatusTooManyRequests:
		return Later
	case status == http.StatusServiceUnavailable && retryAfter:
		return Later
	case status >= 500:
		return Open
	}
	return Refused // other 4xx, and 3xx: a redirect is never followed
}

// retryAfter reads Retry-After as seconds or as a date, and the spellings of single providers; 0 when absent.
func retryAfter(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "X-Sib-Ratelimit-Reset"} {
		if seconds, err := strconv.Atoi(h.Get(name)); err == nil && seconds > 0 {
			return time.Duration(seconds) * time.Second
		}
	}
	if at, err := http.ParseTime(h.Get("Retry-After")); err == nil && at.After(now) {
		return at.Sub(now)
	}
	if unix, err := strconv.ParseInt(h.Get("X-Ratelimit-Reset"), 10, 64); err == nil {
		if at := time.Unix(unix, 0); at.After(now) {
			return at.Sub(now)
		}
	}
	return 0
}
