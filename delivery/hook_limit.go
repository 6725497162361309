package delivery

import (
	"net/http"

	"undelivered/providers"
)

// hookLimit is the largest body of a webhook in bytes, where a provider's row says nothing else.
const hookLimit = 8 << 20

// HookBodyLimit is the largest body of a provider's webhook in bytes.
func HookBodyLimit(provider string) int64 {
	if p, known := providers.ByCode(provider); known && p.BodyLimit > 0 {
		return p.BodyLimit
	}
	return hookLimit
}

// RateLimitStatus is the answer to a provider that knocks more often than it may: the one that makes it come
// again (RULES.md, Answers).
func RateLimitStatus(provider string) int {
	if p, known := providers.ByCode(provider); known && p.Busy != 0 {
		return p.Busy
	}
	return http.StatusTooManyRequests
}
